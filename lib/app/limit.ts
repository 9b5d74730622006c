import { CodedError } from "../errors/index.ts";

/**
 * A limit that adapters take as an option, if it is one: what is compared with NaN is never too much, so that a setting that was missing
 * would be no limit at all. `Infinity` says that none is meant.
 * @throws CodedError `APP_BAD_LIMIT` when it is no number from `least` on.
 * @example
 * ```ts
 * const maxBytes = checkLimit("maxBytes", options.maxBytes ?? 16_384, 1);
 * ```
 * @public
 */
export function checkLimit(name: string, value: number, least = 0): number {
  if (typeof value === "number" && value >= least) return value;
  throw new CodedError("APP_BAD_LIMIT", `${name} is not a number from ${least} on`, { value: typeof value });
}
