/**
 * A version of semantic versioning 2.0.0. Build metadata is not kept: it never decides (its paragraph 10).
 */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** The identifiers after the hyphen; empty for a release. */
  readonly prerelease: readonly string[];
}

/** Alternatives, of which one must hold; in each all comparators must. Empty alternatives take any release. */
export type VersionRange = readonly (readonly Comparator[])[];

interface Comparator {
  readonly operator: "<" | "<=" | ">" | ">=" | "=";
  readonly version: Version;
}

/** What stands in a range: numbers that may stop early. */
interface PartialVersion {
  readonly numbers: readonly number[];
  readonly prerelease: readonly string[];
}

const MAX_LENGTH = 128;
// 15 digits: every such number, and the one after it, is exact
const NUMBER = "(0|[1-9]\\d{0,14})";
const ANY_NUMBER = "(0|[1-9]\\d{0,14}|[xX*])";
const IDENTIFIER = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const TAIL = `(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`;
const FULL = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}${TAIL}$`);
const SHORT = new RegExp(`^${NUMBER}(?:\\.${NUMBER})?$`);
const PARTIAL = new RegExp(`^${ANY_NUMBER}(?:\\.${ANY_NUMBER})?(?:\\.${ANY_NUMBER})?$`);
const NUMERIC = /^\d+$/;
const OPERATOR = /^(?:<=|>=|<|>|=|\^|~)/;
const LOWEST = ["0"]; // no pre-release sorts below it: "<2.0.0-0" keeps 2.0.0-alpha out as well

/** Reads `1.2.3`, `1.2.3-beta.1`, and the short forms `1.2` and `1`; `undefined` for everything else. */
export function parseVersion(text: string): Version | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const found = FULL.exec(text) ?? SHORT.exec(text);
  if (found === null) return undefined;
  const [, major, minor = "0", patch = "0", prerelease] = found;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    prerelease: prerelease === undefined ? [] : prerelease.split("."),
  };
}

/** Compares by precedence (paragraph 11 of semantic versioning): below 0 when `a` is the lower one. */
export function compareVersions(a: Version, b: Version): number {
  const difference = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (difference !== 0) return difference;
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (const [i, identifier] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length - b.prerelease.length;
}

/**
 * Reads a range: versions, partial ones (`1`, `1.x`, `1.2.*`, `*`), `^`, `~`, `< <= > >= =`, white space for "and",
 * `||` for "or", and `1.2 - 2.3`. `undefined` when it cannot be read, or is longer than 128 characters.
 */
export function parseRange(text: string): VersionRange | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const alternatives: Comparator[][] = [];
  for (const part of text.split("||")) {
    const comparators = parseAlternative(part.split(/[ \t]+/).filter((token) => token !== ""));
    if (comparators === undefined) return undefined;
    alternatives.push(comparators);
  }
  return alternatives;
}

/**
 * Whether a version is in a range. A pre-release is only where a comparator names a pre-release of the same three
 * numbers: who asks for `^1.2.0` did not ask for 1.3.0-beta.
 */
export function rangeHolds(range: VersionRange, version: Version): boolean {
  return range.some(
    (comparators) =>
      comparators.every((comparator) => comparatorHolds(comparator, version)) &&
      (version.prerelease.length === 0 || comparators.some((comparator) => namesPrerelease(comparator, version))),
  );
}

function compareIdentifiers(a: string, b: string): number {
  if (a === b) return 0;
  const numeric = NUMERIC.test(a);
  if (numeric !== NUMERIC.test(b)) return numeric ? -1 : 1; // numbers sort below words
  if (numeric && a.length !== b.length) return a.length - b.length; // no leading zeros, and no limit on digits
  return a < b ? -1 : 1;
}

function parseAlternative(tokens: readonly string[]): Comparator[] | undefined {
  const [first, middle, last] = tokens;
  if (first === undefined) return undefined;
  if (tokens.length === 3 && middle === "-" && last !== undefined) return parseHyphen(first, last);
  const comparators: Comparator[] = [];
  for (let i = 0; i < tokens.length; i++) {
    let token = tokens[i] as string; // cast: i is below the length
    const operator = OPERATOR.exec(token)?.[0] ?? "";
    if (token === operator) token += tokens[++i] ?? ""; // ">= 1": a space may follow the operator
    const partial = parsePartial(token.slice(operator.length));
    if (partial === undefined) return undefined;
    comparators.push(...compare(operator, partial));
  }
  return comparators;
}

function parseHyphen(from: string, to: string): Comparator[] | undefined {
  const low = parsePartial(from);
  const high = parsePartial(to);
  return low && high && [...compare(">=", low), ...compare("<=", high)];
}

function parsePartial(text: string): PartialVersion | undefined {
  const full = FULL.exec(text);
  if (full !== null) {
    const prerelease = full[4];
    return {
      numbers: [Number(full[1]), Number(full[2]), Number(full[3])],
      prerelease: prerelease === undefined ? [] : prerelease.split("."),
    };
  }
  const found = PARTIAL.exec(text);
  if (found === null) return undefined;
  const parts = found.slice(1).filter((part) => part !== undefined);
  const open = parts.findIndex((part) => !NUMERIC.test(part));
  if (open < 0) return { numbers: parts.map(Number), prerelease: [] };
  if (parts.slice(open).some((part) => NUMERIC.test(part))) return undefined; // 1.x.3
  return { numbers: parts.slice(0, open).map(Number), prerelease: [] };
}

/** What an operator before a partial version means, in comparators of whole versions. */
function compare(operator: string, partial: PartialVersion): Comparator[] {
  const { numbers } = partial;
  const low = lowest(partial);
  const known = numbers.length;
  const next = (kept: number): Version => following(numbers, kept);
  switch (operator) {
    case "<":
      return [{ operator: "<", version: known === 3 ? low : { ...low, prerelease: LOWEST } }];
    case ">":
      if (known === 3) return [{ operator: ">", version: low }];
      return [known === 0 ? NOTHING : { operator: ">=", version: { ...next(known), prerelease: [] } }];
    case ">=":
      return known === 0 ? [] : [{ operator: ">=", version: low }];
    case "<=":
      if (known === 3) return [{ operator: "<=", version: low }];
      return known === 0 ? [] : [{ operator: "<", version: next(known) }];
    case "^":
      return between(low, known === 0 ? undefined : next(caretKeeps(numbers)));
    case "~":
      return between(low, known === 0 ? undefined : next(Math.min(known, 2)));
    default:
      if (known === 3) return [{ operator: "=", version: low }];
      return between(low, known === 0 ? undefined : next(known));
  }
}

const NOTHING: Comparator = { operator: "<", version: { major: 0, minor: 0, patch: 0, prerelease: LOWEST } };

function between(low: Version, end: Version | undefined): Comparator[] {
  if (end === undefined) return [];
  return [
    { operator: ">=", version: low },
    { operator: "<", version: end },
  ];
}

/** How many numbers a caret holds fast: up to the first that is not zero, as far as there are numbers. */
function caretKeeps(numbers: readonly number[]): number {
  const first = numbers.findIndex((number) => number > 0);
  return first < 0 ? numbers.length : first + 1;
}

function lowest({ numbers, prerelease }: PartialVersion): Version {
  return { major: numbers[0] ?? 0, minor: numbers[1] ?? 0, patch: numbers[2] ?? 0, prerelease };
}

/** The first version after all that begin with these numbers. */
function following(numbers: readonly number[], kept: number): Version {
  const [major = 0, minor = 0, patch = 0] = numbers
    .slice(0, kept)
    .map((number, i) => (i === kept - 1 ? number + 1 : number));
  return { major, minor, patch, prerelease: LOWEST };
}

function comparatorHolds({ operator, version }: Comparator, candidate: Version): boolean {
  const order = compareVersions(candidate, version);
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "=":
      return order === 0;
  }
}

function namesPrerelease({ version }: Comparator, candidate: Version): boolean {
  if (version.prerelease.length === 0) return false;
  return version.major === candidate.major && version.minor === candidate.minor && version.patch === candidate.patch;
}
