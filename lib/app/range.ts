import { CodedError } from "../errors/index.ts";
import { mark304 } from "./compressible.ts";
import { checkEtag, isSameState, precondition, type Validators, validatorPairs } from "./conditional.ts";
import { headerText, toPairs } from "./headers.ts";
import type { HeaderList, HeaderPair, Reply, RequestHeaders } from "./types.ts";

/**
 * Bytes of known length that can be read from any place: a file, an object in a store, a column of a database.
 * @public
 */
export interface FileSource extends Validators {
  /** In bytes. */
  readonly size: number;
  /** Its content type. */
  readonly type?: string | undefined;
  /** The bytes from `start` up to, not including, `end`. Called once at most, and only when they will be sent. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

/**
 * Options of `c.file`.
 * @public
 */
export interface FileOptions {
  /** The content type. @defaultValue that of the source, else "application/octet-stream" */
  readonly type?: string;
  /** `"attachment"` makes browsers save it. @defaultValue "inline" */
  readonly disposition?: "inline" | "attachment";
  /** The name browsers save it under; any text. */
  readonly name?: string;
  /** Further headers. */
  readonly headers?: HeaderList;
}

interface Asked {
  readonly method: string;
  readonly headers: RequestHeaders;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Answers with a file, or the part of it a `Range` asks for (RFC 9110, section 14): 200, 206, 304, 412 or 416. Several ranges in one request
 * are answered by the whole file, as the RFC allows: nobody who resumes or seeks asks for them.
 * @throws CodedError `APP_BAD_ETAG`, `APP_BAD_REPLY` when the source has no proper size.
 */
export function fileReply(asked: Asked, source: FileSource, options: FileOptions = {}): Reply {
  const { size } = source;
  if (!Number.isSafeInteger(size) || size < 0)
    throw new CodedError("APP_BAD_REPLY", "the size of a file is not a whole number of bytes", { value: size });
  if (source.etag !== undefined) checkEtag(source.etag);
  const answer = precondition(asked, source);
  if (answer !== undefined) {
    const reply = { ...answer, headers: [...answer.headers, ...toPairs(options.headers)] };
    return mark304(reply, fileHeaders(source, options), size);
  }
  const span = spanOf(asked, source);
  if (span === "none") {
    const own = toPairs(options.headers).filter(([name]) => !OF_FILE.test(name));
    return { status: 416, headers: [["content-range", `bytes */${size}`], ACCEPT, ...own], body: null };
  }
  const headers = fileHeaders(source, options);
  if (span === "whole") return partOf(asked, source, 200, headers, { start: 0, end: size });
  headers.push(["content-range", `bytes ${span.start}-${span.end - 1}/${size}`]);
  return partOf(asked, source, 206, headers, span);
}

/** What is said of the file, and how long it may be kept, is not true of the refusal of a part. */
const OF_FILE = /^(?:content-.*|accept-ranges|cache-control|expires|etag|last-modified)$/i;

const ACCEPT: HeaderPair = /* @__PURE__ */ Object.freeze(["accept-ranges", "bytes"] as const);

function partOf(asked: Asked, source: FileSource, status: number, headers: HeaderPair[], { start, end }: Span): Reply {
  headers.push(["content-length", String(end - start)]);
  if (asked.method === "HEAD" || start === end) return { status, headers, body: asked.method === "HEAD" ? null : "" };
  return { status, headers, body: source.read(start, end) };
}

function fileHeaders(source: FileSource, options: FileOptions): HeaderPair[] {
  const { name, disposition = "inline" } = options;
  const headers: HeaderPair[] = [
    ["content-type", options.type ?? source.type ?? "application/octet-stream"],
    ACCEPT,
    // What was stored by strangers must not become a page because a browser guesses so.
    ["x-content-type-options", "nosniff"],
    ...validatorPairs(source),
  ];
  if (name !== undefined || disposition === "attachment")
    headers.push(["content-disposition", dispositionOf(disposition, name)]);
  const own = toPairs(options.headers);
  const names = new Set(own.map(([key]) => key.toLowerCase()));
  return [...headers.filter(([key]) => !names.has(key)), ...own];
}

/** `filename` for clients of old, `filename*` (RFC 8187) for the name as it is. */
function dispositionOf(disposition: string, name: string | undefined): string {
  if (name === undefined) return disposition;
  const whole = name.replace(/\p{Surrogate}/gu, "\ufffd");
  const plain = whole.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(whole).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return plain === whole
    ? `${disposition}; filename="${plain}"`
    : `${disposition}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** What of the file is asked for. A header that cannot be read counts as absent; one that asks for what is not there is told so. */
function spanOf({ method, headers }: Asked, source: FileSource): Span | "whole" | "none" {
  const range = method === "GET" ? headerText(headers["range"]) : undefined;
  const match = /^bytes=[\t ]*(?:(\d+)-(\d*)|-(\d+))[\t ]*$/i.exec(range ?? "");
  if (match === null) return "whole";
  const condition = headerText(headers["if-range"]);
  if (condition !== undefined && !isSameState(condition, source)) return "whole";
  const { size } = source;
  if (size === 0) return "whole"; // there is nothing to cut, and players ask for parts of whatever they are given
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? "none" : { start: size - length, end: size };
  }
  const start = Number(first); // beyond all exact numbers it is beyond all files, too
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < start) return "whole"; // not a range at all
  return start >= size ? "none" : { start, end };
}
