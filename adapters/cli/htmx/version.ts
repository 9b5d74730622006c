import type { Use, Version } from "./types.ts";

/** What tells one version from the other in a file. */
export interface Evidence {
  /** A version that is named: in an address or in package.json. */
  readonly named: Version | undefined;
  /** Uses that only one of them knows: below 0 htmx 2, above 0 htmx 4. */
  readonly weight: number;
}

const NAMED = /htmx(?:\.org)?(?:@|\/|"\s{0,9}:\s{0,9}"[\^~=v]?)v?([24])\./;
const ONLY_2 = /^(?:data-)?hx-(?:disabled-elt|ext|disinherit|inherit|params|vars|request|on-.*)$/;
const ONLY_4 =
  /^(?:data-)?hx-(?:action|method|config|ignore|query|status:.*|live.*|.*:(?:inherited|append)|sse:.*|ws:.*)$/;

/** Looks for the version in a text and in what was found in it. */
export function evidenceIn(text: string, uses: readonly Use[]): Evidence {
  const name = NAMED.exec(text)?.[1];
  let weight = 0;
  for (const { kind, name: written } of uses) {
    if (kind === "attribute") weight += ONLY_4.test(written) ? 1 : ONLY_2.test(written) ? -1 : 0;
    else if (kind === "event")
      weight += /^htmx:[a-z]+[A-Z]/.test(written) ? -1 : /^htmx:(?:before|after|config|finally):/.test(written) ? 1 : 0;
  }
  return { named: name === undefined ? undefined : name === "4" ? 4 : 2, weight };
}

/** The version of a project, and what says so. */
export interface Decision {
  readonly version: Version;
  readonly reason: string;
}

/** A version that is named goes before what only looks like one; without either it is 2. */
export function decideVersion(found: readonly (Evidence & { readonly file: string })[]): Decision {
  const named = found.find(({ named: version }) => version !== undefined);
  if (named?.named !== undefined) return { version: named.named, reason: `named in ${named.file}` };
  const weight = found.reduce((sum, evidence) => sum + evidence.weight, 0);
  if (weight === 0) return { version: 2, reason: "nothing says which; --from 4 if it is that" };
  return { version: weight > 0 ? 4 : 2, reason: "by what is used" };
}
