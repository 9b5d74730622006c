import { reasonOf } from "./reason.ts";
import type { ChunkSource } from "./types.ts";

/**
 * Each chunk of a stream as something else, after an opening chunk if one is given. No generator: its `return` would wait for the
 * chunk that is awaited right now, and a source that has nothing more to say would never be let go.
 */
export function mapStream<T, R>(
  source: AsyncIterable<T>,
  map: (chunk: T) => R | Promise<R>,
  opening?: R,
): AsyncIterable<R> {
  return {
    [Symbol.asyncIterator]: () => {
      const inner = source[Symbol.asyncIterator]();
      const end = async (): Promise<IteratorResult<R>> => {
        await endSource(source, inner);
        return { done: true, value: undefined };
      };
      let isOpen = opening === undefined;
      return {
        next: async () => {
          if (!isOpen && opening !== undefined) {
            isOpen = true;
            return { done: false, value: opening };
          }
          let step: IteratorResult<T>;
          try {
            step = await inner.next();
          } catch (error) {
            throw reasonOf(error);
          }
          if (step.done === true) return { done: true, value: undefined };
          try {
            return { done: false, value: await map(step.value) };
          } catch (error) {
            await end(); // the source does not know that its chunk was refused
            throw reasonOf(error);
          }
        },
        // Passed on even before the first next(), so that a body nobody reads still lets go of what it holds.
        return: end,
      };
    },
  };
}

/** The chunks of what was given as a stream. */
export function chunksOf(source: ChunkSource): AsyncIterable<Uint8Array | string> {
  return source as AsyncIterable<Uint8Array | string>; // cast: web streams can be iterated wherever a server runs, whatever its types say
}

/**
 * Lets a source go that may not have begun: a generator then does not hear `return`, and Node's streams are read by one, so they are
 * destroyed as well.
 */
export async function endSource(source: AsyncIterable<unknown>, iterator: AsyncIterator<unknown>): Promise<void> {
  await iterator.return?.();
  if ("destroy" in source && typeof source.destroy === "function") source.destroy();
}
