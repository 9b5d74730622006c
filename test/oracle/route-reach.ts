import { createRouter, type RouterOptions } from "../../lib/router/index.ts";
import { createSlowRouter, type SlowRouter } from "./router.ts";

/** A route of a list, as the oracle needs it. */
export interface ListedRoute {
  readonly methods: readonly string[];
  readonly pattern: string;
}

/** What is true of a list of routes, found by trying every path of its own alphabet. */
export interface Reach {
  readonly paths: readonly string[];
  /** Whether a route alone takes a path. */
  takes(index: number, method: string, path: string): boolean;
  /** The route that answers. */
  bySpecificity(method: string, path: string): number | undefined;
  byOrder(method: string, path: string): number | undefined;
  /** Whether the first of two routes that take a path comes before the other by specificity. */
  precedes(index: number, other: number, method: string, path: string): boolean;
  /** Whether a router that has one route refuses the other. */
  refuses(index: number, other: number): boolean;
}

const UNITS = ["a", "b", "1", "-", "."];
const SHORT = UNITS.flatMap((a) => [a, ...UNITS.map((b) => a + b)]);
/** Texts that tell all constraints of the tests apart, and some that fit none. */
export const TEXTS: readonly string[] = [
  ...["", "A", "x", "xyz", "aaaa", "7", "1111", "/", "a/b", "aa-b", "ab.a", "b-b.a", "ab-b.a"],
  ...SHORT,
  ...SHORT.filter((text) => text.length === 2).flatMap((text) => UNITS.map((unit) => text + unit)),
];

export function tryAllPaths(routes: readonly ListedRoute[], options: RouterOptions, depth: number): Reach {
  const alone = routes.map(({ methods, pattern }) => {
    const slow = createSlowRouter(options, TEXTS);
    slow.add(methods, pattern, "0");
    return slow;
  });
  const all = createSlowRouter(options, TEXTS);
  for (const [i, { methods, pattern }] of routes.entries()) all.add(methods, pattern, `${i}`);
  const known = new Map<string, boolean>();
  const takes: Reach["takes"] = (index, method, path) => {
    const key = `${index} ${method} ${path}`;
    const taken = known.get(key) ?? read(alone[index], method, path) !== undefined;
    known.set(key, taken);
    return taken;
  };
  return {
    paths: pathsOver(representatives(routes, options), depth),
    takes,
    bySpecificity: (method, path) => read(all, method, path),
    byOrder(method, path) {
      const index = routes.findIndex((_, i) => takes(i, method, path));
      return index < 0 ? undefined : index;
    },
    precedes(index, other, method, path) {
      const patterns = [routes[other]?.pattern ?? "", routes[index]?.pattern ?? ""];
      if (refusal(options, patterns) !== undefined) return false; // level: the router would not have both
      const pair = createSlowRouter(options, TEXTS);
      for (const [i, pattern] of patterns.entries()) pair.add(["*"], pattern, `${i}`);
      return read(pair, method, path) === 1;
    },
    refuses(index, other) {
      const [first, second] = [routes[other], routes[index]];
      return (
        refusal(options, [first?.pattern ?? "", second?.pattern ?? ""], [first?.methods, second?.methods]) !== undefined
      );
    },
  };
}

/** The code with which a router refuses the second of two patterns. */
function refusal(
  options: RouterOptions,
  patterns: readonly string[],
  methods: readonly (readonly string[] | undefined)[] = [],
): string | undefined {
  const router = createRouter<number>(options);
  try {
    for (const [i, pattern] of patterns.entries()) router.add(methods[i] ?? ["*"], pattern, i);
    return undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

function read(router: SlowRouter | undefined, method: string, path: string): number | undefined {
  try {
    const value = router?.find(method, path)?.value;
    return value === undefined ? undefined : Number(value);
  } catch {
    return undefined; // a path that is refused is answered by nobody
  }
}

/** One text for each set of the table's segments that it fits: two texts of one set never lead to different routes. */
function representatives(routes: readonly ListedRoute[], options: RouterOptions): readonly string[] {
  const segments = new Set(routes.flatMap(({ pattern }) => pattern.replace(/\?$/, "").split("/").slice(1)));
  const judges = [...segments].map((segment) => {
    const slow = createSlowRouter(options, TEXTS);
    slow.add("GET", `/${segment}`, "0");
    return slow;
  });
  const found = new Map<string, string>();
  for (const text of TEXTS) {
    const key = judges
      .map((judge) => Number(read(judge, "GET", `/${encodeURIComponent(text)}`) === undefined))
      .join("");
    if (!found.has(`${text === ""}${key}`)) found.set(`${text === ""}${key}`, encodeURIComponent(text));
  }
  return [...found.values()];
}

function pathsOver(texts: readonly string[], depth: number): readonly string[] {
  let level = [""];
  const paths: string[] = [];
  for (let i = 0; i < depth; i++) {
    level = level.flatMap((path) => texts.map((text) => `${path}/${text}`));
    paths.push(...level);
  }
  return paths;
}
