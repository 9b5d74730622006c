import type { MaybePromise } from "../types.ts";

/**
 * What a limiter says of one request.
 * @public
 */
export interface LimitDecision {
  /** Whether it may pass. */
  readonly allowed: boolean;
  /** What may be spent per window. */
  readonly limit: number;
  /** What is left after this request. */
  readonly remaining: number;
  /** Until more can be spent than now; for a refused request, until it would pass. In milliseconds. */
  readonly resetMs: number;
}

/**
 * Counts what keys spend: the seam for limiters shared by several processes.
 * @public
 */
export interface Limiter {
  /** Spends `cost` of the key's quota if that is still there. `now` is in milliseconds since 1970; keys have at most 256 characters. */
  take(key: string, cost: number, now: number): MaybePromise<LimitDecision>;
}
