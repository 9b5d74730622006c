import { CodedError } from "../errors/index.ts";
import type { HeaderList, HeaderPair } from "./types.ts";

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Everything but tab, visible ASCII and Latin-1: CR and LF would start a header of the sender's choosing.
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/** Copies headers into a list a reply owns. */
export function toPairs(headers: HeaderList | undefined): HeaderPair[] {
  if (headers === undefined) return [];
  if (isList(headers)) return headers.slice();
  return Object.entries(headers);
}

/** @throws CodedError `APP_BAD_HEADER`; the message never repeats the value, which may be a stranger's. */
export function checkHeader(name: string, value: string): void {
  if (typeof name !== "string" || !TOKEN.test(name)) {
    throw new CodedError("APP_BAD_HEADER", "a header name is not a token", { value: typeof name });
  }
  if (typeof value !== "string" || FORBIDDEN.test(value)) {
    throw new CodedError(
      "APP_BAD_HEADER",
      `the value of header ${name} holds a line break or another forbidden character`,
      {
        value: name,
      },
    );
  }
}

export function checkHeaders(headers: readonly HeaderPair[]): void {
  for (const [name, value] of headers) checkHeader(name, value);
}

/** The first value of a request header, lists joined as RFC 9110 joins them. */
export function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" || value === undefined ? value : value.join(", ");
}

function isList(headers: HeaderList): headers is readonly HeaderPair[] {
  return Array.isArray(headers);
}
