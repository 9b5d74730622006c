import { CodedError } from "../errors/index.ts";
import { fieldsOf, parseFields } from "./fields.ts";
import { headerText } from "./headers.ts";
import { parseJson } from "./parse-json.ts";
import type { Fields, HostRequest, MaybePromise } from "./types.ts";

/** What the body readers are bound by. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxFields: number;
}

/** What of a request its body is read from. */
export type BodySource = Pick<HostRequest, "headers" | "parsedBody" | "stream" | "readAll">;

/** What goes on with the value a reader has made. */
type Then<Value, T> = (value: Value) => MaybePromise<T>;

const same = <T>(value: T): T => value;

/*
 * No reader is an async function, and they take what goes on with the value: a small body takes one promise for its bytes and one for all that
 * is made of them, where a chain of async readers took nine (bench: http, "POST JSON echo"). So they throw where they can tell at once, and
 * reject later.
 */

export function readJson(request: BodySource, limits: BodyLimits): MaybePromise<unknown> {
  requireType(request, isJson, "JSON");
  return jsonThen(request, limits, same);
}

function jsonThen<T>(request: BodySource, limits: BodyLimits, then: Then<unknown, T>): MaybePromise<T> {
  checkAnnounced(request, limits); // also what the host has parsed under a cap of its own
  const { parsedBody } = request;
  if (parsedBody !== undefined && typeof parsedBody !== "string" && !(parsedBody instanceof Uint8Array))
    return then(parsedBody);
  return plainTextThen(request, parsedBody, limits, (text) => then(parseJson(text)));
}

export function readForm(request: BodySource, limits: BodyLimits): MaybePromise<Fields> {
  requireType(request, isForm, "an urlencoded form");
  return formThen(request, limits, same);
}

function formThen<T>(request: BodySource, limits: BodyLimits, then: Then<Fields, T>): MaybePromise<T> {
  checkAnnounced(request, limits);
  const { parsedBody } = request;
  const { maxFields } = limits;
  if (typeof parsedBody === "object" && parsedBody !== null && !(parsedBody instanceof Uint8Array)) {
    return then(fieldsOf(parsedBody, maxFields));
  }
  return plainTextThen(request, parsedBody, limits, (text) => then(parseFields(text, maxFields)));
}

export function readText(request: BodySource, limits: BodyLimits): MaybePromise<string> {
  checkAnnounced(request, limits);
  return plainTextThen(request, request.parsedBody, limits, same);
}

/** What the host has parsed is handed on from here: finding it out may cost something. */
function textThen<T>(
  request: BodySource,
  parsedBody: unknown,
  limits: BodyLimits,
  then: Then<string, T>,
): MaybePromise<T> {
  if (typeof parsedBody === "string") return then(parsedBody);
  return bytesThen(request, parsedBody, limits, (bytes) => then(decode(bytes)));
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CodedError("APP_BAD_TEXT", `a body of ${bytes.length} bytes is not UTF-8`);
  }
}

const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true });

export function readBytes(request: BodySource, limits: BodyLimits): MaybePromise<Uint8Array> {
  checkAnnounced(request, limits);
  return bytesThen(request, request.parsedBody, limits, same);
}

/** Of a body whose announced length was found to be in order. */
function bytesThen<T>(
  request: BodySource,
  parsedBody: unknown,
  limits: BodyLimits,
  then: Then<Uint8Array, T>,
): MaybePromise<T> {
  if (parsedBody instanceof Uint8Array) return then(parsedBody);
  if (typeof parsedBody === "string") return then(new TextEncoder().encode(parsedBody));
  if (request.readAll === undefined) return readPieces(request, limits).then(then);
  const { maxBytes } = limits;
  return request.readAll(maxBytes).then((whole) => {
    if (whole === undefined) throw tooLarge(maxBytes + 1, maxBytes);
    return then(whole);
  });
}

async function readPieces(request: BodySource, limits: BodyLimits): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let joined = 0;
  for await (const chunk of readStream(request, limits)) {
    pieces.push(chunk);
    if (pieces.length - joined < MAX_LOOSE) continue;
    pieces.push(concat(pieces.splice(joined)));
    joined = pieces.length;
  }
  const only = pieces[0];
  return pieces.length === 1 && only !== undefined ? only : concat(pieces);
}

/** So many pieces become one: a client that sends single bytes would make us hold some 200 for each of them. */
const MAX_LOOSE = 256;

/** The raw body under its cap: refused at once by what its head announces, else at the byte too many. */
export function readStream(request: BodySource, limits: BodyLimits): AsyncIterable<Uint8Array> {
  checkAnnounced(request, limits);
  return underCap(request, limits);
}

