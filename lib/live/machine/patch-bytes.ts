import { coalesce } from "../../patch/index.ts";
import { encodeLiveFrame, encodeValue, type Operation, PATCH, type WireValue } from "../../wire/index.ts";

/** The forms of operations that go out more than once. */
interface Shared {
  /** For clients that take operations that change many rows. */
  readonly fewer: readonly Operation[];
}

// Caches, not state: an entry is a pure function of its key, and goes with it.
const shared = new WeakMap<readonly Operation[], Shared>();
const bodies = new WeakMap<readonly Operation[], Uint8Array>();

/** These operations go out more than once, and change no more: each of their forms is encoded once. */
export function shareBytes(operations: readonly Operation[]): void {
  shared.set(operations, { fewer: coalesce(operations) });
}

/**
 * A PATCH.
 * @param takesMany - The client takes operations that change many rows.
 * @throws CodedError `WIRE_*` for what cannot travel.
 */
export function encodePatch(
  seq: number,
  ref: number,
  operations: readonly Operation[],
  takesMany: boolean,
): Uint8Array {
  const known = shared.get(operations);
  if (known !== undefined) return withBody(seq, ref, takesMany ? known.fewer : operations);
  const all = takesMany ? coalesce(operations) : operations;
  const [only] = all;
  // Most have one, and spreading a list takes longer than encoding it.
  return encodeLiveFrame(all.length === 1 && only !== undefined ? [PATCH, seq, ref, only] : [PATCH, seq, ref, ...all]);
}

function withBody(seq: number, ref: number, operations: readonly Operation[]): Uint8Array {
  let body = bodies.get(operations);
  if (body === undefined) {
    const whole = encodeValue(operations as readonly unknown[] as readonly WireValue[]); // cast: operations are values
    body = whole.subarray(headOf(operations.length).length);
    bodies.set(operations, body);
  }
  const start = encodeLiveFrame([PATCH, seq, ref]).subarray(1); // without the head of an array of three
  const head = headOf(operations.length + 3);
  const bytes = new Uint8Array(head.length + start.length + body.length);
  bytes.set(head);
  bytes.set(start, head.length);
  bytes.set(body, head.length + start.length);
  return bytes;
}

/** What an array of MessagePack begins with. */
function headOf(length: number): Uint8Array {
  if (length < 16) return Uint8Array.of(0x90 | length);
  if (length < 65_536) return Uint8Array.of(0xdc, length >> 8, length & 255);
  return Uint8Array.of(0xdd, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255);
}
