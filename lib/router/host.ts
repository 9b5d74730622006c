import { CodedError, isCodedError } from "../errors/index.ts";
import { compareLanguages, type Dfa, dfaMatches, type Relation } from "./dfa.ts";
import { countHosts, firstHost, hostsFittingRegExp, hostsWith } from "./host-language.ts";

/** A host as a request names it, or as a constraint spells it out: RFC 9110 section 7.2, RFC 3986 section 3.2.2. */
export interface Authority {
  /** In lower case, without port and without a dot at the end; an IPv6 address with its brackets. */
  readonly name: string;
  /** -1 when there is none. */
  readonly port: number;
}

/** What a route's host constraint means. */
export interface HostConstraint {
  readonly kind: "exact" | "star" | "expression";
  /** How it was written, for messages. */
  readonly source: string;
  /** Of an exact host all of it, of a star what follows the star, its dot included. */
  readonly text: string;
  /** -1 when any port will do. */
  readonly port: number;
  /** The hosts that fit, as a table; made when first asked for unless it is needed at every request. */
  language(): Dfa;
  /** How many hosts fit: what is inside something else has fewer. */
  size(): bigint;
}

// A host of the domain name system has at most 253 characters; the rest is room for a port. Longer ones fit nothing.
const MAX_CONSTRAINT = 253;
const MAX_HOST = 255;
const NO_PORT = -1;

const DOT = 46;
const COLON = 58;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/**
 * Reads a route's host.
 * @throws CodedError `ROUTER_BAD_HOST`.
 */
export function parseHost(host: string | RegExp): HostConstraint {
  if (typeof host === "string") return parseText(host);
  if (Object.prototype.toString.call(host) !== "[object RegExp]")
    refuse(String(host), "it is neither text nor a regular expression");
  const { source, flags } = host;
  const written = `/${source}/${flags}`;
  if (flags !== "" && flags !== "i") refuse(written, "it has a flag other than i");
  const language = expressionLanguage(written, source);
  return constraint({ kind: "expression", source: written, text: source, port: NO_PORT }, language);
}

/** Reads the host of a request; `undefined` for what no host constraint can fit. Never throws. */
export function parseAuthority(text: string): Authority | undefined {
  const { length } = text;
  if (length === 0 || length > MAX_HOST) return undefined;
  let end = text.charCodeAt(0) === OPEN_BRACKET ? bracketEnd(text) : labelsEnd(text);
  if (end <= 0) return undefined;
  let port = NO_PORT;
  if (end < length) {
    if (text.charCodeAt(end) !== COLON) return undefined;
    if (end + 1 < length) port = readPort(text, end + 1); // an empty port is none
    if (Number.isNaN(port)) return undefined;
  }
  if (text.charCodeAt(end - 1) === DOT) end--; // the dot of the root
  return { name: text.slice(0, end).toLowerCase(), port };
}

export function hostFits(host: HostConstraint, { name, port }: Authority): boolean {
  if (host.port !== NO_PORT && host.port !== port) return false;
  switch (host.kind) {
    case "exact":
      return name === host.text;
    case "star":
      return name.length > host.text.length && name.endsWith(host.text);
    case "expression":
      return dfaMatches(host.language(), name, 0, name.length);
  }
}

/** How one constraint stands to another: by the names alone, and only for the same names by the port. */
export function compareHosts(a: HostConstraint, b: HostConstraint): Relation {
  const samePort = a.port === b.port;
  if (!samePort && a.port !== NO_PORT && b.port !== NO_PORT) return "disjoint";
  const names = compareNames(a, b);
  if (names !== "equal" || samePort) return names;
  return a.port === NO_PORT ? "wider" : "narrower";
}

/**
 * An order of all constraints in which the narrower of two comes first, whether or not the two have anything to do
 * with each other: by the number of hosts, then those with a port, then by the first host that fits.
 */
