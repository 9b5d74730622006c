/** The same stream, whose end is told once: done, failed, or let go. */
export function watchEnd<T>(source: AsyncIterable<T>, onEnd: (error?: unknown) => void): AsyncIterable<T> {
  let ended = false;
  const end = (error?: unknown): void => {
    if (ended) return;
    ended = true;
    onEnd(error);
  };
  return {
    [Symbol.asyncIterator]: () => {
      const inner = source[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const step = await inner.next();
            if (step.done === true) end();
            return step;
          } catch (error) {
            end(error ?? new Error("a stream failed without a reason"));
            throw error;
          }
        },
        // Also before the first next(), as mapStream does.
        async return() {
          end();
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
