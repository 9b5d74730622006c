import { CodedError } from "../errors/index.ts";
import type { Fields } from "./types.ts";

/**
 * Parses `a=1&b=2&a=3` as the URL standard does: `+` is a space, malformed escapes stay as they are.
 * @throws CodedError `APP_TOO_MANY_FIELDS` before any parsing when there are more than `maxFields`.
 */
export function parseFields(text: string, maxFields: number): Fields {
  let count = 1;
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) count += 1;
  if (count > maxFields)
    throw new CodedError("APP_TOO_MANY_FIELDS", `${count} fields, at most ${maxFields}`, { value: count });
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const part of text.split("&")) {
    if (part === "") continue;
    const at = part.indexOf("=");
    if (at < 0) put(fields, decode(part), "");
    else put(fields, decode(part.slice(0, at)), decode(part.slice(at + 1)));
  }
  return fields;
}

/** The query of a URL as received. */
export function parseQuery(url: string, maxFields: number): Fields {
  const start = url.indexOf("?");
  if (start < 0) return Object.create(null);
  const end = url.indexOf("#");
  if (end < 0) return parseFields(url.slice(start + 1), maxFields);
  return end < start ? Object.create(null) : parseFields(url.slice(start + 1, end), maxFields);
}

/**
 * Fields from a form the host has parsed. Nested values, as Express makes them of `a[b]=1`, get their flat names back,
 * so that a form reads alike on every host.
 */
export function fieldsOf(parsed: object, maxFields: number): Fields {
  const fields: Record<string, string | string[]> = Object.create(null);
  let count = 0;
  const visit = (name: string, value: unknown, depth: number): void => {
    if (++count > maxFields || depth > 8) throw new CodedError("APP_TOO_MANY_FIELDS", `more than ${maxFields} fields`);
    if (Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null)) {
      for (const item of value) put(fields, name, String(item ?? ""));
    } else if (typeof value === "object" && value !== null) {
      for (const key of Object.keys(value)) visit(`${name}[${key}]`, Reflect.get(value, key), depth + 1);
    } else {
      put(fields, name, String(value ?? ""));
    }
  };
  for (const key of Object.keys(parsed)) visit(key, Reflect.get(parsed, key), 0);
  return fields;
}

/**
 * The one value, or the first of several, of a field.
 * @example firstOf(c.query["page"]) ?? "1"
 * @public
 */
export function firstOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "object" ? value[0] : value;
}

/**
 * All values of a field as a list, empty when it is absent.
 * @public
 */
export function allOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}

function put(fields: Record<string, string | string[]>, name: string, value: string): void {
  const before = fields[name];
  if (before === undefined) fields[name] = value;
  else if (typeof before === "string") fields[name] = [before, value];
  else before.push(value);
}

function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeLoosely(spaced);
  }
}

/** Malformed escapes stay, bytes that are no UTF-8 become U+FFFD. URLSearchParams of Node 20 garbles other letters beside them. */
function decodeLoosely(text: string): string {
  const input = new TextEncoder().encode(text);
  const output = new Uint8Array(input.length);
  let length = 0;
  for (let i = 0; i < input.length; i++) {
    const high = hexDigit(input[i + 1]);
    const low = hexDigit(input[i + 2]);
    if (input[i] === PERCENT && high >= 0 && low >= 0) {
      output[length++] = high * 16 + low;
      i += 2;
    } else output[length++] = input[i] as number; // cast: i is below the length
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(output.subarray(0, length));
}

const PERCENT = 37;

function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1;
  return code < 128 ? "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase()) : -1;
}
