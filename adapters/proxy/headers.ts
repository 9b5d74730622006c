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

const FORWARDED = new Set([
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "x-forwarded-port",
]);

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
    if (FORWARDED.has(name) && !origin.trustForwarded) continue;
    out[name] = typeof value === "string" ? value : [...value];
  }
  for (const name of CONDITIONAL) {
    const value = out[name];
    // Tags of forms this server compressed: the one behind knows them without the coding.
    if (typeof value === "string") out[name] = value.replace(/;(?:br|gzip)"/g, '"');
  }
  const asked = textOf(headers["host"]) ?? textOf(headers[":authority"]);
  if (host !== undefined) out["host"] = host;
  else if (asked !== undefined) out["host"] = asked;
  addForwarded(out, origin, asked);
  out["via"] = [textOf(headers["via"]), VIA].filter((part) => part !== undefined).join(", ");
  return out;
}

const CONDITIONAL = ["if-match", "if-none-match", "if-range"];

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

const VIA = "1.1 busbar";
const MAX_LOOPS = 5;

/** A request that has come through here several times is going round. */
export function isLoop(headers: HeaderRecord): boolean {
  return (textOf(headers["via"]) ?? "").split(",").filter((part) => part.trim() === VIA).length >= MAX_LOOPS;
}

/** The headers of a reply, as the client gets them. */
export function replyHeaders(headers: HeaderRecord): HeaderPair[] {
  const dropped = namedIn(headers["connection"]);
  const pairs: HeaderPair[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || dropped.has(name)) continue;
    for (const one of typeof value === "string" ? [value] : value) pairs.push([name, asLatin1(one)]);
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
