import { CodedError } from "../../errors/index.ts";

/**
 * Which URLs a render lets through besides those that always pass.
 * @public
 */
export interface UrlPolicy {
  /**
   * Origins that may deliver scripts, frames, styles and the like: `https://cdn.example`, with a port where it is not the scheme's own.
   * @defaultValue none: the page's own origin only
   */
  readonly resourceOrigins?: readonly string[];
  /** Whether images may be `data:` URLs. @defaultValue false */
  readonly dataImages?: boolean;
}

/** A policy as the checks read it. */
export interface Policy {
  readonly origins: ReadonlySet<string>;
  readonly dataImages: boolean;
}

/** Own origin only, no `data:`. */
export const STRICT: Policy = Object.freeze({ origins: new Set<string>(), dataImages: false });

const ORIGIN = /^(https?):\/\/((?:[a-z0-9_-]+\.)*[a-z0-9_-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/;

/**
 * Reads the option `urls` of a render.
 * @throws CodedError `HTML_BAD_ORIGIN` for an origin that is not a scheme, a host and at most a port.
 */
export function policyOf(urls: UrlPolicy | undefined): Policy {
  if (urls === undefined) return STRICT;
  return {
    origins: new Set((urls.resourceOrigins ?? []).map(normalOrigin)),
    dataImages: urls.dataImages === true,
  };
}

/** An origin in the one spelling in which `originOf` gives it. */
function normalOrigin(origin: unknown): string {
  const match = typeof origin === "string" ? ORIGIN.exec(origin.toLowerCase()) : null;
  if (match === null)
    throw new CodedError("HTML_BAD_ORIGIN", "a resource origin is not a scheme, a host and at most a port");
  return joinOrigin(match[1] ?? "", match[2] ?? "", match[3]);
}

/** The origin with the port that the scheme has anyway left out. */
export function joinOrigin(scheme: string, host: string, port: string | undefined): string {
  const isUsual = port === undefined || port === "" || Number(port) === (scheme === "https" ? 443 : 80);
  return `${scheme}://${host}${isUsual ? "" : `:${Number(port)}`}`;
}
