import { CodedError } from "../errors/index.ts";
import { headerText, isNamed } from "./headers.ts";
import type { HeaderPair, Reply, RequestHeaders } from "./types.ts";

/**
 * What tells one state of a resource from another.
 * @public
 */
export interface Validators {
  /** An entity tag with its quotes, `W/` in front of a weak one: `"v7"`. */
  readonly etag?: string | undefined;
  /** When it last changed; HTTP knows whole seconds. */
  readonly lastModified?: Date | undefined;
}

/** What of a request decides. */
interface Asked {
  readonly method: string;
  readonly headers: RequestHeaders;
}

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;

/**
 * Evaluates the conditions of a request in the order of RFC 9110 (HTTP Semantics), section 13.2.2.
 * @returns 304 or 412 to answer with, or `undefined` to go on.
 * @throws CodedError `APP_BAD_ETAG`
 */
export function precondition({ method, headers }: Asked, validators: Validators): Reply | undefined {
  const { etag, lastModified } = validators;
  if (etag !== undefined) checkEtag(etag);
  const isRead = method === "GET" || method === "HEAD";
  const ifMatch = headerText(headers["if-match"]);
  if (ifMatch !== undefined) {
    if (!hasStrongTag(ifMatch, etag)) return failed(validators);
  } else {
    const limit = dateOf(headers["if-unmodified-since"]);
    if (limit !== undefined && lastModified !== undefined && seconds(lastModified) > limit) return failed(validators);
  }
  const ifNoneMatch = headerText(headers["if-none-match"]);
  if (ifNoneMatch !== undefined) {
    if (!hasTag(ifNoneMatch, etag)) return undefined;
    return isRead ? notModified({ etag: namedTag(ifNoneMatch, etag), lastModified }) : failed(validators);
  }
  const known = isRead ? dateOf(headers["if-modified-since"]) : undefined;
  if (known === undefined || lastModified === undefined || seconds(lastModified) > known) return undefined;
  return notModified(validators);
}

/** Nearly no request is: asked by name, so that the others pay for four looks and no more (bench: http, "cacheReply, with an ETag"). */
export function isConditional(headers: RequestHeaders): boolean {
  return (
    headers["if-none-match"] !== undefined ||
    headers["if-modified-since"] !== undefined ||
    headers["if-match"] !== undefined ||
    headers["if-unmodified-since"] !== undefined
  );
}

/** The validators a reply tells. A tag that is none, or a date nobody can read, fits no condition. */
export function validatorsOf(headers: readonly HeaderPair[]): Validators {
  const find = (wanted: string): string | undefined => headers.find(([name]) => isNamed(name, wanted))?.[1];
  const [etag, seconds] = [find("etag"), dateOf(find("last-modified"))];
  return {
    etag: etag !== undefined && isEntityTag(etag) ? etag : undefined,
    lastModified: seconds === undefined ? undefined : new Date(seconds * 1000),
  };
}

/** Whether `If-None-Match` names the tag, compared weakly. */
export function hasTag(header: string, etag: string | undefined): boolean {
  if (header.trim() === "*") return true;
  if (etag === undefined) return false;
  return tagsOf(header).some((tag) => stateOf(tag) === stateOf(etag));
}

/** Whether `If-Match` names the tag: weak tags never match. */
function hasStrongTag(header: string, etag: string | undefined): boolean {
  if (header.trim() === "*") return true;
  if (etag === undefined || etag.startsWith("W/")) return false;
  return tagsOf(header).some((tag) => !tag.startsWith("W/") && stateOf(tag) === stateOf(etag));
}

/** The tag of the form the client has, for the 304 that renews it. */
export function namedTag(header: string, etag: string | undefined): string | undefined {
  if (etag === undefined) return undefined;
  const named = tagsOf(header).find((tag) => stateOf(tag) === stateOf(etag));
  const coding = CODED.exec(named ?? "")?.[1];
  return coding === undefined ? etag : codedTag(etag, coding);
}

/**
 * The tag of a compressed form. Each form has a strong tag of its own, so that caches keep them apart, and all of them name one state: a tag
 * made weak, as others do it, could never be used in an `If-Match`.
 */
export function codedTag(etag: string, coding: string): string {
  return `${etag.slice(0, -1)};${coding}"`;
}

const CODED = /;(br|gzip)"$/;

function stateOf(tag: string): string {
  return tag.replace(/^W\//, "").replace(CODED, '"');
}

/** Whether what `If-Range` names is still the state of things, so that a part of it fits what the client has. */
export function isSameState(header: string, { etag, lastModified }: Validators): boolean {
  const text = header.trim();
  if (text.endsWith('"')) return text === etag && !text.startsWith("W/");
  return lastModified !== undefined && dateOf(text) === seconds(lastModified);
}

/** The headers that tell the state. */
export function validatorPairs({ etag, lastModified }: Validators): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  if (etag !== undefined) pairs.push(["etag", etag]);
  if (lastModified !== undefined) pairs.push(["last-modified", lastModified.toUTCString()]);
  return pairs;
}

/** @throws CodedError `APP_BAD_ETAG` */
export function checkEtag(etag: string): void {
  if (!isEntityTag(etag)) throw new CodedError("APP_BAD_ETAG", "an entity tag is not in quotes", { value: etag });
}

function isEntityTag(text: string): boolean {
  return ENTITY_TAG.test(text);
}

function tagsOf(header: string): string[] {
  return Array.from(header.matchAll(/(?:W\/)?"[^"]*"/g), ([tag]) => tag);
}

/**
 * Seconds since 1970. Senders write the first form; recipients read the two old ones too (RFC 9110, section 5.6.7). What is no date counts as
 * absent.
 */
function dateOf(value: string | readonly string[] | undefined): number | undefined {
  const text = headerText(value)?.trim() ?? "";
  const match = FIXDATE.exec(text) ?? RFC850.exec(text) ?? ASCTIME.exec(text);
  const { day, month, year = "", time } = match?.groups ?? {};
  if (match === null) return undefined;
  const at = Date.parse(`${day?.trim()} ${month} ${year.length === 2 ? wholeYear(Number(year)) : year} ${time} GMT`);
  return Number.isNaN(at) ? undefined : at / 1000;
}

const CLOCK = "(?<time>\\d\\d:\\d\\d:\\d\\d)";
const MONTH = "(?<month>[A-Z][a-z]{2})";
const FIXDATE = /* @__PURE__ */ new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${CLOCK} GMT$`);
const RFC850 = /* @__PURE__ */ new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${CLOCK} GMT$`);
const ASCTIME = /* @__PURE__ */ new RegExp(`^[A-Z][a-z]{2} ${MONTH} (?<day>[ \\d]\\d) ${CLOCK} (?<year>\\d{4})$`);

/** Of a year of two digits: HTTP is younger than 1970, so nothing it dates is older. */
function wholeYear(year: number): number {
  return year < 70 ? 2000 + year : 1900 + year;
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function notModified(validators: Validators): Reply {
  return { status: 304, headers: validatorPairs(validators), body: null };
}

function failed(validators: Validators): Reply {
  return { status: 412, headers: validatorPairs(validators), body: null };
}
