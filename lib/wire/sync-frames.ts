import { CodedError } from "../errors/index.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { Frame, WireValue } from "./value.ts";

/**
 * The version of the sync protocol both sides name in HELLO and WELCOME.
 * @public
 */
export const SYNC_PROTOCOL = 1;

/**
 * What a connection may do with a document.
 * @public
 */
export type SyncLevel = "read" | "write";

/**
 * One change of who is present: connection number, its user as the hub knows it, and its state, null when it left.
 * @public
 */
export type PeerChange = readonly [peer: number, user: WireValue, state: WireValue];

/**
 * The messages of sync, one `kind` each. `handle` is the number a client chose for a document in OPEN; 0 means the whole connection.
 * @public
 */
export type SyncFrame =
  | { readonly kind: "hello"; readonly protocol: number; readonly capabilities: readonly string[] }
  | {
      readonly kind: "welcome";
      readonly protocol: number;
      readonly capabilities: readonly string[];
      readonly peer: number;
      readonly silentMs: number;
      readonly maxMessageBytes: number;
    }
  | { readonly kind: "open"; readonly handle: number; readonly name: string; readonly version: Uint8Array }
  | {
      readonly kind: "opened";
      readonly handle: number;
      readonly level: SyncLevel;
      readonly version: Uint8Array;
      readonly update: Uint8Array;
    }
  | { readonly kind: "update"; readonly handle: number; readonly ref: number; readonly updates: readonly Uint8Array[] }
  | { readonly kind: "ack"; readonly handle: number; readonly ref: number }
  | { readonly kind: "missing"; readonly handle: number; readonly ref: number; readonly version: Uint8Array }
  | { readonly kind: "leave"; readonly handle: number }
  | { readonly kind: "presence"; readonly handle: number; readonly state: WireValue }
  | { readonly kind: "peers"; readonly handle: number; readonly full: boolean; readonly changes: readonly PeerChange[] }
  | { readonly kind: "ping"; readonly nonce: number }
  | { readonly kind: "pong"; readonly nonce: number }
  | { readonly kind: "part"; readonly last: boolean; readonly bytes: Uint8Array }
  | { readonly kind: "drain"; readonly retryAfterMs: number }
  | {
      readonly kind: "error";
      readonly handle: number;
      readonly ref: number;
      readonly code: string;
      readonly final: boolean;
      readonly message: string;
    };

type Kind = SyncFrame["kind"];
type Check = (value: WireValue) => boolean;
type Shape = readonly [type: number, fields: Readonly<Record<string, Check>>];

const whole: Check = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const bytes: Check = (value) => value instanceof Uint8Array;
const any: Check = () => true;
const level: Check = (value) => value === "read" || value === "write";
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const change: Check = (value) => Array.isArray(value) && value.length === 3 && whole(value[0]);

// Field order is the order on the wire.
const SHAPES: { readonly [K in Kind]: Shape } = {
  hello: [32, { protocol: whole, capabilities: listOf(text) }],
  welcome: [33, { protocol: whole, capabilities: listOf(text), peer: whole, silentMs: whole, maxMessageBytes: whole }],
  open: [34, { handle: whole, name: text, version: bytes }],
  opened: [35, { handle: whole, level, version: bytes, update: bytes }],
  update: [36, { handle: whole, ref: whole, updates: listOf(bytes) }],
  ack: [37, { handle: whole, ref: whole }],
  missing: [38, { handle: whole, ref: whole, version: bytes }],
  leave: [39, { handle: whole }],
  presence: [40, { handle: whole, state: any }],
  peers: [41, { handle: whole, full: flag, changes: listOf(change) }],
  ping: [42, { nonce: whole }],
  pong: [43, { nonce: whole }],
  part: [44, { last: flag, bytes }],
  drain: [45, { retryAfterMs: whole }],
  error: [46, { handle: whole, ref: whole, code: text, final: flag, message: text }],
};
const KINDS: ReadonlyMap<number, string> = new Map(Object.entries(SHAPES).map(([kind, [type]]) => [type, kind]));

/**
 * Writes one sync frame as bytes the caller owns.
 * @public
 */
export function encodeSyncFrame(frame: SyncFrame): Uint8Array {
  const [type, fields] = SHAPES[frame.kind];
  // cast: the table names exactly the fields of each kind (a test compares both ways)
  const values = frame as unknown as Readonly<Record<string, WireValue>>;
  return encodeFrame([type, ...Object.keys(fields).map((name) => values[name] as WireValue)]);
}

/**
 * Reads one sync frame and checks every field. Byte fields may be views of `bytes`.
 * @throws CodedError `WIRE_*` when the bytes are no frame, `SYNC_BAD_FRAME` when it is not a sync frame or a field is wrong.
 * @public
 */
export function decodeSyncFrame(bytes: Uint8Array): SyncFrame {
  // Whoever received the bytes has bounded them; a document in one frame may be longer than a frame of anything else.
  const [type, ...values]: Frame = decodeFrame(bytes, { maxBytes: bytes.length });
  const kind = KINDS.get(type);
  if (kind === undefined) throw new CodedError("SYNC_BAD_FRAME", `${type} is no sync frame`, { value: type });
  const fields = Object.entries(SHAPES[kind as Kind][1]); // cast: KINDS is made from the table's keys
  if (values.length !== fields.length) {
    throw new CodedError("SYNC_BAD_FRAME", `${kind} has ${values.length} fields, not ${fields.length}`, {
      value: type,
    });
  }
  const frame: Record<string, WireValue> = { kind };
  fields.forEach(([name, check], index) => {
    const value = values[index] as WireValue; // cast: the lengths are equal
    if (!check(value)) throw new CodedError("SYNC_BAD_FRAME", `${kind}.${name} has the wrong type`, { value: type });
    frame[name] = value;
  });
  return frame as unknown as SyncFrame; // cast: every field of the kind was checked above
}
