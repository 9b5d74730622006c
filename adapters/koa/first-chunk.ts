import type { ServerResponse } from "node:http";

/**
 * A stream with its first chunk at hand, since Koa sends the head as soon as it is given one: a stream that fails at once can
 * still become the host's error page. A client that leaves before the first chunk ends the stream.
 */
export async function withFirstChunk(
  body: AsyncIterable<Uint8Array>,
  res: ServerResponse,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks = body[Symbol.asyncIterator]();
  const cancel = (): void => void chunks.return?.().catch(() => {}); // the client is gone: nobody is left to tell
  res.once("close", cancel);
  let first: IteratorResult<Uint8Array>;
  try {
    if (res.destroyed) cancel();
    first = await chunks.next();
  } finally {
    res.off("close", cancel);
  }
  let isStarted = false;
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        if (isStarted) return chunks.next();
        isStarted = true;
        return first;
      },
      return: async () => {
        await chunks.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}
