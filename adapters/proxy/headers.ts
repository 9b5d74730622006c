import { isIP } from "node:net";
import type { HeaderPair } from "../../lib/app/index.ts";

/** Headers as Node's parser gives them. */
export type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

// RFC 9110, section 7.6.1, and what is not standard but seen: they are about one connection, not about the message.
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "expect",
]);

// What a proxy says of the client, or of the path that was asked for. CGI and what descends from it take `_` for `-`.
const FORWARDED = /^(?:forwarded|x[-_]forwarded(?:[-_].*)?|x[-_]real[-_]ip|x[-_]original[-_]url|x[-_]rewrite[-_]url)$/;

/** What the server behind learns of the client. */
export interface Origin {
  readonly address: string | undefined;
  readonly secure: boolean;
  readonly trustForwarded: boolean;
}

/** The headers of a request, as the server behind gets them; `host` is its own unless kept. */
export function requestHeaders(
  headers: HeaderRecord,
  host: string | undefined,
  origin: Origin,
): Record<string, string | string[]> {
  const dropped = namedIn(headers["connection"]);
  const out: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(":") || HOP_BY_HOP.has(name) || dropped.has(name)) continue;
    if (!origin.trustForwarded && FORWARDED.test(name)) continue;
    out[name] = typeof value === "string" ? value : [...value];
  }
  for (const name of CONDITIONAL) {
    const value = out[name];
    // Tags of forms this server compressed: the one behind knows them without the coding.
    if (typeof value === "string") out[name] = value.replace(/;(?:br|gzip)"/g, '"');
  }
  const asked = textOf(headers[":authority"]) ?? textOf(headers["host"]);
  if (host !== undefined) out["host"] = host;
  else if (asked !== undefined) out["host"] = asked;
  addForwarded(out, origin, asked);
  out["via"] = [textOf(headers["via"]), VIA].filter((part) => part !== undefined).join(", ");
  return out;
}

/** Adds and replaces; `undefined` takes out. */
export function withHeaders(
  headers: Record<string, string | string[]>,
  more: Readonly<Record<string, string | undefined>> = {},
): void {
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined) delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = value;
  }
}

/** Not `if-range`: what is asked for by a compressed form's tag goes on behind bytes of that form, which the server behind does not have. */
const CONDITIONAL = ["if-match", "if-none-match"];

function addForwarded(
  out: Record<string, string | string[]>,
  { address, secure }: Origin,
  asked: string | undefined,
): void {
  const before = textOf(out["x-forwarded-for"]);
  if (address !== undefined) out["x-forwarded-for"] = before === undefined ? address : `${before}, ${address}`;
  out["x-forwarded-proto"] ??= secure ? "https" : "http";
  if (asked !== undefined) out["x-forwarded-host"] ??= asked;
}

/** The name a certificate is held against: that of the server behind, not the `Host` sent to it. Addresses have none. */
export function nameInTls({ protocol, hostname }: URL): { readonly servername?: string } {
  return protocol === "https:" && isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? { servername: hostname } : {};
}

const VIA = "1.1 busbar";
const MAX_LOOPS = 5;

/** A request that has come through here several times is going round. */
export function isLoop(headers: HeaderRecord): boolean {
  return (textOf(headers["via"]) ?? "").split(",").filter((part) => part.trim() === VIA).length >= MAX_LOOPS;
}

/** How often an OPTIONS or TRACE may still be passed on, which every server on its way has to heed (RFC 9110, section 7.6.2). */
export function forwardsLeft(method: string, headers: HeaderRecord): number | undefined {
  const said = method === "OPTIONS" || method === "TRACE" ? textOf(headers["max-forwards"]) : undefined;
  return said !== undefined && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

/** The headers of a reply, as the client gets them. */
export function replyHeaders(headers: HeaderRecord): HeaderPair[] {
  const dropped = namedIn(headers["connection"]);
  const pairs: HeaderPair[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || dropped.has(name)) continue;
    const values = typeof value === "string" ? [value] : value;
    // Of two types browsers take the last, and a reply has one.
    for (const one of name === "content-type" ? values.slice(-1) : values) pairs.push([name, asLatin1(one)]);
  }
  return pairs;
}

/** What is sent on is bytes: letters beyond Latin-1 were two or more of them. */
function asLatin1(value: string): string {
  return /[^\0-\xff]/.test(value) ? Buffer.from(value, "utf8").toString("latin1") : value;
}

/** What `Connection` names goes no further either. */
function namedIn(connection: string | readonly string[] | undefined): ReadonlySet<string> {
  const names = (textOf(connection) ?? "").toLowerCase().split(",");
  return new Set(names.map((name) => name.trim()));
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" || value === undefined ? value : value.join(", ");
}
