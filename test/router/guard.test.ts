import fc from "fast-check";
import { expect, test } from "vitest";
import {
  canonicalPath,
  createRouter,
  type PathOptions,
  type Router,
  type RouterOptions,
} from "../../lib/router/index.ts";
import { runs } from "../helpers/runs.ts";
import { lowerCase } from "../oracle/split-path.ts";
import { outcome, pattern } from "./generators.ts";

const PREFIXES = [
  "/admin",
  "/Admin",
  "/a",
  "/admin/área",
  "/a%2Fb",
  "/é",
  "/x.y/%2e%2e%2e",
  "/🔒",
  "/a//b",
  "/%5C",
  "/K",
];
const PUBLIC = [
  "/*",
  "/:x",
  "/:x/*",
  "/:x/:y",
  "/public/*",
  "/adminx/:y",
  "/admin:x/*",
  "/:x(\\w+)/:y",
  "/%2e%2e%2e/*",
  "/a.b/:x",
  "/",
];

/** A guard as an application writes it: by canonical path, and by nothing else. */
function isGuarded(path: string, prefix: string, options: PathOptions): boolean {
  const head = canonicalPath(prefix, options);
  const canonical = canonicalPath(path, options);
  return canonical === head || canonical.startsWith(`${head}/`);
}

type Change = (path: string, at: number) => string;
const put = (path: string, at: number, text: string, taken = 0): string =>
  path.slice(0, at) + text + path.slice(at + taken);
const bytesOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
// The character at a place, so that no pair of surrogates is torn apart by accident.
const unitAt = (path: string, at: number): string => String.fromCodePoint(path.codePointAt(at) ?? 97);

/** What attackers do to a path. */
const CHANGES: readonly Change[] = [
  (path, at) => put(path, at, bytesOf(unitAt(path, at)), unitAt(path, at).length),
  (path, at) => put(path, at, bytesOf(unitAt(path, at)).toUpperCase(), unitAt(path, at).length),
  (path, at) => put(path, at, bytesOf(unitAt(path, at)).replaceAll("%", "%25"), unitAt(path, at).length),
  (path, at) => put(path, at, unitAt(path, at).toUpperCase(), unitAt(path, at).length),
  (path, at) => put(path, at, unitAt(path, at).toLowerCase(), unitAt(path, at).length),
  (path, at) => put(path, at, unitAt(path, at).normalize("NFD"), unitAt(path, at).length),
  (path) =>
    path.replace(/%../g, (found) => (found === found.toUpperCase() ? found.toLowerCase() : found.toUpperCase())),
  (path) => path.replace("%", "%25"),
  (path) => path.replaceAll("/", "//"),
  (path) => path.replace("/", "\\"),
  (path) => path.replace("/", "/%2F"),
  (path) => path.replaceAll("/", "%2f").replace("%2f", "/"),
  (path, at) => path.slice(at),
  (path) => `/public/..${path}`,
  (path) => `/public/%2e%2e${path}`,
  (path) => `/.${path}`,
  (path) => `/${path}`,
  (path) => `http://host${path}`,
  (path) => `/?${path}`,
  (path) => `/public#/..${path}`,
  ...[
    "/",
    "//",
    "/./",
    "/../",
    "/%2e/",
    "/.%2E/",
    ".",
    "..",
    "\\",
    "%5c",
    "%00",
    "\u0000",
    "%2f",
    "%252f",
    "%c0%af",
    "%e0%80%af",
  ].map(inserted),
  ...[
    "?",
    "#",
    "?/../",
    "#/public",
    ";",
    ";x=1",
    "%3b",
    "%20",
    " ",
    "%09",
    "\t",
    "\n",
    "\r",
    "\u2028",
    "\u00ad",
    "%",
    "%u002f",
    "%2",
  ].map(inserted),
  ...["é", "e\u0301", "İ", "K", "ſ", "\ud83d", "\udd12", "／", "．", "%ef%bc%8f", "~", "*", ":x", "public/"].map(
    inserted,
  ),
];

