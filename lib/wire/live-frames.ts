import { CodedError } from "../errors/index.ts";
import { any, bytes, type Field, int, listOf, nullable, text } from "./fields.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";
import type { Content, Operation, TemplateSource } from "./operations.ts";
import { checkContent, checkOperations, checkTemplate } from "./operations.ts";
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

/**
 * `seq` and `ref`: the last patch applied and the last event sent; `templates`: hash of the templates known ({@link templatesHash});
 * `render`: the render hash that came with the page, 0 when it could not be adopted.
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
];
/** An `epoch` the client does not know means a new session: what it had sent and not seen acknowledged is unknown. @public */
export type AdoptFrame = readonly [typeof ADOPT, epoch: number, seq: number];
/** `templates` is `null` when the client's are right; otherwise they replace all it knew, numbered from 0. @public */
export type MountFrame = readonly [
  typeof MOUNT,
  epoch: number,
  seq: number,
  templates: readonly TemplateSource[] | null,
  content: Content,
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

/** What a browser sends. @public */
export type ClientFrame = HelloFrame | EventFrame | AckFrame | PingFrame | ResyncFrame;
/** What a live session sends. @public */
export type ServerFrame = AdoptFrame | MountFrame | PatchFrame | AckFrame | PingFrame | DrainFrame | ErrorFrame;
/** Any live frame. @public */
export type LiveFrame = ClientFrame | ServerFrame;

const template: Field<TemplateSource> = (value): value is TemplateSource => checkTemplate(value) !== undefined;
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
];
// Kept as data, not as two parsers: the browser carries this code.
const fromClient = [HELLO, EVENT, ACK, PING, RESYNC];

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
  if (!fromClient.includes(frame[0])) refuse(frame[0]);
  return frame as ClientFrame; // cast: the list above is ClientFrame's types
}

/**
 * Decodes any live frame.
 * @throws CodedError `WIRE_*` when the bytes are no frame, `WIRE_BAD_LIVE_FRAME` or `WIRE_BAD_OPERATION` when a field is not what its place asks for.
 * @public
 */
export function decodeLiveFrame(bytes: Uint8Array): LiveFrame {
  const [type, ...fields] = decodeFrame(bytes);
  const checks = CHECKS[type] ?? refuse(type);
  if (type === PATCH) checkOperations(fields.slice(checks.length));
  else if (fields.length !== checks.length) refuse(type);
  for (const [at, check] of checks.entries()) if (!check(fields[at])) refuse(type);
  return [type, ...fields] as readonly WireValue[] as LiveFrame; // cast: the fields were just checked against the type's shape
}

/**
 * Hash of a set of templates in number order, so that two sides can tell whether they know the same ones.
 * @public
 */
export function templatesHash(hashes: readonly string[]): number {
  return hashText(hashes.join());
}

/**
 * FNV-1a, 32 bits, over UTF-16 code units: tells changed text from unchanged, protects nothing.
 * @public
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function refuse(type: number): never {
  throw new CodedError("WIRE_BAD_LIVE_FRAME", `type ${type}`, { value: type });
}
