import { once } from "node:events";
import { Agent, createServer, get } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import express5 from "express";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ExpressRoute, expressRoutes } from "../../adapters/express/index.ts";
import { analyzeRoutes, applyFix } from "../../lib/router/analyze/index.ts";
import { runs } from "../helpers/runs.ts";

// cast: version 4 is installed under an alias without types; what the tests use is in both
const express4 = createRequire(import.meta.url)("express4") as typeof express5;
const EXPRESS: readonly (readonly [version: number, express: typeof express5])[] = [
  [4, express4],
  [5, express5],
];

/** What a router does with a request, without a server: the label of the handler that answered. */
function answer(router: unknown, path: string): string | undefined {
  let label: string | undefined;
  const request = { method: "GET", url: path, headers: {} };
  const response = { locals: {}, setHeader: () => {}, end: (text: string) => (label = text) };
  // cast: a request and a response of just what routing reads and the handlers below call
  (router as { handle(request: object, response: object, next: () => void): void }).handle(request, response, () => {});
  return label;
}

const says = (label: string) => (_request: unknown, response: { end(text: string): void }) => response.end(label);

/** The first route of a table that takes a path. */
function firstOf(routes: readonly ExpressRoute[], path: string): ExpressRoute | undefined {
  return routes.find(
    (route) => route.methods.some((m) => m === "GET" || m === "*") && route.paths?.some((one) => one.test(path)),
  );
}

const segments = fc.array(fc.constantFrom("a", "b", "A", "m", "x-y", "a-b", "a--b", "a.b", "1", "", "a-", "v.b-a"), {
  minLength: 1,
  maxLength: 5,
});
// close to the patterns below: what a splat leaves to the next one shows on few paths only
const close = fc.string({ unit: fc.constantFrom("/", "/b/", "--", "-", "a", "b"), maxLength: 7 });
const paths = fc.oneof(
  segments.map((texts) => `/${texts.join("/")}`),
  close.map((text) => `/${text}`),
);
// every path of up to four of these parts: what some route of a table below answers, it answers on one of them
const PARTS = ["/", "a", "b", "1", "-", "--", ".", ":p", "//", "A", "the p"];
const EVERY: readonly string[] = PARTS.flatMap((a) => [
  `/${a}`,
  ...PARTS.flatMap((b) => [
    `/${a}${b}`,
    ...PARTS.flatMap((c) => [`/${a}${b}${c}`, ...PARTS.map((d) => `/${a}${b}${c}${d}`)]),
  ]),
]).concat("/", "/a/b/a/b", "/a/b/b/b", "/a/b/a/a/b", "/a-b-a", "/a/b/a/b/a");
const syntax4 = fc.constantFrom(
  ...[
    "/a",
    "/:p",
    "/:p?",
    "/:p-:q",
    "/:p--:q",
    "/:p.:q?",
    "/:p(\\d+)",
    "/a*",
    "/*",
    "/:p*",
    "/a?b",
    "/(a|b)",
    "/a/",
    "/",
    "/:p/b",
  ],
);
const syntax5 = fc.constantFrom(
  ...["/a", "/:p", "{/:p}", "/:p-:q", "/:p--:q", "/:p{.:q}", "/*s", "/a-*s", "/:p-*s", "/*s-:p", "/*s--*t", "/*s/b/*t"],
  ...[
    "/*s/b",
    "/a{/b}{/:p}",
    "/a/",
    "/",
    "/:p/b",
    '/:"the p"',
    "/\\:p",
    "/*s/b/:p/a/*t",
    "/:p-:q-:r",
    "/*s--:p",
    "/:p--*s",
    "/*s-b-*t",
    "/*s/b/*t/b/*u",
  ],
);
const mount4 = fc.constantFrom("/", "/a", "/a/", "/:p", "/:p?", "/a/:p?", "/m/:p", "/*", "/:p-:q", "/a*");
const mount5 = fc.constantFrom("/", "/a", "/a/", "/:p", "/a{/:p}", "/m/:p", "/*s", "/:p-:q", "/a-*s", "{/m}/a{/b}");
const flags = fc.record({ caseSensitive: fc.boolean(), strict: fc.boolean() });

