import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createAutomaton } from "../../../lib/router/analyze/automaton.ts";
import {
  analyzeRoutes,
  applyFix,
  type RouteAnalysis,
  type RoutePolicy,
  type TableRoute,
} from "../../../lib/router/analyze/index.ts";
import { readRegExp } from "../../../lib/router/analyze/reg-exp.ts";
import { createRouter } from "../../../lib/router/index.ts";
import { runs } from "../../helpers/runs.ts";

/** Routes written as `GET /a`. */
function list(...lines: readonly string[]): TableRoute[] {
  return lines.map((line) => {
    const [methods = "", pattern = ""] = line.split(" ");
    return { methods: methods.split(","), pattern };
  });
}

function tell({ conflicts, unreachable }: RouteAnalysis): string[] {
  return [...conflicts, ...unreachable].map(({ kind, route, by, methods, witness }) => {
    const winners = by.map((entry) => entry.route.pattern).join(" ");
    return `${kind} ${methods.join()} ${route.route.pattern} < ${winners}: ${witness}`;
  });
}

describe("findings", () => {
  const cases: readonly (readonly [
    name: string,
    policy: RoutePolicy,
    lines: readonly string[],
    told: readonly string[],
  ])[] = [
    [
      "a broad route before a narrow one is fine by specificity",
      "specificity",
      ["GET /users/:id", "GET /users/new"],
      [],
    ],
    [
      "a broad route before a narrow one hides it by first match",
      "first-match",
      ["GET /users/:id", "GET /users/new"],
      ["unreachable GET /users/new < /users/:id: /users/new"],
    ],
    ["a narrow route before a broad one is fine", "first-match", ["GET /users/new", "GET /users/:id"], []],
    ["other methods hide nothing", "first-match", ["POST /users/:id", "GET /users/new"], []],
    [
      "a route for any method hides the others",
      "first-match",
      ["* /users/:id", "GET,POST /users/new"],
      ["unreachable GET,POST /users/new < /users/:id: /users/new"],
    ],
    ["GET hides HEAD", "first-match", ["GET /:a", "HEAD /b"], ["unreachable HEAD /b < /:a: /b"]],
    ["only some methods are hidden", "first-match", ["GET /:a", "GET,POST /b"], ["unreachable GET /b < /:a: /b"]],
    [
      "several routes hide one together",
      "specificity",
      ["GET /u/:id(a|b)", "GET /u/a", "GET /u/b"],
      ["unreachable GET /u/:id(a|b) < /u/a /u/b: /u/a"],
    ],
    [
      "constraints hide a plain parameter only when nothing is left",
      "specificity",
      ["GET /u/:id", "GET /u/:id(\\d+)", "GET /u/:id(\\D+)"],
      [],
    ],
    [
      "the same shape twice is a duplicate",
      "specificity",
      ["GET /posts/:id", "GET /posts/:id"],
      ["duplicate GET /posts/:id < /posts/:id: /posts/x"],
    ],
    [
      "the same shape under other names is ambiguous",
      "specificity",
      ["GET /posts/:id", "GET /posts/:slug"],
      ["ambiguous GET /posts/:slug < /posts/:id: /posts/x"],
    ],
    [
      "constraints that overlap are ambiguous by specificity",
      "specificity",
      ["GET /:a(x|y)", "GET /:b(y|z)"],
      ["ambiguous GET /:b(y|z) < /:a(x|y): /y"],
    ],
    ["constraints that overlap are ordered by first match", "first-match", ["GET /:a(x|y)", "GET /:b(y|z)"], []],
    [
      "an earlier route shadows a more specific one in part",
      "first-match",
      ["GET /:lang/about", "GET /en/:page"],
      ["shadowed GET /en/:page < /:lang/about: /en/about"],
    ],
    [
      "an earlier route that is more specific shadows nothing",
      "first-match",
      ["GET /en/:page", "GET /:lang/about"],
      [],
    ],
    [
      "a wildcard hides what is below it",
      "first-match",
      ["GET /f/*", "GET /f/:a/b"],
      ["unreachable GET /f/:a/b < /f/*: /f/x/b"],
    ],
    ["a wildcard does not hide what is beside it", "first-match", ["GET /f/*", "GET /f"], []],
    [
      "a route that only dot segments fit is unreachable",
      "specificity",
      ["GET /:a(\\.\\.?)"],
      ["unreachable GET /:a(\\.\\.?) < : /."],
    ],
  ];

  for (const [name, policy, lines, told] of cases) {
    test(name, () => {
      const routes = list(...lines);
      const found = analyzeRoutes({ routes, policy });
      expect(tell(found)).toEqual(told);
      for (const finding of [...found.conflicts, ...found.unreachable]) {
        expect(tell(analyzeRoutes({ routes: applyFix(routes, finding.fix), policy }))).toEqual([]);
      }
    });
  }

  test("a slash at the end that is ignored makes two patterns one", () => {
    const routes = list("GET /a", "GET /a/");
    expect(tell(analyzeRoutes({ routes }))).toEqual([]);
    expect(tell(analyzeRoutes({ routes, options: { ignoreTrailingSlash: true } }))).toEqual([
      "duplicate GET /a/ < /a: /a",
    ]);
  });

  test("the witness of a slash inside a segment is escaped", () => {
    const found = analyzeRoutes({ routes: list("GET /:a(b%2Fc|b.c)", "GET /b%2Fc"), policy: "first-match" });
    expect(found.notAnalysed).toEqual([]);
    expect(tell(found)).toEqual(["unreachable GET /b%2Fc < /:a(b%2Fc|b.c): /b%2Fc"]);
  });

  test("an earlier host or version hides only what asks for no other", () => {
    const route = (pattern: string, host?: string, version?: string): TableRoute => ({
      methods: ["GET"],
      pattern,
      constraints: { ...(host === undefined ? {} : { host }), ...(version === undefined ? {} : { version }) },
    });
    const told = (...routes: readonly TableRoute[]): string[] => tell(analyzeRoutes({ routes, policy: "first-match" }));
    expect(told(route("/:a", "a.example"), route("/b", "b.example"))).toEqual([]);
    expect(told(route("/:a", "a.example"), route("/b"))).toEqual([]);
    expect(told(route("/:a"), route("/b", "a.example"))).toHaveLength(1);
    expect(told(route("/:a", "*.example"), route("/b", "a.example"))).toHaveLength(1);
    expect(told(route("/:a"), route("/b", undefined, "1.0.0"))).toEqual([]);
    expect(told(route("/:a", undefined, "1.0.0"), route("/b", undefined, "1.1.0"))).toEqual([]);
    expect(told(route("/:a", undefined, "1.0.0"), route("/b", undefined, "1.0.0"))).toHaveLength(1);
    expect(tell(analyzeRoutes({ routes: [route("/a", "a.example"), route("/a", "b.example"), route("/a")] }))).toEqual(
      [],
    );
  });

  test("hosts that share names are ambiguous when neither is the narrower", () => {
    const routes = ["a*b", "ab*"].map((host) => ({
      methods: ["GET"],
      pattern: "/a",
      constraints: { host: new RegExp(`^${host}$`) },
    }));
    expect(tell(analyzeRoutes({ routes }))).toEqual(["ambiguous GET /a < /a: /a"]);
    expect(tell(analyzeRoutes({ routes, policy: "first-match" }))).toEqual([]);
  });

  test("routes of different builds do not meet", () => {
    const routes = [
      { methods: ["GET"], pattern: "/a", when: "beta" },
      { methods: ["GET"], pattern: "/a", when: "!beta" },
    ];
    expect(tell(analyzeRoutes({ routes }))).toEqual([]);
  });

  test("what cannot be read is listed with the reason, and hides nothing", () => {
    const bad = analyzeRoutes({ routes: [...list("GET /a?b"), ...list("GET /a")] });
    expect(bad.notAnalysed).toMatchObject([{ route: { index: 0 }, reason: expect.stringContaining("/a?b") }]);
    const mixed = analyzeRoutes({
      routes: [{ methods: ["GET"], pattern: "/a", paths: [/^\/a$/] }, ...list("GET /b")],
      policy: "first-match",
    });
    expect(mixed.notAnalysed.map(({ route }) => route.index)).toEqual([1]);
    const foreign = analyzeRoutes({ routes: [{ methods: ["GET"], pattern: "/a", paths: [/^\/a$/] }] });
    expect(foreign.notAnalysed).toHaveLength(1);
  });

  test("a router is read by its shape and never touched", () => {
    const router = createRouter<number>({ caseSensitive: false });
    router.add("GET", "/u/:id(a|b)", 1);
    router.add("GET", "/u/A", 2);
    router.add("GET", "/u/B", 3);
    const { unreachable } = analyzeRoutes(router);
    expect(unreachable.map((finding) => finding.route.route.value)).toEqual([1]);
    expect(router.routes()).toHaveLength(3);
  });
});

