import { CodedError } from "../errors/index.ts";
import { decodePercent } from "./percent.ts";
import type { QueryLimits } from "./query-types.ts";

const PERCENT = 37;
const AMPERSAND = 38;
const PLUS = 43;
const EQUALS = 61;
const BRACKET_OPEN = 91;
const BRACKET_CLOSE = 93;
const DEFAULT_MAX_LENGTH = 8192;
const DEFAULT_MAX_PAIRS = 64;

/**
 * Walks over the pairs of `application/x-www-form-urlencoded` text, character by character and once. Nothing is
 * decoded that holds neither `%` nor `+`, and no value that nobody reads.
 * Twin: test/oracle/query.ts.
 */
export class QueryCursor {
  readonly url: string;
  /** Where the key of the current pair lies, and whether it must be decoded. */
  keyFrom = 0;
  keyTo = 0;
  keyEscaped = false;
  /** Where its value lies. */
  from = 0;
  to = 0;
  private readonly maxPairs: number;
  private pairs = 0;
  private at: number;
  private readonly end: number;
  private valueEscaped = false;

  /** @throws CodedError `ROUTER_QUERY_TOO_LARGE`. */
  constructor(url: string, limits: QueryLimits | undefined) {
    this.url = url;
    this.maxPairs = limits?.maxPairs ?? DEFAULT_MAX_PAIRS;
    const hash = url.indexOf("#");
    const question = url.indexOf("?");
    this.end = hash < 0 ? url.length : hash;
    this.at = question < 0 || question > this.end ? this.end : question + 1;
    const maxLength = limits?.maxLength ?? DEFAULT_MAX_LENGTH;
    if (this.end - this.at > maxLength) refuseSize(`more than ${maxLength} characters (maxLength)`, maxLength);
  }

  /**
   * Goes to the next pair; empty ones are passed over.
   * @throws CodedError `ROUTER_QUERY_TOO_LARGE`.
   */
  next(): boolean {
    const { url, end } = this;
    let start = this.at;
    while (start < end && url.charCodeAt(start) === AMPERSAND) start++;
    if (start >= end) return false;
    let equals = -1;
    let keyEscaped = false;
    let valueEscaped = false;
    let at = start;
    for (; at < end; at++) {
      const code = url.charCodeAt(at);
      if (code > EQUALS) continue; // letters, most of the time
      if (code === AMPERSAND) break;
      if (code === EQUALS) {
        if (equals < 0) equals = at;
      } else if (code === PERCENT || code === PLUS) {
        if (equals < 0) keyEscaped = true;
        else valueEscaped = true;
      }
    }
    if (++this.pairs > this.maxPairs) refuseSize(`more than ${this.maxPairs} pairs (maxPairs)`, this.maxPairs);
    this.at = at + 1;
    this.keyFrom = start;
    this.keyTo = equals < 0 ? at : equals;
    this.from = equals < 0 ? at : equals + 1;
    this.to = at;
    this.keyEscaped = keyEscaped;
    this.valueEscaped = valueEscaped;
    return true;
  }

  /** The key, decoded; `undefined` when its encoding is malformed. */
  key(): string | undefined {
    const text = this.url.slice(this.keyFrom, this.keyTo);
    return this.keyEscaped ? decode(text) : text;
  }

  /** The value, decoded; `undefined` when its encoding is malformed. */
  value(): string | undefined {
    const text = this.url.slice(this.from, this.to);
    return this.valueEscaped ? decode(text) : text;
  }
}

/** Whether a key ends in `[]`, which says: one of a list. */
export function isListKey(key: string): boolean {
  const { length } = key;
  return length > 2 && key.charCodeAt(length - 1) === BRACKET_CLOSE && key.charCodeAt(length - 2) === BRACKET_OPEN;
}

function decode(text: string): string | undefined {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

function refuseSize(what: string, limit: number): never {
  throw new CodedError("ROUTER_QUERY_TOO_LARGE", `the query has ${what}`, { value: limit });
}