describe.each(EXPRESS)("expressRoutes of Express %i", (version, express) => {
  const path = version === 4 ? syntax4 : syntax5;
  const mount = version === 4 ? mount4 : mount5;
  const group = fc.tuple(fc.array(path, { minLength: 1, maxLength: 2 }), fc.constantFrom("one", "list"));

  test("reads exactly the paths that the router takes", () => {
    fc.assert(
      fc.property(
        group,
        flags,
        fc.array(paths, { minLength: 40, maxLength: 60 }),
        ([written, form], rules, requests) => {
          const router = express.Router(rules);
          if (form === "list") router.get(written, says("0"));
          else for (const [i, one] of written.entries()) router.get(one, says(`${i}`));
          const { routes } = expressRoutes(router);
          for (const request of requests) {
            const taken = firstOf(routes, request);
            expect(taken === undefined ? undefined : `${routes.indexOf(taken)}`, request).toBe(answer(router, request));
          }
        },
      ),
      { numRuns: runs(250) },
    );
  });

  test("reads exactly the paths that nested routers take", () => {
    const tower = fc.tuple(fc.array(fc.tuple(mount, flags), { minLength: 1, maxLength: 2 }), path, flags);
    fc.assert(
      fc.property(tower, fc.array(paths, { minLength: 40, maxLength: 60 }), ([mounts, written, rules], requests) => {
        let router = express.Router(rules);
        router.get(written, says("0"));
        for (const [place, outerRules] of mounts) {
          const outer = express.Router(outerRules);
          outer.use(place, router);
          router = outer;
        }
        const { routes } = expressRoutes(router);
        if (routes[0]?.unknown !== undefined) return; // it says so, and claims nothing
        for (const request of requests) {
          expect(firstOf(routes, request) !== undefined, request).toBe(answer(router, request) !== undefined);
        }
      }),
      { numRuns: runs(250) },
    );
  });

  test("random tables: what is called unreachable never answers, and what never answers is called so", () => {
    // what two splats leave to a later route may need a longer path than are tried here
    const simple = path.filter((text) => text.split("*").length < 3);
    const table = fc.array(simple, { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(table, flags, fc.array(paths, { minLength: 30 }), (written, rules, requests) => {
        const router = express.Router(rules);
        for (const [i, one] of written.entries()) router.get(one, says(`${i}`));
        const { conflicts, unreachable } = analyzeRoutes(expressRoutes(router));
        const lost = new Set(
          [...conflicts.filter(({ kind }) => kind !== "shadowed"), ...unreachable].map((f) => f.route.index),
        );
        for (const { route, by, witness } of [...unreachable, ...conflicts.filter(({ kind }) => kind === "shadowed")]) {
          expect(answer(router, witness), witness).toBe(`${by[0]?.index}`);
          expect(expressRoutes(router).routes[route.index]?.paths?.some((one) => one.test(witness))).toBe(true);
        }
        const answered = new Set<string | undefined>();
        for (const request of [...requests, ...EVERY]) {
          answered.add(answer(router, request));
          if (lost.size === 0 && written.every((_, i) => answered.has(`${i}`))) break; // no other path can say more
        }
        for (const i of written.keys()) expect(answered.has(`${i}`), written[i]).toBe(!lost.has(i));
      }),
      { numRuns: runs(150) },
    );
  });

  test("what is called unreachable never answers over HTTP, and every other route does", async () => {
    const { app, inner } = createShop(express);
    const table = expressRoutes(app, { apps: [inner] });
    const { unreachable, conflicts, notAnalysed } = analyzeRoutes(table);
    expect(notAnalysed).toEqual([]);
    const lost = [...unreachable, ...conflicts.filter(({ kind }) => kind !== "shadowed")];
    const told = lost.map(
      ({ kind, route, by, witness }) => `${kind} ${route.route.pattern} < ${by[0]?.route.pattern}: ${witness}`,
    );
    expect(told.sort()).toEqual([
      "ambiguous /posts/:slug < /posts/:id: /posts/x",
      "duplicate /users/:id < /users/:id: /users/x",
      "unreachable /admin/rights/:name < /admin/*: /admin/rights/x".replace(
        "/admin/*",
        version === 4 ? "/admin/*" : "/admin/*rest",
      ),
      "unreachable /en/about < /:lang/about: /en/about",
      "unreachable /posts/:id < /posts, /posts/:id: /posts/x",
      "unreachable /users/new < /users/:id: /users/new",
    ]);
    const server = createServer(app);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // cast: it listens on TCP
    const agent = new Agent({ keepAlive: true });
    const read = (path: string): Promise<string> =>
      new Promise((resolve, reject) => {
        get({ host: "127.0.0.1", port, path, agent }, (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part: string) => (text += part));
          response.on("end", () => resolve(text));
        }).on("error", reject);
      });
    const words = ["users", "new", "posts", "x", "en", "about", "admin", "rights", "shop", "cart", "7"];
    const requests = words.flatMap((a) => [
      `/${a}`,
      ...words.flatMap((b) => [`/${a}/${b}`, ...words.map((c) => `/${a}/${b}/${c}`)]),
    ]);
    const answered = new Set<string>();
    for (const path of requests) answered.add(await read(path));
    for (const { by, witness } of unreachable) expect(await read(witness)).toBe(labelOf(by[0]?.route));
    agent.destroy();
    server.close();
    const lostRoutes = new Set(lost.map((finding) => finding.route.route));
    for (const route of table.routes) {
      if (route.passes !== true) expect(answered.has(labelOf(route)), labelOf(route)).toBe(!lostRoutes.has(route));
    }
  });

  test("a fix that moves a route gives a table without the finding", () => {
    const app = express();
    app.get("/users/:id", says("one"));
    app.get("/users/new", says("new"));
    const { routes, policy } = expressRoutes(app);
    const [finding] = analyzeRoutes({ routes, policy }).unreachable;
    expect(finding?.fix).toMatchObject({
      kind: "move",
      index: 1,
      before: 0,
      text: "Move GET /users/new before /users/:id.",
    });
    const fixed = finding === undefined ? routes : applyFix(routes, finding.fix);
    expect(fixed.map((route) => route.pattern)).toEqual(["/users/new", "/users/:id"]);
    expect(analyzeRoutes({ routes: fixed, policy })).toMatchObject({ conflicts: [], unreachable: [] });
  });

  test("handlers that take next hide nothing, unless they are said to answer", () => {
    const app = express();
    app.all("/admin/:page", (_request: unknown, _response: unknown, next: () => void) => next());
    app.get("/admin/users", says("users"));
    expect(analyzeRoutes(expressRoutes(app)).unreachable).toEqual([]);
    const strict = analyzeRoutes(expressRoutes(app, { everyHandlerAnswers: true }));
    expect(strict.unreachable.map((finding) => finding.witness)).toEqual(["/admin/users"]);
    expect(expressRoutes(app).routes[0]?.methods).toEqual(["*"]);
  });

  test("case and slashes count as the app says", () => {
    const app = express();
    app.enable("case sensitive routing").enable("strict routing");
    app.get("/a", says("a"));
    app.get("/A", says("A"));
    app.get("/a/", says("a/"));
    expect(analyzeRoutes(expressRoutes(app))).toMatchObject({ conflicts: [], unreachable: [] });
    const loose = express();
    loose.get("/a", says("a"));
    loose.get("/A", says("A"));
    expect(analyzeRoutes(expressRoutes(loose)).conflicts.map((finding) => finding.kind)).toEqual(["duplicate"]);
  });

  test("what cannot be read is told, and hides nothing", () => {
    const app = express();
    app.get(/^\/(a+)\/\1$/, says("twice"));
    app.use("/sub", express());
    app.get("/sub/:id", says("id"));
    const { notAnalysed, unreachable, conflicts } = analyzeRoutes(expressRoutes(app));
    expect(notAnalysed.map(({ reason }) => reason)).toEqual([
      "back-references are not read in a regular expression",
      "the routes of a mounted app are read only when the app is passed in the option apps",
    ]);
    expect([...unreachable, ...conflicts]).toEqual([]);
  });
});

