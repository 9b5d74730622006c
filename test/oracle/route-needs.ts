import { fitsHost } from "./host.ts";
import { inRange, precedenceKey } from "./semver.ts";

/** What a route asks of a request's headers. */
export interface SlowNeeds {
  readonly host?: string | RegExp;
  readonly version?: string;
}

/** What a request brings. */
export interface SlowRequest {
  readonly host?: string | undefined;
  readonly version?: string | undefined;
}

/** Whether a request brings what a route asks for, and asks for nothing that the route lacks. */
export function fitsRequest({ host, version }: SlowNeeds, request: SlowRequest): boolean {
  if (host !== undefined && (request.host === undefined || !fitsHost(host, request.host))) return false;
  if (version === undefined || request.version === undefined) return version === request.version;
  return isRange(request.version) && inRange(request.version, version);
}

/** Orders the routes of one path that a request fits: narrower host, then higher version. */
export function compareNeeds(a: SlowNeeds, b: SlowNeeds): number {
  const order = hostRank(b) - hostRank(a);
  if (order !== 0) return order;
  const [left, right] = [a, b].map(({ version }) => (version === undefined ? "" : precedenceKey(version)));
  return left === right ? 0 : (left ?? "") > (right ?? "") ? -1 : 1;
}

// Of two that fit one request: an exact host is narrower than one with a star, and the longer one than the shorter.
function hostRank({ host }: SlowNeeds): number {
  if (host === undefined) return 0;
  if (typeof host !== "string") throw new Error("the oracle ranks no regular expressions");
  return host.length + (host.startsWith("*") ? 0 : 1000);
}

const COMPARATOR = /^(?:[<>]=?|[=^~])?(?:\d+|[x*])(?:\.(?:\d+|[x*])){0,2}(?:-[\w.-]+)?$/i;

function isRange(text: string): boolean {
  const comparators = text.split("||").flatMap((alternative) => alternative.trim().split(/\s+/));
  return comparators.every((one) => one === "-" || COMPARATOR.test(one));
}
