import { CodedError } from "../errors/index.ts";
import { fieldsOf, parseFields } from "./fields.ts";
import { headerText } from "./headers.ts";
import type { Fields, HostRequest } from "./types.ts";

/** What the body readers are bound by. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly maxFields: number;
}

export async function readJson(request: HostRequest, limits: BodyLimits): Promise<unknown> {
  requireType(request, isJson, "JSON");
  checkAnnounced(request, limits); // also what the host has parsed under a cap of its own
  const { parsedBody } = request;
  if (parsedBody !== undefined && typeof parsedBody !== "string" && !(parsedBody instanceof Uint8Array))
    return parsedBody;
  const text = await readText(request, limits);
  try {
    const value: unknown = JSON.parse(text);
    return PROTO_KEY.test(text) ? withoutProto(value) : value;
  } catch {
    // The parser's own message quotes the body, so it is not passed on.
    throw new CodedError("APP_BAD_JSON", `a body of ${text.length} characters is not JSON`);
  }
}

/** `__proto__` as a JSON key, in any spelling. */
const PROTO_KEY =
  /"(?:_|\\u005f)(?:_|\\u005f)(?:p|\\u0070)(?:r|\\u0072)(?:o|\\u006f)(?:t|\\u0074)(?:o|\\u006f)(?:_|\\u005f)(?:_|\\u005f)"\s*:/i;

/** Drops the key everywhere: copied by assignment, as `Object.assign` does it, it would replace a prototype. */
function withoutProto(whole: unknown): unknown {
  const open: unknown[] = [whole];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) Reflect.deleteProperty(value, "__proto__");
    for (const inner of Object.values(value)) if (typeof inner === "object" && inner !== null) open.push(inner);
  }
  return whole;
}

export async function readForm(request: HostRequest, limits: BodyLimits): Promise<Fields> {
  requireType(request, isForm, "an urlencoded form");
  checkAnnounced(request, limits);
  const { parsedBody } = request;
  if (typeof parsedBody === "object" && parsedBody !== null && !(parsedBody instanceof Uint8Array)) {
    return fieldsOf(parsedBody, limits.maxFields);
  }
  return parseFields(await readText(request, limits), limits.maxFields);
}

export async function readText(request: HostRequest, limits: BodyLimits): Promise<string> {
  checkAnnounced(request, limits);
  if (request.parsedBody === undefined) requirePlainUtf8(request);
  if (typeof request.parsedBody === "string") return request.parsedBody;
  const bytes = await readBytes(request, limits);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CodedError("APP_BAD_TEXT", `a body of ${bytes.length} bytes is not UTF-8`);
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

export async function readBytes(request: HostRequest, limits: BodyLimits): Promise<Uint8Array> {
  checkAnnounced(request, limits);
  const { parsedBody } = request;
  if (parsedBody instanceof Uint8Array) return parsedBody;
  if (typeof parsedBody === "string") return new TextEncoder().encode(parsedBody);
  if (request.readAll !== undefined) {
    const whole = await request.readAll(limits.maxBytes);
    if (whole === undefined) throw tooLarge(limits.maxBytes + 1, limits.maxBytes);
    return whole;
  }
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

/** The raw body under its cap: refused before the first byte when its length is announced, else at the byte too many. */
export async function* readStream(request: HostRequest, limits: BodyLimits): AsyncGenerator<Uint8Array, void, void> {
  checkAnnounced(request, limits);
  let length = 0;
  for await (const chunk of request.stream()) {
    length += chunk.length;
    if (length > limits.maxBytes) throw tooLarge(length, limits.maxBytes);
    yield chunk;
  }
}

function checkAnnounced({ headers }: HostRequest, { maxBytes }: BodyLimits): void {
  const announced = Number(headerText(headers["content-length"]) ?? 0);
  if (announced > maxBytes) throw tooLarge(announced, maxBytes);
}

/** What a body schema is given: the reader follows the content type. */
export function readByType(request: HostRequest, limits: BodyLimits): Promise<unknown> {
  const type = mediaType(request);
  if (isJson(type)) return readJson(request, limits);
  if (isForm(type)) return readForm(request, limits);
  if (type.startsWith("text/")) return readText(request, limits);
  if (type === "") return readNothing(request, limits);
  return Promise.reject(badType(type, "JSON, a form or text"));
}

/** A request without a content type has no body, or one that cannot be told from another. */
async function readNothing(request: HostRequest, limits: BodyLimits): Promise<undefined> {
  const bytes = await readBytes(request, limits);
  if (bytes.length > 0) throw badType("", "JSON, a form or text");
  return undefined;
}

function requirePlainUtf8({ headers }: HostRequest): void {
  const encoding = headerText(headers["content-encoding"]) ?? "identity";
  if (encoding.toLowerCase() !== "identity") {
    throw new CodedError("APP_BAD_CONTENT_TYPE", "the body is compressed, and compressed bodies are not read");
  }
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(headerText(headers["content-type"]) ?? "")?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw new CodedError("APP_BAD_CONTENT_TYPE", "the body is in a charset other than UTF-8");
  }
}

function requireType(request: HostRequest, fits: (type: string) => boolean, wanted: string): void {
  const type = mediaType(request);
  if (!fits(type)) throw badType(type, wanted);
}

function mediaType(request: HostRequest): string {
  const value = headerText(request.headers["content-type"]) ?? "";
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
