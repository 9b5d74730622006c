import { CodedError } from "../errors/index.ts";
import { checkContent, checkOperations, checkTemplate } from "./check-operations.ts";
import { any, bytes, type Field, int, listOf, nullable, text, tupleOf } from "./fields.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { Content, Operation, TemplateSource } from "./operations.ts";
import type { WireValue } from "./value.ts";

/** Client: let me join, this is what I have. @public */
export const HELLO = 1;
/** Server: the page you have is current. @public */
export const ADOPT = 2;
/** Server: replace the page by this. @public */
export const MOUNT = 3;
/** Client: something happened. @public */
export const EVENT = 4;
/** Server: change the page. @public */
export const PATCH = 5;
/** Client: received up to this seq. Server: handled up to this ref. @public */
export const ACK = 6;
/** Are you there? The other side sends the same nonce back. @public */
export const PING = 7;
/** Client: I miss what follows this seq. @public */
export const RESYNC = 8;
/** Server: leave, come back after this long. @public */
export const DRAIN = 9;
/** Server: that went wrong. @public */
export const ERROR = 10;
/** Client: the page's address is another one now, show that. @public */
export const NAV = 11;
/** Client: a file, a piece of it, or never mind. Server: that much has come. @public */
export const UPLOAD = 12;
/** Client: nobody will come back to this page. @public */
export const LEAVE = 13;
/** Server: what an event's handler returned. @public */
export const REPLY = 14;
/** Server: a frame, deflated. @public */
export const DEFLATED = 15;

/** What a client may say in its HELLO: it takes {@link DEFLATED} frames. @public */
export const CAN_INFLATE = 1;
/** What a client may say in its HELLO: a MOUNT may name templates by the numbers it knows them by. @public */
export const CAN_REUSE = 2;
/** What a client may say in its HELLO: it takes operations that change many rows at once. @public */
export const CAN_MANY = 4;

/**
 * `seq` and `ref`: the last patch applied and the last event sent; `templates`: hash of the templates known ({@link templatesHash});
 * `render`: the render hash that came with the page, 0 when it could not be adopted; `can`: bits of what it can do, {@link CAN_INFLATE}, {@link CAN_REUSE} and {@link CAN_MANY}; `epoch`:
 * that of the session last joined, 0 before the first: a session of another epoch has seen other events, and its patches are for another page.
 * @public
 */
export type HelloFrame = readonly [
  typeof HELLO,
  token: Uint8Array,
  build: string,
  seq: number,
  ref: number,
  templates: number,
  render: number,
  ...canAndEpoch: number[],
];
/** An `epoch` the client does not know means a new session: what it had sent and not seen acknowledged is unknown. @public */
export type AdoptFrame = readonly [typeof ADOPT, epoch: number, seq: number];
/**
 * `templates` is `null` when the client's are right; otherwise they replace all it knew, numbered from 0; an int is one it knew by that number. Where
 * `build` follows, what the page before this one had bound means nothing here: events that wait are given up, and the next HELLO says this build. `handlers`: their
 * names now, where the page had told them.
 * @public
 */
export type MountFrame = readonly [
  typeof MOUNT,
  epoch: number,
  seq: number,
  templates: readonly (TemplateSource | number)[] | null,
  content: Content,
  ...renewed: readonly [] | readonly [build: string] | readonly [build: string, handlers: readonly string[]],
];
/** `seq` acknowledges; `handler` is the index of the view's handler. @public */
export type EventFrame = readonly [typeof EVENT, ref: number, seq: number, handler: number, args: WireValue];
/** `ref`: the last event handled. @public */
export type PatchFrame = readonly [typeof PATCH, seq: number, ref: number, ...operations: Operation[]];
/** A seq from the client, a ref from the server. @public */
export type AckFrame = readonly [typeof ACK, number: number];
/** The server sends the nonce back. @public */
export type PingFrame = readonly [typeof PING, nonce: number];
/** Asks for what follows this seq. @public */
export type ResyncFrame = readonly [typeof RESYNC, seq: number];
/** Come back between once and twice `retryAfterMs` later. @public */
export type DrainFrame = readonly [typeof DRAIN, reason: string, retryAfterMs: number];
/** `ref` is the event that failed, or 0. `retryAfterMs` is 0 when the client may choose. @public */
export type ErrorFrame = readonly [typeof ERROR, code: string, ref: number, retryAfterMs: number];

/** An event of the page itself: `url` is path and query. `ref` and `seq` as in {@link EventFrame}. @public */
export type NavFrame = readonly [typeof NAV, ref: number, seq: number, url: string];
/** A file as it is announced. @public */
export type UploadFile = readonly [field: string, name: string, type: string, size: number];
/**
 * A client's upload `entry`, a number it chooses: announced at offset 0 with what it is, then its bytes in order, each piece with the offset it begins
 * at; `null` takes it back.
 * @public
 */
