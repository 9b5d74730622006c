import { CodedError } from "../errors/index.ts";

/**
 * A limit as it was given, or its default. What is compared with NaN is never too much, so that a setting that was missing would be no limit at all.
 * @throws CodedError `ROUTER_BAD_LIMIT`
 */
export function limitOf(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number" && value >= 0) return value;
  throw new CodedError("ROUTER_BAD_LIMIT", `${name} is no number from 0 on`, { value: typeof value });
}
