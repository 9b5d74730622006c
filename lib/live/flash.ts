import type { Platform } from "../app/index.ts";
import { type ReadableSignal, signal } from "../signals/index.ts";
import { fromText, toText } from "./route/token.ts";

/** A message to whoever uses the page. @public */
export interface Flash {
  /** Tells it from others of the session: a key for `each`. */
  readonly id: number;
  /** The application's word for what it is: "info", "error". */
  readonly kind: string;
  readonly text: string;
}

const MAX_FLASHES = 10;
const MAX_TEXT = 1_000;
/** A cookie holds 4,096 bytes, in base64, with its name and attributes. */
const MAX_BYTES = 2_600;
const TTL_MS = 60_000;
const TAG_BYTES = 16;

interface Kept extends Flash {
  /** It was there before the navigation that ends now, or was in a page that went out. */
  isOld: boolean;
}

/** The messages of one session. */
export class FlashList {
  private readonly items = signal<readonly Kept[]>([]);
  private nextId = 0;

  /** What is shown. Followed where it is read. */
  readonly shown: ReadableSignal<readonly Flash[]> = this.items;

  add(kind: string, text: string): void {
    const item: Kept = { id: this.nextId++, kind: cut(kind), text: cut(text), isOld: false };
    this.items.update((items) => [...items.slice(1 - MAX_FLASHES), item]);
  }

  clear(): void {
    if (this.items.peek().length > 0) this.items.set([]);
  }

  /** A page has gone out, or was left: what it showed is not for the one after the next. */
  age(): void {
    for (const item of this.items.peek()) item.isOld = true;
  }

  /** The next page begins. */
  dropOld(): void {
    const items = this.items.peek();
    const young = items.filter((item) => !item.isOld);
    if (young.length < items.length) this.items.set(young);
  }

  /** What a page that comes next is to show. */
  young(): readonly Flash[] {
    return this.items.peek().filter((item) => !item.isOld);
  }
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

/** Messages as text that only we can make: for one address, for a minute. The oldest are left out where they would not fit. */
export function sealFlash(items: readonly Flash[], url: string, key: Uint8Array, platform: Platform): string {
  const expiresAtMs = platform.now() + TTL_MS;
  const kept = items.map(({ kind, text }) => [kind, text]);
  let body = encode([expiresAtMs, kept]);
  while (body.length > MAX_BYTES && kept.shift() !== undefined) body = encode([expiresAtMs, kept]);
  const tag = tagOf(body, url, key, platform);
  const whole = new Uint8Array(tag.length + body.length);
  whole.set(tag);
  whole.set(body, tag.length);
  return toText(whole).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The messages of a sealed text; none when it is not ours, for another address, or too old. */
export function openFlash(
  text: string,
  url: string,
  key: Uint8Array,
  platform: Platform,
): readonly Pick<Flash, "kind" | "text">[] {
  if (text.length > 4_096) return [];
  const whole = fromText(text.replaceAll("-", "+").replaceAll("_", "/"));
  const body = whole.subarray(TAG_BYTES);
  const tag = tagOf(body, url, key, platform);
  let difference = whole.length < TAG_BYTES ? 1 : 0;
  for (let at = 0; at < TAG_BYTES; at++) difference |= (tag[at] ?? 0) ^ (whole[at] ?? 0);
  if (difference !== 0) return [];
  const [expiresAtMs, items] = JSON.parse(new TextDecoder().decode(body)) as [number, [string, string][]]; // cast: the tag says that `sealFlash` wrote it
  return platform.now() < expiresAtMs ? items.map(([kind, value]) => ({ kind, text: value })) : [];
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function tagOf(body: Uint8Array, url: string, key: Uint8Array, platform: Platform): Uint8Array {
  const head = new TextEncoder().encode(`busbar/live/flash\n${url}\n`);
  const data = new Uint8Array(head.length + body.length);
  data.set(head);
  data.set(body, head.length);
  return platform.hmac(key, data).subarray(0, TAG_BYTES);
}
