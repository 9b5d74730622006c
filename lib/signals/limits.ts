import { CodedError } from "../errors/index.ts";

/**
 * A limit as it was given, or its default. Nothing is ever more than NaN: it would be no limit.
 * @throws CodedError `SIGNALS_BAD_ARGUMENT`
 */
export function limitOf(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number" && value >= 0) return value;
  throw new CodedError("SIGNALS_BAD_ARGUMENT", `${name} is no number from 0 on`, { value: typeof value });
}
