import type { PreparedRequest } from "./conditions.ts";
import type { Captures } from "./segment-matcher.ts";

/**
 * One search over a path as received. The fields are reused from search to search (nothing here calls out), so that a
 * miss allocates nothing.
 */
export interface QuickWalk extends Captures {
  text: string;
  /** Where the path ends: a query or a fragment begins there. */
  length: number;
  request: PreparedRequest | undefined;
  /** The search met what only the canonical form can decide. */
  unsure: boolean;
  /** There is a percent sign in the path, so captured values may have to be decoded. */
  escaped: boolean;
  /** Where a search that failed was last: no segment before it is a dot segment. */
  seen: number;
}

export function createQuickWalk(): QuickWalk {
  const room = [0, 0, 0]; // a list that grows from nothing takes room for seventeen, and most routes have few parameters
  const [starts, ends] = [[...room], [...room]];
  return { text: "", length: 0, request: undefined, unsure: false, escaped: false, seen: 1, starts, ends };
}

/**
 * Makes a walk ready for a path; no field of an earlier search is left.
 * @param end - Where the query begins, or the text ends.
 */
export function startWalk(walk: QuickWalk, text: string, end: number, request: PreparedRequest | undefined): void {
  let length = end;
  const fragment = text.indexOf("#");
  if (fragment >= 0 && fragment < length) length = fragment;
  const percent = text.indexOf("%");
  walk.text = text;
  walk.length = length;
  walk.request = request;
  walk.unsure = false;
  walk.escaped = percent >= 0 && percent < length;
}
