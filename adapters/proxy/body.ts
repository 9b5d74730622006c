import type { Readable } from "node:stream";

/**
 * The body of a reply, which is given up when nobody takes the next piece for so long: middleware may have answered with something else, and
 * nobody says so. Unlike a stream's own iterator it may be ended before it was begun.
 */
export function bodyOf(stream: Readable, idleMs: number): AsyncIterable<Uint8Array> {
  stream.on("error", () => {}); // told to whoever reads; without a reader nobody has to know
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    if (idleMs === 0) return;
    timer = setTimeout(() => stream.destroy(), idleMs);
    timer.unref();
  };
  wait();
  stream.once("close", () => clearTimeout(timer));
  return {
    [Symbol.asyncIterator]: () => {
      const inner: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
      return {
        next: async () => {
          clearTimeout(timer);
          const step = await inner.next();
          if (step.done !== true) wait();
          return step;
        },
        return: async () => {
          stream.destroy();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
