import { isCodedError } from "../../errors/index.ts";
import type { PathRules } from "../canonical-path.ts";
import { parsePattern } from "../pattern.ts";
import type { RouteStatistics, TableRoute } from "./types.ts";

// Heap of tables of 200 to 10,000 routes that have answered, after a collection; what comes out is within a third of it.
const BYTES_PER_ROUTE = 90;
const BYTES_PER_METHOD = 140;
const BYTES_PER_SEGMENT = 60;
const BYTES_PER_CHARACTER = 3;

/** Counts what a table holds. Time: the characters of its patterns. */
export function countRoutes(
  routes: readonly TableRoute[],
  rules: PathRules,
  profile: Readonly<Record<string, number>> | undefined,
): RouteStatistics {
  const patterns = routes.map((route) => splitPattern(route.pattern, rules));
  const depths = patterns.map((parts) => parts.length);
  const trie = createBranch();
  for (const parts of patterns) grow(trie, parts);
  const fans = fansOf(trie);
  const plain = patterns.filter((parts) => parts.every((part) => part.isStatic)).length;
  return {
    routes: routes.length,
    methods: countMethods(routes),
    depth: { max: largest(depths), mean: mean(depths) },
    staticShare: routes.length === 0 ? 0 : plain / routes.length,
    fanOut: { max: largest(fans), mean: mean(fans) },
    estimatedBytes: estimateBytes(routes, trie),
    hot: profile === undefined ? [] : hotOrder(routes, profile),
  };
}

interface Part {
  readonly text: string;
  readonly isStatic: boolean;
}

/** The segments of a pattern; of one that this router cannot read, what stands between its slashes. */
function splitPattern(pattern: string, rules: PathRules): readonly Part[] {
  let parts: readonly Part[];
  try {
    parts = parsePattern(pattern, rules).segments.map((segment): Part => {
      if (segment.kind === "static") return { text: segment.text, isStatic: true };
      return { text: segment.kind === "mixed" ? segment.source : segment.kind, isStatic: false };
    });
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const texts = pattern.replace(/^\//, "").split("/");
    parts = texts.map((text) => ({ text, isStatic: !/[:*()[\]{}?+\\]/.test(text) }));
  }
  return parts.length === 1 && parts[0]?.text === "" ? [] : parts;
}

interface Branch {
  readonly below: Map<string, Branch>;
}

function createBranch(): Branch {
  return { below: new Map() };
}

function grow(root: Branch, parts: readonly Part[]): void {
  let branch = root;
  for (const { text, isStatic } of parts) {
    const key = isStatic ? text : `:${text}`;
    const next = branch.below.get(key) ?? createBranch();
    branch.below.set(key, next);
    branch = next;
  }
}

/** For each segment that others follow, how many. */
function fansOf(root: Branch): readonly number[] {
  const fans: number[] = [];
  const stack = [root];
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    if (branch.below.size > 0) fans.push(branch.below.size);
    stack.push(...branch.below.values());
  }
  return fans;
}

function estimateBytes(routes: readonly TableRoute[], trie: Branch): number {
  let bytes = 0;
  for (const { methods, pattern } of routes) {
    bytes += BYTES_PER_ROUTE + BYTES_PER_METHOD * methods.length + BYTES_PER_CHARACTER * pattern.length;
  }
  const stack = [trie];
  for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
    bytes += BYTES_PER_SEGMENT;
    stack.push(...branch.below.values());
  }
  return bytes;
}

function countMethods(routes: readonly TableRoute[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const method of routes.flatMap((route) => [...new Set(route.methods)])) {
    counts.set(method, (counts.get(method) ?? 0) + 1);
  }
  const sorted: Record<string, number> = Object.create(null);
  for (const [method, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) sorted[method] = count;
  return sorted;
}

function hotOrder(routes: readonly TableRoute[], profile: Readonly<Record<string, number>>): RouteStatistics["hot"] {
  const keys = new Set(routes.flatMap(({ methods, pattern }) => methods.map((method) => `${method} ${pattern}`)));
  return [...keys]
    .filter((key) => Object.hasOwn(profile, key))
    .map((key) => ({ key, count: profile[key] ?? 0 }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
