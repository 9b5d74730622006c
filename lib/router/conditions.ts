import { CodedError } from "../errors/index.ts";
import {
  type Authority,
  compareHosts,
  type HostConstraint,
  hostFits,
  orderHosts,
  parseAuthority,
  parseHost,
} from "./host.ts";
import { compareVersions, parseRange, parseVersion, rangeHolds, type Version, type VersionRange } from "./semver.ts";
import type { RequestConstraints, RouteConstraints } from "./types.ts";

/** What a route asks of a request besides method and path: `RouteConstraints`, read. */
export interface Condition {
  readonly host: HostConstraint | undefined;
  readonly version: Version | undefined;
}

/** What a request brings: `RequestConstraints`, each part read when a route first asks for it, and once. */
export interface PreparedRequest {
  readonly asksVersion: boolean;
  /** `undefined` when there is no host, or none that a constraint could fit. */
  authority(): Authority | undefined;
  /** `undefined` when there is no range, or none that can be read. */
  range(): VersionRange | undefined;
}

/**
 * Reads what a route asks for; `undefined` when that is nothing.
 * @throws CodedError `ROUTER_BAD_HOST`, `ROUTER_BAD_VERSION`.
 */
export function parseCondition(constraints: RouteConstraints): Condition | undefined {
  const { host, version } = constraints;
  if (host === undefined && version === undefined) return undefined;
  return {
    host: host === undefined ? undefined : parseHost(host),
    version: version === undefined ? undefined : readVersion(version),
  };
}

/**
 * The order in which routes of one path are tried, below 0 when `a` comes first; 0 when both ask for the same.
 * 1. The narrower host first, no host last; of the same names with and without port the one with.
 * 2. Of the same hosts the higher version first, no version last.
 * 3. Hosts that share some names, neither inside the other, are refused, whatever the versions: a request may accept
 *    both versions, and to let the higher one win there would make circles, since elsewhere the host decides. A route with a version and one
 *    without never meet, so their hosts may share names.
 * 4. What no request can tell apart by trying is ordered all the same, so that sorting gives one result: `orderHosts`.
 * @throws CodedError `ROUTER_AMBIGUOUS_ROUTE`.
 */
export function compareConditions(a: Condition | undefined, b: Condition | undefined): number {
  return compareHostParts(a, b) || compareVersionParts(a?.version, b?.version);
}

/** Whether a request brings what a route asks for. A route without condition takes what asks for no version. */
export function conditionFits(condition: Condition | undefined, request: PreparedRequest): boolean {
  if (condition === undefined) return !request.asksVersion;
  const { host, version } = condition;
  if (version === undefined) {
    if (request.asksVersion) return false;
  } else {
    const range = request.range();
    if (range === undefined || !rangeHolds(range, version)) return false;
  }
  if (host === undefined) return true;
  const authority = request.authority();
  return authority !== undefined && hostFits(host, authority);
}

/** Makes a request ready for `conditionFits`. Cost: nothing without constraints, else one object until a route asks. */
export function prepareRequest(request: RequestConstraints | undefined): PreparedRequest {
  return request === undefined ? NOTHING_BROUGHT : new Prepared(request.host, request.version);
}

class Prepared implements PreparedRequest {
  readonly asksVersion: boolean;
  private readonly hostText: string | undefined;
  private readonly versionText: string | undefined;
  // null: not read yet
  private host: Authority | undefined | null = null;
  private versions: VersionRange | undefined | null = null;

  constructor(host: string | undefined, version: string | undefined) {
    this.hostText = host;
    this.versionText = version;
    this.asksVersion = version !== undefined;
  }

  authority(): Authority | undefined {
    if (this.host === null) this.host = this.hostText === undefined ? undefined : parseAuthority(this.hostText);
    return this.host;
  }

  range(): VersionRange | undefined {
    if (this.versions === null)
      this.versions = this.versionText === undefined ? undefined : parseRange(this.versionText);
    return this.versions;
  }
}

const NOTHING_BROUGHT: PreparedRequest = {
  asksVersion: false,
  authority: () => undefined,
  range: () => undefined,
};

function readVersion(text: string): Version {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  const shown = text.slice(0, 32);
  throw new CodedError("ROUTER_BAD_VERSION", `${shown} is not a version`, { value: shown });
}

function compareHostParts(a: Condition | undefined, b: Condition | undefined): number {
  const mine = a?.host;
  const other = b?.host;
  if (mine === undefined || other === undefined) return Number(mine === undefined) - Number(other === undefined);
  switch (compareHosts(mine, other)) {
    case "equal":
      return 0;
    case "narrower":
      return -1;
    case "wider":
      return 1;
    case "overlapping":
      if ((a?.version === undefined) === (b?.version === undefined)) refuseOverlap(mine, other);
  }
  return orderHosts(mine, other);
}

function compareVersionParts(a: Version | undefined, b: Version | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareVersions(b, a);
}

function refuseOverlap(a: HostConstraint, b: HostConstraint): never {
  const message = `the hosts ${a.source} and ${b.source} share some names, and neither is narrower`;
  throw new CodedError("ROUTER_AMBIGUOUS_ROUTE", message, { value: [a.source, b.source] });
}
