import { nodePlatform } from "../../../adapters/node/index.ts";
import type { HostRequest, MaybePromise, Platform, Reply } from "../../../lib/app/index.ts";

export const SECRET = "0123456789abcdef0123456789abcdef";

/** A platform whose clock stands until a test moves it; timers fire as it passes them. */
export interface FakePlatform extends Platform {
  readonly reported: unknown[];
  /** Timers that wait. */
  readonly pending: number;
  advance(ms: number): void;
}

export function fakePlatform(start = 1_700_000_000_000): FakePlatform {
  let now = start;
  const timers = new Set<{ at: number; run: () => void }>();
  const reported: unknown[] = [];
  return {
    reported,
    now: () => now,
    random: nodePlatform.random,
    hmac: nodePlatform.hmac,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    report: (error) => void reported.push(error),
    get pending() {
      return timers.size;
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        if (timer.at > now || !timers.delete(timer)) continue;
        timer.run();
      }
    },
  };
}

export interface Sent {
  readonly headers?: HostRequest["headers"];
  readonly body?: string;
  readonly parsedBody?: unknown;
  readonly address?: string;
  readonly secure?: boolean;
  readonly signal?: AbortSignal;
  readonly base?: string;
}

/** A request as an adapter would hand it over, with all that guards look at. */
export function request(method: string, url: string, sent: Sent = {}): HostRequest {
  const { headers = {}, body, parsedBody, address, secure, signal, base } = sent;
  return {
    method,
    url,
    headers,
    parsedBody,
    address,
    secure,
    base,
    signal: signal ?? new AbortController().signal,
    raw: undefined,
    async *stream() {
      if (body !== undefined) yield new TextEncoder().encode(body);
    },
  };
}

/** The reply of a request that has to be answered without a promise. */
export function now<T>(answer: MaybePromise<T | undefined>): T {
  if (answer === undefined) throw new Error("not ours");
  if (isPromise(answer)) throw new Error("a promise was made");
  return answer;
}

function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** All values of a reply's header. */
export function values(reply: Reply | undefined, name: string): string[] {
  return (reply?.headers ?? []).filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
}

/** What a browser would send after these replies: name and value of each cookie set and not deleted. */
export class Jar {
  readonly cookies: Map<string, string> = new Map();
  take(reply: Reply | undefined): this {
    for (const line of values(reply, "set-cookie")) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (/Max-Age=0\b/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return this;
  }
  get header(): Record<string, string> {
    if (this.cookies.size === 0) return {};
    return { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
  }
}