function inserted(text: string): Change {
  return (path, at) => put(path, at, text);
}

const change = fc.tuple(fc.nat({ max: CHANGES.length - 1 }), fc.nat());

/** A path, changed step by step; each step's result counts. */
function changedPaths(path: string, steps: readonly (readonly [number, number])[]): readonly string[] {
  const paths = [path];
  for (const [which, where] of steps) {
    const last = paths.at(-1) ?? "";
    paths.push(CHANGES[which]?.(last, where % (last.length + 1)) ?? last);
  }
  return paths;
}

const options: fc.Arbitrary<RouterOptions> = fc.record({
  ignoreTrailingSlash: fc.boolean(),
  ignoreDuplicateSlashes: fc.boolean(),
  caseSensitive: fc.boolean(),
});
const tail = fc.oneof(pattern, fc.constantFrom("", "/", "/*", "/:x", "/:x/:y", "/:x?", "/users", "/%2e%2e%2e"));
const value = fc.oneof(
  fc.constantFrom("a", "7", "../x", "a/b", "%2e", "é", "A", "\\", "😀"),
  fc.string({ minLength: 1, maxLength: 4 }),
);

interface Case {
  readonly prefix: string;
  readonly chosen: RouterOptions;
  readonly guarded: readonly string[];
  readonly open: readonly string[];
  readonly values: readonly string[];
  readonly steps: readonly (readonly [number, number])[][];
}

const cases: fc.Arbitrary<Case> = fc.record({
  prefix: fc.constantFrom(...PREFIXES),
  chosen: options,
  guarded: fc.array(tail, { minLength: 1, maxLength: 4 }),
  open: fc.array(fc.oneof(pattern, fc.constantFrom(...PUBLIC)), { maxLength: 6 }),
  values: fc.array(value, { minLength: 4, maxLength: 4 }),
  steps: fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
});

/** A router with routes under the prefix and others, and paths that came from those under the prefix. */
function build({ prefix, chosen, guarded, open, values, steps }: Case): {
  router: Router<string>;
  paths: readonly string[];
} {
  const router = createRouter<string>(chosen);
  const starts: string[] = [prefix];
  for (const text of guarded) {
    const route = outcome(() => router.add("GET", prefix + text, "guarded"));
    if (typeof route === "string") continue;
    const names = [...text.matchAll(/:(\w+)|\*(\w*)$/g)].map((found) => found[1] ?? (found[2] || "*"));
    const params = Object.fromEntries(names.map((name, i) => [name, values[i % values.length] ?? "x"]));
    const built = outcome(() => router.routes().at(-1)?.url(params));
    if (String(built).startsWith("/")) starts.push(String(built));
  }
  for (const text of open) outcome(() => router.add("GET", text, "open"));
  return { router, paths: starts.flatMap((start) => steps.flatMap((list) => changedPaths(start, list))) };
}

test("a guard by canonical prefix sees every request that reaches a route under the prefix", () => {
  let reached = 0;
  fc.assert(
    fc.property(cases, (given) => {
      const { router, paths } = build(given);
      const head = canonicalPath(given.prefix, given.chosen);
      for (const path of paths) {
        if (outcome(() => router.find("GET", path)?.value) !== "guarded") continue;
        reached++;
        expect(isGuarded(path, given.prefix, given.chosen), `${head} ${JSON.stringify(path)}`).toBe(true);
      }
    }),
    { numRuns: runs(1000) },
  );
  expect(reached).toBeGreaterThan(runs(4000));
});