test("regular expressions that overlap in too many ways are refused, not followed for ever", () => {
  // whether one of the last characters is an a: to see that one always is, or none, takes 2 ** 24 states
  const path = (i: number): RegExp => new RegExp(`^/[ab]*a[ab]{${i}}$`);
  const routes = Array.from({ length: 24 }, (_, i) => ({ methods: ["GET"], pattern: `/${i}`, paths: [path(i)] }));
  const none = { methods: ["GET"], pattern: "/none", paths: [/^\/[ab]*b{24}$/] };
  const last = { methods: ["GET"], pattern: "/all", paths: [/^\/[ab]{24,}$/] };
  const analyze = (): unknown => analyzeRoutes({ routes: [...routes, none, last], policy: "first-match" });
  expect(analyze).toThrow(expect.objectContaining({ code: "ROUTER_ANALYSIS_TOO_LARGE" }));
});

test("a regular expression is read as RegExp reads it", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    "/",
    ".",
    "[ab]",
    "[^a]",
    "[^/]",
    "\\w",
    "\\/",
    "A",
    "[a-b/]",
    "[\\w-]",
    "^",
    "$",
  );
  const { source } = fc.letrec<{ source: string }>((tie) => ({
    source: fc.oneof(
      { depthSize: "small" },
      atom,
      fc.tuple(tie("source"), tie("source")).map(([left, right]) => `${left}${right}`),
      fc.tuple(tie("source"), tie("source")).map(([left, right]) => `(?:${left}|${right})`),
      fc.tuple(tie("source"), fc.constantFrom("?", "*", "+", "{2}", "{1,}?")).map(([body, sign]) => `(${body})${sign}`),
      fc
        .tuple(fc.constantFrom("(?=", "(?!"), atom, atom, tie("source"))
        .map(([open, a, b, rest]) => `${open}${a}${b}|b)${rest}`),
    ),
  }));
  const letters = ["a", "b", "A", "/", "-"];
  let words = [""];
  for (let i = 0; i < 4; i++)
    words = [...new Set([...words, ...words.flatMap((word) => letters.map((letter) => word + letter))])];
  fc.assert(
    fc.property(source, fc.constantFrom("", "i", "s"), (text, flags) => {
      const regExp = new RegExp(text, flags);
      const node = readRegExp(regExp);
      if ("reason" in node) expect(node.reason).toContain("look-ahead in look-ahead");
      else {
        const automaton = createAutomaton(node);
        for (const word of words.slice(1)) {
          // no path is empty
          let state: number | undefined = automaton.start;
          for (const unit of word) {
            const code = unit.charCodeAt(0);
            state =
              state === undefined
                ? undefined
                : automaton.moves(state).find((move) => move.low <= code && code <= move.high)?.to;
          }
          expect(state !== undefined && automaton.accepts(state), `${regExp} ${word}`).toBe(regExp.test(word));
        }
      }
    }),
    { numRuns: runs(300) },
  );
});

