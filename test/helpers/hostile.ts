import assert from "node:assert/strict";
import { test } from "vitest";
import { CodedError, HINTS } from "../../lib/errors/index.ts";

/** Memory that was handed on. */
function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

/** One of each kind of value that a caller without types may give for another. */
export const HOSTILE: readonly unknown[] = [
  undefined,
  null,
  true,
  Number.NaN,
  -1,
  1.5,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  "text",
  5n,
  Symbol("s"),
  {},
  Object.create(null),
  [],
  [5],
  [null],
  () => {},
  new Date(0),
  new Uint8Array(3),
  detached(),
  new Uint8Array(new SharedArrayBuffer(8)),
  new Float64Array(2),
  new DataView(new ArrayBuffer(8)),
  new ArrayBuffer(4),
  new Proxy({}, {}),
  new Proxy(() => {}, {}),
];

/** Calls by the name of the exported function they are about: several for one are told apart by what follows the name. */
export type Calls = Readonly<Record<string, (wrong: never) => unknown>>;

/**
 * Says of each function of a door that it throws nothing but errors with a code and a hint, whatever it is given.
 * @param rest - Functions that take anything as it is, or that a test of their own is about.
 */
export function refusesByCode(door: object, calls: Calls, rest: readonly string[] = []): void {
  test("every function of the door is asked", () => {
    const functions = Object.entries(door).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
    const asked = new Set([...Object.keys(calls).map((name) => name.split(" ", 1)[0]), ...rest]);
    assert.deepEqual(
      functions.filter((name) => !asked.has(name)),
      [],
    );
  });

  test.each(Object.entries(calls))("%s", (_, call) => {
    for (const value of HOSTILE) {
      try {
        call(value as never); // cast: what the types forbid
      } catch (error) {
        assert.ok(error instanceof CodedError, `${typeof value}: ${String(error)}`);
        assert.equal(error.hint, HINTS[error.code]);
      }
    }
  });
}