test("a guard by canonical path answers or throws exactly as the router does", () => {
  fc.assert(
    fc.property(cases, (given) => {
      const { router, paths } = build(given);
      outcome(() => router.add("GET", "/*", "rest")); // refused where there is one already
      for (const path of paths) {
        const canonical = outcome(() => canonicalPath(path, given.chosen));
        const found = outcome(() => router.find("GET", path)?.value);
        if (canonical === "ROUTER_BAD_PATH") expect(found, path).toBe(undefined);
        else if (!String(canonical).startsWith("/")) expect(found, path).toBe(canonical);
        else expect(String(found), path).toMatch(/^(?:guarded|open|rest)$/);
      }
    }),
    { numRuns: runs(1000) },
  );
});

test("requests that the router takes for equal have equal canonical paths, and the other way about", () => {
  let equal = 0;
  fc.assert(
    fc.property(cases, (given) => {
      const { router, paths } = build(given);
      const fold = given.chosen.caseSensitive === false;
      const byAnswer = new Map<string, string>();
      const byCanonical = new Map<string, string>();
      for (const path of paths) {
        const canonical = String(outcome(() => canonicalPath(path, given.chosen)));
        if (!canonical.startsWith("/")) continue;
        const found = router.find("GET", path);
        const params = Object.entries(found?.params ?? {}).map(([name, text]) => [name, fold ? lowerCase(text) : text]);
        const answer = JSON.stringify([found === undefined ? path : router.routes().indexOf(found.route), params]);
        // values keep their case where case is ignored: there answers are compared in lower case, as the paths are
        if (found !== undefined) expect(byAnswer.get(answer) ?? canonical, path).toBe(canonical);
        const before = byCanonical.get(canonical);
        if (before !== undefined && found !== undefined) equal++;
        if (found !== undefined) expect(before ?? answer, path).toBe(answer);
        else expect(before ?? "nothing", path).toBe("nothing");
        byAnswer.set(answer, canonical);
        byCanonical.set(canonical, found === undefined ? "nothing" : answer);
      }
    }),
    { numRuns: runs(1000) },
  );
  expect(equal).toBeGreaterThan(runs(4000));
});

test("attacks on guards of the past change nothing", () => {
  const chosen = { caseSensitive: false, ignoreDuplicateSlashes: true, ignoreTrailingSlash: true };
  const router = createRouter<string>(chosen);
  router.add("GET", "/admin/:page", "secret");
  router.add("GET", "/*", "open");
  const attacks = [
    ...[
      "//admin/users",
      "/%61dmin/users",
      "/ADMIN/users/",
      "/admin/users?x=/public",
      "/admin/users#/public",
      "/admin//users",
    ],
    ...[
      "/admin/%75sers",
      "/admin/users%3Fx",
      "/admin/users%23x",
      "/admin/us%65rs//",
      "/admin/%2e%2e%2fx",
      "/admin/users;x=1",
    ],
    ...["/admin/users%00", "/admin/users\u0000", "/admin/users%20", "/%41DMIN/users", "/admin/..;", "/admin/\\"],
  ];
  for (const path of attacks) {
    expect(router.find("GET", path)?.value, path).toBe("secret");
    expect(isGuarded(path, "/admin", chosen), path).toBe(true);
  }
  for (const path of [
    "/admin%2Fusers",
    "/admin%00/users",
    "/admin;/users",
    "/admin\\users",
    "/adminx/users",
    "/%2561dmin/users",
  ]) {
    expect(router.find("GET", path)?.value, path).toBe("open");
    expect(isGuarded(path, "/admin", chosen), path).toBe(false);
  }
  for (const path of [
    "/x/../admin/users",
    "/./admin/users",
    "/x/%2e%2e/admin/users",
    "/admin/./users",
    "/admin/users/..",
    "/%c1%a1dmin/users",
  ]) {
    const codes = [outcome(() => router.find("GET", path)), outcome(() => canonicalPath(path, chosen))];
    expect(codes[0], path).toMatch(/^ROUTER_(?:DOT_SEGMENT|BAD_ENCODING)$/);
    expect(codes[0], path).toBe(codes[1]);
  }
});
