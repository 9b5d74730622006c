import type { Platform } from "./types.ts";

/** What waits for the consumer: a step of the source, or its error. */
type Outcome<T> = { readonly step: IteratorResult<T> } | { readonly error: unknown };

/**
 * The chunks of a source, and a `beat` whenever the consumer has waited `everyMs` for the next one. A consumer that does not ask gets no
 * beats: a client that does not read is sent nothing.
 */
export function withHeartbeat<T>(
  source: AsyncIterable<T>,
  beat: T,
  everyMs: number,
  after: Platform["after"],
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]: () => {
      const inner = source[Symbol.asyncIterator]();
      let isAsked = false;
      let outcome: Outcome<T> | undefined;
      let wake = (): void => {};
      const take = (settled: Outcome<T>): void => {
        outcome = settled;
        wake();
      };
      const deliver = (): IteratorResult<T> => {
        const settled = outcome;
        if (settled === undefined) return { done: false, value: beat };
        outcome = undefined;
        isAsked = false;
        if ("error" in settled) throw settled.error;
        return settled.step;
      };
      return {
        next: async () => {
          // The source is asked once per chunk, however many beats go by until it answers.
          if (!isAsked) {
            isAsked = true;
            inner.next().then(
              (step) => take({ step }),
              (error: unknown) => take({ error }),
            );
          }
          if (outcome === undefined) {
            await new Promise<void>((resolve) => {
              const cancel = after(everyMs, resolve);
              wake = () => {
                cancel();
                resolve();
              };
            });
          }
          return deliver();
        },
        return: async () => {
          wake();
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
