import { CodedError } from "../errors/index.ts";
import type { RouterLimits } from "../router/index.ts";
import type { CookieSettings } from "./cookies.ts";
import type { SocketHandler } from "./handler-types.ts";
import { checkLimit } from "./limit.ts";
import type { Compressor, HostRequest, MaybePromise, Platform, Reply, SocketAcceptor } from "./types.ts";

/**
 * Sizes that strangers choose.
 * @public
 */
export interface AppLimits extends RouterLimits {
  /** Of a request body, in bytes; beyond it readers answer 413. @defaultValue 1_048_576 */
  readonly maxBodyBytes?: number;
  /** Of a query or a form, in fields. @defaultValue 1000 */
  readonly maxFields?: number;
}

/** What an app fixes for the requests it serves. */
export interface Settings {
  readonly maxBodyBytes: number;
  readonly maxFields: number;
  readonly hasPlatform: boolean;
  /** Whether replies may be compressed, as the app was told. */
  readonly compress: boolean;
  /** What compresses replies; `undefined` when nothing does. */
  readonly compressor: Compressor | undefined;
  readonly cookies: CookieSettings;
  /** @throws CodedError `APP_NO_PLATFORM` */
  platform(): Platform;
  /** For errors no reply can carry. */
  report(error: unknown): void;
  /** Asks the app that answers, the outermost one, to take a socket. */
  connect(request: HostRequest): MaybePromise<SocketAcceptor | Reply | undefined>;
}

/** Where a request has come out, and what holds there. */
export interface RequestPlace {
  /** The route's pattern as it was added, below the prefixes it is mounted under; a miss has none. */
  readonly pattern: string | undefined;
  readonly settings: Settings;
  readonly maxBodyBytes: number;
  /** What handles the socket there, if one is; routes and misses have none. */
  readonly socket: SocketHandler | undefined;
}

export function createSettings(
  limits: AppLimits,
  platform: Platform | undefined,
  cookies: CookieSettings,
  compress: boolean,
  connect: Settings["connect"],
): Settings {
  for (const [name, value] of Object.entries(limits)) if (value !== undefined) checkLimit(name, value);
  return {
    maxBodyBytes: limits.maxBodyBytes ?? 1_048_576,
    maxFields: limits.maxFields ?? 1000,
    hasPlatform: platform !== undefined,
    compress,
    compressor: compress ? platform?.compress : undefined,
    cookies,
    platform: () => {
      if (platform === undefined) throw new CodedError("APP_NO_PLATFORM", "the app has no platform");
      return platform;
    },
    report: (error) => platform?.report?.(error),
    connect,
  };
}

/** A mounted app without a platform, or without secrets, uses those of the app it is mounted in. */
export function withPlatformOf(inner: Settings, outer: Settings): Settings {
  const cookies = inner.cookies.keys.length > 0 ? inner.cookies : outer.cookies;
  if (inner.hasPlatform) return { ...inner, cookies, connect: outer.connect };
  const { maxBodyBytes, maxFields, compress } = inner;
  return { ...outer, cookies, maxBodyBytes, maxFields, compress, compressor: compress ? outer.compressor : undefined };
}
