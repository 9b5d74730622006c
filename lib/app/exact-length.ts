import { CodedError } from "../errors/index.ts";
import { mapStream } from "./map-stream.ts";

/** A stream that gives more or less than announced would shift where the connection's next reply begins: better it is cut. */
export function exactly(source: AsyncIterable<Uint8Array>, length: number): AsyncIterable<Uint8Array> {
  let left = length;
  const counted = mapStream(source, (chunk) => {
    left -= chunk.length;
    if (left < 0) throw wrongLength();
    return chunk;
  });
  return {
    [Symbol.asyncIterator]: () => {
      const inner = counted[Symbol.asyncIterator]();
      const next = async (): Promise<IteratorResult<Uint8Array>> => {
        const step = await inner.next();
        if (step.done === true && left > 0) throw wrongLength();
        return step;
      };
      return { next, return: async () => (await inner.return?.()) ?? { done: true, value: undefined } };
    },
  };
}

function wrongLength(): CodedError {
  return new CodedError("APP_BAD_REPLY", "a stream or file gave another number of bytes than was announced");
}
