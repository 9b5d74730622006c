import { CodedError } from "../../errors/index.ts";

/**
 * A value as JSON can carry it. An object with a key `$` stands for what JSON has no words for: `undefined`, numbers such as `NaN`, bigints,
 * dates, an object that has a key `$` itself, or what was lost.
 * @public
 */
export type LoggedValue =
  | null
  | boolean
  | number
  | string
  | readonly LoggedValue[]
  | { readonly [key: string]: LoggedValue };

const MAX_DEPTH = 64;
const MAX_PARTS = 100_000;

/** Copies a value. What cannot be copied, or is too deep or too large, is lost as a whole; nothing is thrown. */
export function encodeValue(value: unknown): LoggedValue {
  const budget: Budget = { parts: MAX_PARTS, lost: undefined };
  try {
    return encode(value, 0, budget);
  } catch {
    return { $: "lost", value: budget.lost ?? "it could not be read" };
  }
}

/** @throws CodedError `SIGNALS_BAD_LOG`. */
export function decodeValue(logged: LoggedValue): unknown {
  return decode(logged, 0);
}

/** How much may still be copied, and why it was given up. */
interface Budget {
  parts: number;
  lost: string | undefined;
}

function lose(budget: Budget, why: string): never {
  budget.lost = why;
  throw new Error(why); // caught by encodeValue
}

function encode(value: unknown, depth: number, budget: Budget): LoggedValue {
  if (--budget.parts < 0 || depth > MAX_DEPTH) lose(budget, "it is too large");
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : tagged("number", Object.is(value, -0) ? "-0" : String(value));
    case "undefined":
      return tagged("undefined", null);
    case "bigint":
      return tagged("bigint", value.toString());
    case "object":
      return value === null ? null : encodeObject(value, depth, budget);
    default:
      return lose(budget, `it holds a ${typeof value}`);
  }
}

function encodeObject(value: object, depth: number, budget: Budget): LoggedValue {
  if (Array.isArray(value)) return Array.from(value, (part: unknown) => encode(part, depth + 1, budget));
  if (value instanceof Date) return tagged("date", encode(value.getTime(), depth + 1, budget));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) lose(budget, "it holds an object of a class");
  const entries = Object.entries(value).map(([key, part]): [string, LoggedValue] => [
    key,
    encode(part, depth + 1, budget),
  ]);
  // fromEntries defines properties: a key such as __proto__ stays a key
  return Object.hasOwn(value, "$") ? tagged("object", entries) : Object.fromEntries(entries);
}

function tagged($: string, value: LoggedValue): LoggedValue {
  return { $, value };
}

function decode(logged: LoggedValue, depth: number): unknown {
  if (depth > 2 * MAX_DEPTH + 2) throw bad("a value is nested too deeply");
  if (typeof logged !== "object" || logged === null) return logged;
  if (isList(logged)) return logged.map((part) => decode(part, depth + 1));
  if (Object.hasOwn(logged, "$")) return decodeTagged(logged["$"], logged["value"] ?? null, depth);
  return Object.fromEntries(Object.entries(logged).map(([key, part]) => [key, decode(part, depth + 1)]));
}

function decodeTagged(tag: unknown, value: LoggedValue, depth: number): unknown {
  if (tag === "undefined") return undefined;
  if (tag === "number" && typeof value === "string") return Number(value);
  if (tag === "bigint" && typeof value === "string" && /^-?\d{1,10000}$/.test(value)) return BigInt(value);
  if (tag === "date") return new Date(Number(decode(value, depth + 1)));
  if (tag === "object" && isList(value)) {
    return Object.fromEntries(
      value.map((entry) => {
        const [key, part] = isList(entry) ? entry : [];
        if (typeof key !== "string" || part === undefined) throw bad("an object is not as it was written");
        return [key, decode(part, depth + 1)];
      }),
    );
  }
  if (tag === "lost") throw bad(`a value was not logged: ${typeof value === "string" ? value : ""}`);
  throw bad("a value is not as it was written");
}

function isList(value: LoggedValue): value is readonly LoggedValue[] {
  return Array.isArray(value);
}

/** The error for a log that cannot be replayed. */
export function bad(what: string): CodedError {
  return new CodedError("SIGNALS_BAD_LOG", `The log cannot be replayed: ${what}`);
}
