/**
 * Bytes to operations, for bytes from strangers: every number is checked (`transcode.ts`) before anything is built on it, and nothing here knows a document.
 * What needs one (are the parents known?) is checked in `stage.ts`.
 */
import { CodedError } from "../../errors/index.ts";
import { type ContainerName, TEXT } from "../model.ts";
import { bad, checkLimit, guarded, ours } from "../refuse.ts";
import type { CrdtLimits } from "../types.ts";
import { Reader } from "./bytes.ts";
import { dealText } from "./fill.ts";
import { crc32, DOCUMENT, DOCUMENT_HEADER, UPDATE, UPDATE_HEADER } from "./format.ts";
import type { Update } from "./rows.ts";
import { type Columns, Transcoder } from "./transcode.ts";

/**
 * Decodes an update or a document.
 * @throws CodedError CRDT_UNKNOWN_FORMAT, CRDT_BAD_CHECKSUM, CRDT_LIMIT, CRDT_BAD_UPDATE.
 */
export function decodeUpdate(bytes: Uint8Array, limits: Required<CrdtLimits>): Update {
  if (!ArrayBuffer.isView(bytes)) throw unknown(bytes);
  checkLimit("maxUpdateBytes", bytes.length, limits.maxUpdateBytes);
  try {
    const from = new Reader(bytes);
    if (bytes[0] === DOCUMENT) return decodeDocument(bytes, from, limits);
    if (bytes.length < UPDATE_HEADER || bytes[0] !== UPDATE) throw unknown(bytes);
    check(bytes, UPDATE_HEADER, bytes.length, 1);
    from.position = UPDATE_HEADER;
    const all = new Transcoder(bytes.length, limits);
    all.rows(all.tables(from), from, from, from, from, from, from);
    dealText(all, from.utf8(from.remaining));
    return all;
  } catch (error) {
    throw ours(error);
  }
}

function decodeDocument(bytes: Uint8Array, from: Reader, limits: Required<CrdtLimits>): Update {
  const all = new Transcoder(bytes.length, limits);
  all.texts = readTextPart(bytes, from, all);
  check(bytes, from.position, bytes.length, 5);
  const flags = all.tables(from);
  const columns = Array.from({ length: 6 }, () => new Reader(from.bytes(from.varint())));
  all.rows(flags, ...(columns as unknown as Columns)); // cast: as many were made
  dealText(all);
  for (const { remaining } of [from, ...columns]) if (remaining > 0) throw bad("left over");
  return all;
}

/**
 * Reads the root texts of a document that `encode()` made, by name, without decoding anything else: to show it before it is loaded.
 * @throws CodedError `CRDT_UNKNOWN_FORMAT` for what is no whole document, `CRDT_BAD_CHECKSUM`, `CRDT_BAD_UPDATE`.
 * @remarks Only the part with the texts is checked. Time: O(bytes of text).
 * @public
 */
export function readTexts(bytes: Uint8Array): Map<string, string> {
  return guarded(() => {
    const roots = new Map<string, string>();
    for (const [{ name, parent }, text] of readTextPart(bytes, new Reader(bytes), new Transcoder()))
      if (parent === null) roots.set(name, text);
    return roots;
  });
}

/** The part of a document with its texts has a checksum of its own. */
function readTextPart(bytes: Uint8Array, from: Reader, all: Transcoder): Map<ContainerName, string> {
  if (bytes.length <= DOCUMENT_HEADER || bytes[0] !== DOCUMENT) throw unknown(bytes);
  from.position = DOCUMENT_HEADER;
  const length = from.varint();
  if (length > from.remaining) throw bad("text");
  const to = from.position + length;
  check(bytes, from.position, to, 1);
  all.names(from);
  const texts = new Map<ContainerName, string>();
  for (const named of all.containers) if (named.type === TEXT) texts.set(named, from.string());
  if (from.position !== to) throw bad("text");
  return texts;
}

function check(bytes: Uint8Array, from: number, to: number, at: number): void {
  const crc = crc32(bytes, from, to);
  for (let i = 0; i < 4; i++) {
    if (bytes[at + i] !== ((crc >>> (8 * i)) & 255))
      throw new CodedError("CRDT_BAD_CHECKSUM", "The checksum does not fit");
  }
}

function unknown(bytes: Uint8Array | undefined): CodedError {
  return new CodedError("CRDT_UNKNOWN_FORMAT", "The bytes are no update known here", {
    value: bytes?.[0],
  });
}