describe("statistics", () => {
  test("count routes, methods, depth, static share and fan-out", () => {
    const routes = list("GET /", "GET,POST /users", "GET /users/:id", "DELETE /users/:id", "* /files/*path");
    const { statistics } = analyzeRoutes({ routes });
    expect(statistics).toMatchObject({
      routes: 5,
      methods: { "*": 1, DELETE: 1, GET: 3, POST: 1 },
      depth: { max: 2, mean: 1.4 },
      staticShare: 0.4,
      fanOut: { max: 2, mean: 4 / 3 },
      hot: [],
    });
    expect(statistics.estimatedBytes).toBeGreaterThan(0);
  });

  test("put the busiest routes of a profile first, and pass over what the table has not", () => {
    const { statistics } = analyzeRoutes(
      { routes: list("GET,POST /a", "GET /b") },
      { profile: { "GET /b": 7, "POST /a": 2, "GET /gone": 9, "GET /a": 7 } },
    );
    expect(statistics.hot).toEqual([
      { key: "GET /a", count: 7 },
      { key: "GET /b", count: 7 },
      { key: "POST /a", count: 2 },
    ]);
  });

  test("of an empty table are zero", () => {
    expect(analyzeRoutes({ routes: [] }).statistics).toMatchObject({
      routes: 0,
      depth: { max: 0, mean: 0 },
      staticShare: 0,
    });
  });
});
