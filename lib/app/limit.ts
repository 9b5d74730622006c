import { CodedError } from "../errors/index.ts";

/**
 * A limit of zero or more. What is compared with NaN is never too much, so that a setting that was missing would be no limit at all.
 * @throws CodedError `APP_BAD_LIMIT`
 */
export function checkLimit(name: string, value: number): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new CodedError("APP_BAD_LIMIT", `${name} is not a number from 0 on`, { value: typeof value });
}
