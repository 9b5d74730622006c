import type { Shape } from "./marks.ts";

/** Stands in a list where it has a hole. */
export const ABSENT: unique symbol = Symbol("hole");

/** The shape of a plain object without symbols; `undefined` for anything else. */
export function shapeOf(value: object): Shape | undefined {
  const prototype: object | null = Object.getPrototypeOf(value);
  const inherits = prototype === Object.prototype;
  // Params of a route inherit from an empty object, which gives them nothing.
  const isBare =
    prototype === null || (Object.getPrototypeOf(prototype) === null && Reflect.ownKeys(prototype).length === 0);
  if (!inherits && !isBare) return undefined;
  return Object.getOwnPropertySymbols(value).length > 0 ? undefined : { keys: Object.keys(value), inherits };
}

/** Whether UTF-8 cannot say it. */
export function hasLoneSurrogate(text: string): boolean {
  return /\p{Cs}/u.test(text);
}
