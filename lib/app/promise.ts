import type { MaybePromise } from "./types.ts";

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  // cast: asked for by name, a property that is missing costs nothing; `in` takes a call of the engine's for each reply
  return (
    typeof value === "object" && value !== null && typeof (value as { readonly then?: unknown }).then === "function"
  );
}