export function orderHosts(a: HostConstraint, b: HostConstraint): number {
  const sizes = orderSizes(a, b);
  if (sizes !== 0) return sizes;
  if (a.port !== b.port) return a.port === NO_PORT ? 1 : b.port === NO_PORT ? -1 : a.port - b.port;
  const mine = first(a);
  const other = first(b);
  return mine === other ? 0 : mine < other ? -1 : 1;
}

function parseText(source: string): HostConstraint {
  if (source.length > MAX_CONSTRAINT) refuse(source.slice(0, 32), `it is longer than ${MAX_CONSTRAINT} characters`);
  const starred = source.startsWith("*.");
  const authority = parseAuthority(starred ? source.slice(2) : source);
  if (authority === undefined) {
    refuse(source, "labels are letters, digits, - and _ (other scripts as xn--...), with * as the first label at most");
  }
  const { name, port } = authority;
  if (!starred) return constraint({ kind: "exact", source, text: name, port });
  if (name.charCodeAt(0) === OPEN_BRACKET) refuse(source, "an address has no labels for the star");
  return constraint({ kind: "star", source, text: `.${name}`, port });
}

function constraint(fields: Pick<HostConstraint, "kind" | "source" | "text" | "port">, known?: Dfa): HostConstraint {
  let language = known;
  let size: bigint | undefined;
  return {
    ...fields,
    language() {
      language ??= hostsWith(fields.kind === "star", fields.text);
      return language;
    },
    size() {
      size ??= fields.kind === "exact" ? 1n : countHosts(this.language(), MAX_HOST);
      return size;
    },
  };
}

function expressionLanguage(written: string, source: string): Dfa {
  let language: Dfa | { readonly reason: string };
  try {
    language = hostsFittingRegExp(source);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    throw new CodedError("ROUTER_BAD_HOST", `the host ${written}: ${error.message}`, { value: written, cause: error });
  }
  if ("reason" in language) refuse(written, language.reason);
  return language;
}

function compareNames(a: HostConstraint, b: HostConstraint): Relation {
  if (a.kind === b.kind && a.text === b.text) return "equal";
  if (a.kind === "exact" && b.kind === "exact") return "disjoint";
  if (a.kind === "star" && b.kind === "star") {
    if (a.text.endsWith(b.text)) return "narrower";
    return b.text.endsWith(a.text) ? "wider" : "disjoint";
  }
  return compareLanguages(a.language(), b.language());
}

function orderSizes(a: HostConstraint, b: HostConstraint): number {
  // two stars: a longer text leaves less room before it, and needs no counting
  if (a.kind === "star" && b.kind === "star") return b.text.length - a.text.length;
  const mine = a.size();
  const other = b.size();
  return mine === other ? 0 : mine < other ? -1 : 1;
}

function first(host: HostConstraint): string {
  return host.kind === "exact" ? host.text : firstHost(host.language());
}

/** Where labels of letters, digits, `-` and `_` end; 0 when a label is empty. */
function labelsEnd(text: string): number {
  let labelStart = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (at === labelStart) return 0;
      labelStart = at + 1;
    } else if (!isLabelUnit(code)) break;
  }
  return at;
}

function isLabelUnit(code: number): boolean {
  if (code >= 97) return code <= 122;
  return (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 45 || code === 95;
}

/** Where an address in brackets ends; 0 when it is none. Addresses are compared as they are written. */
function bracketEnd(text: string): number {
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === CLOSE_BRACKET) return at > 1 ? at + 1 : 0;
    const digit = (code >= 48 && code <= COLON) || code === DOT; // the colon stands after the nine
    if (!digit && !((code | 32) >= 97 && (code | 32) <= 102)) return 0;
  }
  return 0;
}

function readPort(text: string, from: number): number {
  let port = 0;
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    port = port * 10 + digit;
    if (port > 0xffff) return Number.NaN;
  }
  return port;
}

function refuse(source: string, reason: string): never {
  throw new CodedError("ROUTER_BAD_HOST", `the host ${source} is refused: ${reason}`, { value: source });
}
