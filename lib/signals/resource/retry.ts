import { CodedError } from "../../errors/index.ts";
import { checkFunction } from "../arguments.ts";

/**
 * What a resource does when its function fails.
 * @public
 */
export interface RetryPolicy {
  /** How often it is tried again after the first failure. From 0 to 100. */
  readonly times: number;
  /** The wait before the first retry, in milliseconds; it doubles each time, and between half and all of it is waited. @defaultValue 200 */
  readonly delayMs?: number;
  /** No wait is longer, in milliseconds, whoever made it. From 1 to 86,400,000. @defaultValue 30_000 */
  readonly maxDelayMs?: number;
  /**
   * Says the wait itself, in milliseconds, or `undefined` to give up; then `delayMs` counts for nothing.
   * @param attempt - The attempt that failed, counted from 1.
   */
  readonly delay?: (attempt: number, error: unknown) => number | undefined;
}

/** The wait after an attempt that failed, in milliseconds, or `undefined` to give up. */
export type Backoff = (attempt: number, error: unknown) => number | undefined;

/**
 * Makes the waits of a policy. Without one nothing is tried again.
 * @throws CodedError `SIGNALS_BAD_RETRY`.
 */
export function createBackoff(policy: RetryPolicy | undefined, random: () => number): Backoff {
  if (policy === undefined) return () => undefined;
  const { times, delayMs = 200, maxDelayMs = 30_000, delay } = Object(policy) as RetryPolicy; // cast: the ranges are checked below
  if (delay !== undefined) checkFunction(delay);
  checkRange("times", times, 0, 100);
  checkRange("maxDelayMs", maxDelayMs, 1, 86_400_000);
  checkRange("delayMs", delayMs, 0, maxDelayMs);
  // Half of it is chance, so that clients that failed together do not come back together.
  const wait = delay ?? ((attempt) => Math.min(maxDelayMs, delayMs * 2 ** (attempt - 1)) * (0.5 + random() / 2));
  return (attempt, error) => {
    if (attempt > times) return undefined;
    const ms = wait(attempt, error);
    if (ms === undefined) return undefined;
    // What is no number must not become a retry without pause.
    return Number.isNaN(ms) ? maxDelayMs : Math.min(maxDelayMs, Math.max(0, ms));
  };
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new CodedError("SIGNALS_BAD_RETRY", `retry.${name} is not a whole number from ${least} to ${most}`, { value });
}
