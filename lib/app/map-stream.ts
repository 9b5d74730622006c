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
        await inner.return?.();
        return { done: true, value: undefined };
      };
      let isOpen = opening === undefined;
      return {
        next: async () => {
          if (!isOpen && opening !== undefined) {
            isOpen = true;
            return { done: false, value: opening };
          }
          const step = await inner.next();
          if (step.done === true) return { done: true, value: undefined };
          try {
            return { done: false, value: await map(step.value) };
          } catch (error) {
            await end(); // the source does not know that its chunk was refused
            throw error;
          }
        },
        // Passed on even before the first next(), so that a body nobody reads still lets go of what it holds.
        return: end,
      };
    },
  };
}
