import { CodedError } from "../errors/index.ts";
import { createRouter, type PathOptions } from "../router/index.ts";
import type { Definition, Scope } from "./definitions.ts";
import type { Settings } from "./settings.ts";

/** An app or group, with the test whether a path lies in it. */
export interface Area {
  readonly pattern: string;
  readonly scopes: readonly Scope[];
  readonly settings: Settings;
  covers(path: string): boolean;
}

/** A prefix is matched by the same rules as routes are, so that neither encoding nor case tells the two apart. */
export function createArea({ pattern, scopes, settings }: Definition, options: PathOptions): Area {
  if (pattern === "") return { pattern, scopes, settings, covers: () => true };
  const router = createRouter<true>(options);
  router.add("GET", pattern, true);
  router.add("GET", `${pattern}/*`, true);
  const covers = (path: string): boolean => {
    try {
      return router.find("GET", path) !== undefined;
    } catch {
      return false;
    }
  };
  return { pattern, scopes, settings, covers };
}

/**
 * Whether a path without a route is the app's to answer.
 * @param isRefused - The router would not look at all of it.
 */
export function isOwned(owned: readonly Area[], url: string, isRefused: boolean): boolean {
  return owned.some((area) => lies(area, url, isRefused));
}

/** The group around a path whose middleware, such as CORS headers or a guard, holds for misses too: never by the order they were added in. */
export function innermost(areas: readonly Area[], url: string, isRefused: boolean): Area {
  let best: Area | undefined;
  for (const area of areas) {
    if (lies(area, url, isRefused) && (best === undefined || isCloser(area, best))) best = area;
  }
  if (best === undefined) throw new CodedError("APP_BAD_PREFIX", "an app without its root area");
  return best;
}

function lies(area: Area, url: string, isRefused: boolean): boolean {
  return isRefused ? coversStart(area, url) : area.covers(url);
}

/**
 * Whether the part of a refused path that can still be read lies in an area: `/api/%zz` belongs to whoever owns `/api`.
 * Looks at no more than the first segments, since the path may be refused for its length.
 */
function coversStart(area: Area, url: string): boolean {
  if (area.covers("/")) return true; // the whole site
  const path = url.slice(0, MAX_START).replace(/[?#].*$/s, "");
  for (let at = path.indexOf("/", 1); at >= 0; at = path.indexOf("/", at + 1)) {
    if (area.covers(path.slice(0, at))) return true;
  }
  return false;
}

const MAX_START = 1024;

/** Of two areas around one path, as routes are told apart: segment by segment a text before a parameter, then the longer, then the one inside. */
function isCloser(one: Area, other: Area): boolean {
  const [texts, others] = [one.pattern.split("/"), other.pattern.split("/")];
  for (let i = 0; i < Math.min(texts.length, others.length); i++) {
    const [a, b] = [texts[i]?.includes(":"), others[i]?.includes(":")];
    if (a !== b) return b === true;
  }
  if (texts.length !== others.length) return texts.length > others.length;
  return one.scopes.length > other.scopes.length;
}