async function* underCap(request: BodySource, limits: BodyLimits): AsyncGenerator<Uint8Array, void, void> {
  let length = 0;
  for await (const chunk of request.stream()) {
    length += chunk.length;
    if (length > limits.maxBytes) throw tooLarge(length, limits.maxBytes);
    yield chunk;
  }
}

/** What the head alone says of the body: that it is too long, or in a form nobody here can read. */
function checkAnnounced({ headers }: BodySource, { maxBytes }: BodyLimits): void {
  const coding = headers["transfer-encoding"];
  if (coding !== undefined) checkCoding(headerText(coding));
  const length = headers["content-length"];
  if (length === undefined) return;
  const announced = Number(headerText(length));
  if (announced > maxBytes) throw tooLarge(announced, maxBytes);
}

/** Parsers take the chunks off a body that is `gzip, chunked`, and give the bytes of the other coding for its own (RFC 9112, section 6.1). */
function checkCoding(coding: string | undefined): void {
  if (coding?.trim().toLowerCase() === "chunked") return;
  throw new CodedError("APP_BAD_TRANSFER_CODING", "the body is in a transfer coding other than chunked");
}

/** What a body schema is given: the reader follows the content type. */
export function readByType<T>(request: BodySource, limits: BodyLimits, then: Then<unknown, T>): MaybePromise<T> {
  const type = mediaType(request);
  if (isJson(type)) return jsonThen(request, limits, then);
  if (isForm(type)) return formThen(request, limits, then);
  if (type !== "" && !type.startsWith("text/")) throw badType(type, "JSON, a form or text");
  checkAnnounced(request, limits);
  const { parsedBody } = request;
  if (type !== "") return plainTextThen(request, parsedBody, limits, then);
  // A request without a content type has no body, or one that cannot be told from another.
  return bytesThen(request, parsedBody, limits, (bytes) => {
    if (bytes.length > 0) throw badType("", "JSON, a form or text");
    return then(undefined);
  });
}

/** The text of a body that says what it is: in no charset but UTF-8, and not compressed. */
function plainTextThen<T>(
  request: BodySource,
  parsedBody: unknown,
  limits: BodyLimits,
  then: Then<string, T>,
): MaybePromise<T> {
  if (parsedBody === undefined) requirePlainText(request);
  return textThen(request, parsedBody, limits, then);
}

function requirePlainText({ headers }: BodySource): void {
  const encoding = headerText(headers["content-encoding"]);
  if (encoding !== undefined && !/^(?:identity)?$/i.test(encoding)) {
    throw new CodedError("APP_BAD_CONTENT_TYPE", "the body is compressed, and compressed bodies are not read", {
      value: "content-encoding",
    });
  }
  const type = headerText(headers["content-type"]);
  if (type === undefined || !type.includes(";")) return;
  const charset = charsetOf(type);
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw new CodedError("APP_BAD_CONTENT_TYPE", "the body is in a charset other than UTF-8");
  }
}

/** Parameters are read whole: what stands in the quotes of another one is its own affair. */
function charsetOf(type: string): string | undefined {
  for (const [, name = "", value = ""] of type.matchAll(PARAMETER)) {
    if (name.toLowerCase() !== "charset") continue;
    return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
  }
  return undefined;
}

const PARAMETER = /;\s*([^\s;=]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)/g;

function requireType(request: BodySource, fits: (type: string) => boolean, wanted: string): void {
  const type = mediaType(request);
  if (!fits(type)) throw badType(type, wanted);
}

function mediaType(request: BodySource): string {
  const value = headerText(request.headers["content-type"]) ?? "";
  if (value === "application/json") return value; // what nearly all JSON comes as
  const end = value.indexOf(";");
  return (end < 0 ? value : value.slice(0, end)).trim().toLowerCase();
}

function isJson(type: string): boolean {
  return type === "application/json" || (type.startsWith("application/") && type.endsWith("+json"));
}

function isForm(type: string): boolean {
  return type === "application/x-www-form-urlencoded";
}

function badType(type: string, wanted: string): CodedError {
  return new CodedError(
    "APP_BAD_CONTENT_TYPE",
    `the body has ${type === "" ? "no content type" : "another content type"}, not ${wanted}`,
  );
}

function tooLarge(length: number, maxBytes: number): CodedError {
  return new CodedError("APP_BODY_TOO_LARGE", `a body of ${length} bytes or more, at most ${maxBytes} allowed`, {
    value: length,
  });
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
