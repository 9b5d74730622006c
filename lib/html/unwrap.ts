import { READ } from "../pool/index.ts";
import { failAt, type Site } from "./contexts.ts";

const MAX_WRAPPINGS = 100;

/**
 * Calls functions and reads readables until something else comes out. Everything else passes through.
 * @param isSealed - Inside `memo`, where what can be read anew is refused.
 */
export function unwrap(value: unknown, site: Site | undefined, hole: number, isSealed = false): unknown {
  let current = value;
  for (let i = 0; i < MAX_WRAPPINGS; i++) {
    if (isSealed && reads(current)) throw failAt("HTML_MEMO", "a readable inside memo()", site, hole);
    if (typeof current === "function") {
      // A signal may itself be a function: then its own way of reading counts.
      current = readerOf(current) === undefined ? current() : readOf(current);
    } else if (typeof current === "object" && current !== null && readerOf(current) !== undefined) {
      current = readOf(current);
    } else return current;
  }
  throw failAt("HTML_TOO_DEEP", `${MAX_WRAPPINGS} functions or readables inside each other`, site, hole);
}

function readerOf(value: object): unknown {
  return (value as { readonly [READ]?: unknown })[READ]; // cast: any object may be asked
}

function readOf(value: object): unknown {
  return (value as { [READ](): unknown })[READ](); // cast: readerOf found it
}

const READER = Symbol("reader");

/** Marks a function that reads a readable when it is called. */
export function markReader<F extends () => unknown>(read: F): F {
  return Object.assign(read, { [READER]: true });
}

function reads(value: unknown): boolean {
  return isReadable(value) || (typeof value === "function" && READER in value);
}

/** Tells whether a value is read through `READ`. */
export function isReadable(value: unknown): boolean {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") && readerOf(value) !== undefined
  );
}

/** Tells what a value that cannot be written is, without showing it. */
export function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? `an object of class ${name}` : "a plain object";
}

/** Tells whether a value is a promise, or behaves like one. */
export function isThenable(value: object): boolean {
  return typeof (value as { readonly then?: unknown }).then === "function"; // cast: any object may be asked
}