export type UploadFrame = readonly [typeof UPLOAD, entry: number, offset: number, part: UploadFile | Uint8Array | null];
/** A server's word on an upload: bytes received so far, and the code of what is wrong with it, or "". @public */
export type UploadedFrame = readonly [typeof UPLOAD, entry: number, received: number, code: string];
/** The session may go at once. @public */
export type LeaveFrame = readonly [typeof LEAVE];
/** `ref`: the event whose handler returned `value`. Goes before the PATCH or ACK that tells of the ref. @public */
export type ReplyFrame = readonly [typeof REPLY, ref: number, value: WireValue];
/** `bytes` inflates (raw deflate) to `size` bytes, which are a frame. A reader refuses a `size` it would not take, and stops inflating there. @public */
export type DeflatedFrame = readonly [typeof DEFLATED, size: number, bytes: Uint8Array];

/** What a browser sends. @public */
export type ClientFrame =
  | HelloFrame
  | EventFrame
  | AckFrame
  | PingFrame
  | ResyncFrame
  | NavFrame
  | UploadFrame
  | LeaveFrame;
/** What a live session sends. @public */
export type ServerFrame =
  | AdoptFrame
  | MountFrame
  | PatchFrame
  | AckFrame
  | PingFrame
  | DrainFrame
  | ErrorFrame
  | UploadedFrame
  | ReplyFrame
  | DeflatedFrame;
/** Any live frame. @public */
export type LiveFrame = ClientFrame | ServerFrame;

const template: Field<TemplateSource | number> = (value): value is TemplateSource | number =>
  int(value) || checkTemplate(value) !== undefined;
const file: Field<UploadFile> = /* @__PURE__ */ tupleOf<UploadFile>(text, text, text, int);
const part: Field<WireValue> = (value): value is WireValue =>
  value === null || text(value) || bytes(value) || file(value);
const isContent = (value: WireValue | undefined): boolean => checkContent(value) !== undefined;

/** A check for each field, by type number. A patch goes on with operations. */
const CHECKS: { readonly [type: number]: readonly ((value: WireValue | undefined) => boolean)[] | undefined } = [
  undefined,
  [bytes, text, int, int, int, int],
  [int, int],
  [int, int, /* @__PURE__ */ nullable(/* @__PURE__ */ listOf(template)), isContent], // marked: bundlers drop the table where only numbers are wanted
  [int, int, int, any],
  [int, int],
  [int],
  [int],
  [int],
  [text, int],
  [text, int, int],
  [int, int, text],
  [int, int, part],
  [],
  [int, any],
  [int, bytes],
];
// Kept as data, not as two parsers: the browser carries this code.
const fromClient = [HELLO, EVENT, ACK, PING, RESYNC, NAV, UPLOAD, LEAVE];

/**
 * Encodes a live frame. Frames are built typed, so nothing is checked.
 * @public
 */
export function encodeLiveFrame(frame: LiveFrame): Uint8Array {
  return encodeFrame(frame as readonly [number, ...WireValue[]]); // cast: every field of a live frame is a wire value
}

/**
 * Decodes what a browser sent.
 * @throws CodedError `WIRE_*` when the bytes are no frame, `WIRE_BAD_LIVE_FRAME` when it is not one a browser may send.
 * @public
 */
export function decodeClientFrame(bytes: Uint8Array): ClientFrame {
  const frame = decodeLiveFrame(bytes);
  const [type] = frame;
  if (!fromClient.includes(type) || (type === UPLOAD && typeof frame[3] === "string")) refuse(type);
  return frame as ClientFrame; // cast: the list above is ClientFrame's types
}

/**
 * Decodes any live frame.
 * @throws CodedError `WIRE_*` when the bytes are no frame, `WIRE_BAD_LIVE_FRAME` or `WIRE_BAD_OPERATION` when a field is not what its place asks for.
 * @public
 */
export function decodeLiveFrame(bytes: Uint8Array): LiveFrame {
  const frame = decodeFrame(bytes);
  const [type] = frame;
  const checks = CHECKS[type] ?? refuse(type);
  const { length } = checks;
  if (type === PATCH)
    checkOperations(frame.slice(length + 1) as readonly WireValue[]); // cast: what follows the type are values
  else if (frame.length !== length + 1 && !hasMore(frame, length)) refuse(type);
  // By index: iterators and copies of the fields took as long as the decoding (bench: "live, change").
  for (let at = 0; at < length; at++) if (!checks[at]?.(frame[at + 1])) refuse(type);
  return frame as readonly WireValue[] as LiveFrame; // cast: the fields were just checked against the type's shape
}

/**
 * Hash of a set of templates in number order, so that two sides can tell whether they know the same ones.
 * @public
 */
export function templatesHash(hashes: readonly string[]): number {
  return hashText(hashes.join());
}

/**
 * FNV-1a, 32 bits, over UTF-16 code units: tells changed text from unchanged, protects nothing. `before` is the hash of what goes before the text.
 * @public
 */
export function hashText(text: string, before: number = 0x811c9dc5): number {
  let hash = before;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** After HELLO what a client can do and the epoch it knows may follow, after MOUNT a build and names of handlers. */
function hasMore(frame: readonly unknown[], length: number): boolean {
  const more = frame.slice(length + 1) as readonly WireValue[]; // cast: what follows the type are values
  if (more.length === 0 || more.length > 2) return false;
  if (frame[0] === HELLO) return more.every((value) => int(value));
  return frame[0] === MOUNT && text(more[0]) && (more.length === 1 || listOf(text)(more[1]));
}

function refuse(type: number): never {
  throw new CodedError("WIRE_BAD_LIVE_FRAME", `type ${type}`, { value: type });
}
