import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from "node:zlib";
import type { Coding, Compressor } from "../../lib/app/index.ts";

// Level 4 of brotli takes about the time of gzip's 6 and gives smaller pages; 11, zlib's own default, is for files compressed once.
const BROTLI = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};
const GZIP = { level: 6 };

/** Compresses on the threads of the platform. */
export const zlibCompressor: Compressor = {
  whole: (coding, bytes) =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, small: Buffer): void =>
        error === null ? resolve(new Uint8Array(small.buffer, small.byteOffset, small.length)) : reject(error);
      if (coding === "br") brotliCompress(bytes, BROTLI, done);
      else gzip(bytes, GZIP, done);
    }),
  stream: (coding, source) => ({
    [Symbol.asyncIterator]: () => compressed(coding, source[Symbol.asyncIterator]()),
  }),
};

/** No generator: its `return` would wait for the chunk that is awaited right now, and a client that left would keep the source open. */
function compressed(coding: Coding, source: AsyncIterator<Uint8Array>): AsyncIterator<Uint8Array> {
  const zlib = coding === "br" ? createBrotliCompress(BROTLI) : createGzip(GZIP);
  let ready: Uint8Array[] = [];
  let isEnded = false;
  let failure: Error | undefined;
  let fail = (_error: Error): void => {};
  zlib.on("data", (bytes: Uint8Array) => ready.push(bytes));
  zlib.on("error", (error) => {
    failure = error;
    fail(error);
  });
  /** Runs one step of the compressor and gives all that came out of it. */
  const step = (run: (done: () => void) => void): Promise<Uint8Array> =>
    new Promise<void>((resolve, reject) => {
      if (failure !== undefined) reject(failure);
      fail = reject;
      run(resolve);
    }).then(() => {
      const out = ready.length === 1 && ready[0] !== undefined ? ready[0] : Buffer.concat(ready);
      ready = [];
      return out;
    });
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    while (!isEnded) {
      const { done, value } = await source.next();
      if (done === true) {
        isEnded = true;
        const last = await step((resolve) => void zlib.once("end", resolve).end());
        return { done: false, value: last };
      }
      const out = await step((resolve) => void zlib.write(value, () => zlib.flush(resolve)));
      if (out.length > 0) return { done: false, value: out };
    }
    return { done: true, value: undefined };
  };
  return {
    next,
    return: async () => {
      isEnded = true;
      zlib.destroy();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
