import { createTable, layout } from "./define.ts";
import { any, bool, bytes, type Field, int, listOf, number, oneOf, text, tupleOf } from "./fields.ts";
import type { WireValue } from "./value.ts";

/**
 * The version of the sync protocol both sides name in HELLO and WELCOME.
 * @public
 */
export const SYNC_PROTOCOL = 1;

/**
 * What a connection may do with a document.
 * @public
 */
export type SyncLevel = "read" | "comment" | "write";

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
      readonly kind: "resume";
      readonly handle: number;
      readonly name: string;
      readonly epoch: number;
      readonly version: Uint8Array;
    }
  | {
      readonly kind: "cut";
      readonly handle: number;
      readonly epoch: number;
      readonly old: Uint8Array;
      readonly step: "next" | "last" | "lost";
    }
  | {
      readonly kind: "opened";
      readonly handle: number;
      readonly level: SyncLevel;
      readonly version: Uint8Array;
      readonly update: Uint8Array;
    }
  | { readonly kind: "update"; readonly handle: number; readonly ref: number; readonly updates: readonly Uint8Array[] }
  | { readonly kind: "ack"; readonly handle: number; readonly ref: number }
  | {
      readonly kind: "refused";
      readonly handle: number;
      readonly ref: number;
      readonly replica: number;
      readonly from: number;
      readonly code: string;
      readonly message: string;
    }
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

const change: Field<PeerChange> = tupleOf(int, any, any);
const FRAMES = createTable(
  {
    hello: layout(32, { protocol: int, capabilities: listOf(text) }),
    welcome: layout(33, {
      protocol: int,
      capabilities: listOf(text),
      peer: int,
      silentMs: int,
      maxMessageBytes: int,
    }),
    open: layout(34, { handle: int, name: text, version: bytes }),
    opened: layout(35, { handle: int, level: oneOf("read", "comment", "write"), version: bytes, update: bytes }),
    update: layout(36, { handle: int, ref: int, updates: listOf(bytes) }),
    ack: layout(37, { handle: int, ref: int }),
    missing: layout(38, { handle: int, ref: int, version: bytes }),
    leave: layout(39, { handle: int }),
    presence: layout(40, { handle: int, state: any }),
    peers: layout(41, { handle: int, full: bool, changes: listOf(change) }),
    ping: layout(42, { nonce: int }),
    pong: layout(43, { nonce: int }),
    part: layout(44, { last: bool, bytes }),
    drain: layout(45, { retryAfterMs: int }),
    error: layout(46, { handle: int, ref: int, code: text, final: bool, message: text }),
    cut: layout(48, { handle: int, epoch: int, old: bytes, step: oneOf("next", "last", "lost") }),
    resume: layout(49, { handle: int, name: text, epoch: int, version: bytes }),
    refused: layout(47, { handle: int, ref: int, replica: number, from: int, code: text, message: text }),
  },
  "SYNC_BAD_FRAME",
);

/**
 * Writes one sync frame as bytes the caller owns.
 * @public
 */
export function encodeSyncFrame(frame: SyncFrame): Uint8Array {
  return FRAMES.encode(frame);
}

/**
 * Reads one sync frame and checks every field.
 * @throws CodedError `WIRE_*` when the bytes are no frame, `SYNC_BAD_FRAME` when it is not a sync frame or a field is wrong.
 * @public
 */
export function decodeSyncFrame(bytes: Uint8Array): SyncFrame {
  // Whoever received the bytes has bounded them; a document in one frame may be longer than a frame of anything else.
  return FRAMES.decode(bytes, { maxBytes: bytes?.length });
}