test("routes below a mount that an old router forgot are not analysed", () => {
  const router = express5.Router();
  const inner = express5.Router();
  inner.get("/a", says("a"));
  router.use("/m", inner);
  for (const layer of router.stack) Reflect.deleteProperty(layer, "rawPath"); // as before router 2.3.0
  const { notAnalysed } = analyzeRoutes(expressRoutes(router));
  expect(notAnalysed.map(({ reason }) => reason)).toEqual([
    "it cannot be told what of a path is left below /(unknown)",
  ]);
});

test("what is no app of Express is refused", () => {
  for (const subject of [undefined, {}, () => {}, { routes: [] }]) {
    expect(() => expressRoutes(subject)).toThrow(expect.objectContaining({ code: "ROUTER_NOT_EXPRESS" }));
  }
});

/** An app with nested routers, a mounted app, lists of paths and five routes that nothing reaches. */
function createShop(express: typeof express5): { readonly app: ReturnType<typeof express5>; readonly inner: object } {
  const app = express();
  const admin = express.Router();
  const inner = express();
  app.use((_request, _response, next) => next());
  app.get("/users/:id", says("0"));
  app.get("/users/new", says("1"));
  app.route("/users/:id").get(says("2")).post(says("2"));
  app.get(["/posts", "/posts/:id"], says("3"));
  app.get("/posts/:id", says("4"));
  app.get("/posts/:slug", says("5"));
  admin.get("/users", says("6"));
  admin.get(express === express4 ? "/*" : "/*rest", says("7"));
  admin.get("/rights/:name", says("8"));
  app.use("/admin", admin);
  app.get("/:lang/about", says("9"));
  app.get("/en/about", says("10"));
  inner.get("/cart", says("11"));
  app.use("/shop", inner);
  app.get("/shop/:page", says("12"));
  return { app, inner };
}

function labelOf(route: ExpressRoute | undefined): string {
  let label = "";
  const [handler] = route?.value ?? [];
  if (typeof handler === "function") handler({}, { end: (text: string) => (label = text) });
  return label;
}
