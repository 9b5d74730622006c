import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { type App, createApp, type Reply, type Routes } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { runs } from "../helpers/runs.ts";
import { createSlowRouter, type SlowRouter } from "../oracle/router.ts";
import { ask, header } from "./requests.ts";

/** What an app or a group is told, in order. */
type Told =
  | { readonly kind: "use"; readonly id: string }
  | { readonly kind: "route"; readonly methods: readonly string[]; readonly pattern: string; readonly id: string }
  | { readonly kind: "own" }
  | { readonly kind: "group" | "mount"; readonly prefix: string; readonly inner: readonly Told[] };

const prefix = fc.constantFrom("/", "/a", "/b", "/a/b", "/:x", "/:y/b", "/a/:z");
const pattern = fc.constantFrom("/", "/a", "/b", "/:p", "/:p/b", "/a/*", "/*rest", "/:q?", "/%61b", "/x-:p");
const methods = fc.constantFrom(["GET"], ["POST"], ["GET", "PUT"], ["*"], ["HEAD"], ["OPTIONS"], ["PURGE"]);
const id = fc.integer({ min: 0, max: 99 }).map(String);

const told: fc.Arbitrary<readonly Told[]> = fc.letrec<{ list: readonly Told[] }>((tie) => ({
  list: fc.array(
    fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant("route" as const), methods, pattern, id }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("use" as const), id }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("own" as const) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constantFrom("group" as const, "mount" as const), prefix, inner: tie("list") }),
      },
    ),
    { maxLength: 5 },
  ),
})).list;

const asked = fc.tuple(
  fc.constantFrom("GET", "HEAD", "POST", "PUT", "OPTIONS", "PURGE", "DELETE"),
  fc
    .array(fc.constantFrom("a", "b", "ab", "%61", "%61b", "c", "", "x-1", "a%2Fb", "%zz", ".."), { maxLength: 5 })
    .map((segments) => `/${segments.join("/")}`),
  fc.constantFrom("", "", "?a=/b", "#/a"),
);

describe("an app of any groups and mounts", () => {
  test("answers every request as a list of its routes and prefixes does", () => {
    const whole = fc.tuple(told, fc.boolean(), fc.array(asked, { minLength: 5, maxLength: 15 }));
    fc.assert(
      fc.property(whole, ([list, terminal, requests]) => {
        const app = createApp({ terminal });
        const slow = createSlowApp(terminal);
        build(app, list, slow.at("", [{ steps: [] }], []));
        for (const [method, path, tail] of requests) {
          assert.deepEqual(
            summary(ask(app, method, path + tail)),
            slow.answer(method, path + tail),
            `${method} ${path}`,
          );
        }
      }),
      { numRuns: runs(600) },
    );
  });
});

/** Tells app and oracle alike; what the router refuses, such as a second route for one path, neither hears of. */
function build(routes: Routes, list: readonly Told[], slow: SlowSite, depth = 0): void {
  for (const one of list) {
    if (one.kind === "use") {
      routes.use((c, next) => {
        c.addHeader("x-step", one.id);
        return next();
      });
      slow.use(one.id);
      continue;
    }
    if (one.kind === "own") {
      routes.own();
      slow.own();
      continue;
    }
    if (one.kind === "route") {
      const isTaken = taken(() => routes.route(one.methods, one.pattern, {}, (c) => c.json([one.id, c.params])));
      if (isTaken) slow.route(one.methods, one.pattern, one.id);
      continue;
    }
    const prefix = one.prefix.replace(":", `:at${depth}`); // a pattern has each name once
    if (one.kind === "group") {
      routes.group(prefix, (group) => build(group, one.inner, slow.inside(prefix), depth + 1));
    } else {
      const mounted = createApp();
      routes.mount(prefix, mounted);
      build(mounted, one.inner, slow.inside(prefix), depth + 1);
    }
  }
}

function taken(add: () => unknown): boolean {
  try {
    add();
    return true;
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return false;
  }
}

function summary(reply: ReturnType<App["handle"]>): unknown {
  if (reply === undefined) return undefined;
  const { status, body } = reply as Reply; // cast: everything here is sync
  const steps = (reply as Reply).headers.filter(([name]) => name === "x-step").map(([, value]) => value);
  const allow = header(reply as Reply, "allow");
  return { status, steps, ...(allow === undefined ? {} : { allow }), ...(status === 200 && body ? { body } : {}) };
}

interface SlowScope {
  readonly steps: string[];
}

interface SlowSite {
  use(id: string): void;
  own(): void;
  route(methods: readonly string[], pattern: string, id: string): void;
  inside(prefix: string): SlowSite;
}

interface SlowApp {
  at(prefix: string, scopes: readonly SlowScope[], inherited: readonly string[]): SlowSite;
  answer(method: string, url: string): unknown;
}

/** Lists of everything an app was told; each request is held against all of them. */
function createSlowApp(terminal: boolean): SlowApp {
  const routes = createSlowRouter();
  const answers: { readonly id: string; readonly steps: readonly string[] }[] = [];
  const areas: { readonly prefix: string; readonly scopes: readonly SlowScope[] }[] = [];
  const owned: string[] = terminal ? [""] : [];
  const join = (outer: string, inner: string): string => (inner === "/" ? outer : outer + inner);

  const at: SlowApp["at"] = (own, scopes, inherited) => {
    areas.push({ prefix: own, scopes });
    const scope = scopes.at(-1) as SlowScope; // cast: there is always one's own
    const inForce = (): string[] => [...inherited, ...scope.steps];
    return {
      use: (step) => void scope.steps.push(step),
      own: () => void owned.push(own),
      route: (tokens, text, id) => {
        const whole = join(own, text);
        routes.add(tokens, whole === "" ? "/" : whole, String(answers.length));
        answers.push({ id, steps: inForce() });
      },
      inside: (prefix) => at(join(own, prefix), [...scopes, { steps: [] }], inForce()),
    };
  };

  const answer: SlowApp["answer"] = (method, url) => {
    const isRefused = refusal(routes, url);
    const match = isRefused ? undefined : routes.find(method, url);
    if (match !== undefined) {
      const { id, steps } = answers[Number(match.value)] as (typeof answers)[number]; // cast: values are its indexes
      const isHead = method === "HEAD";
      return { status: 200, steps, ...(isHead ? {} : { body: JSON.stringify([id, match.params]) }) };
    }
    const paths = isRefused ? startsOf(url) : [url];
    if (!owned.some((prefix) => covers(prefix, paths))) return undefined;
    const around = areas.filter(({ prefix }) => covers(prefix, paths));
    const best = around.reduce((one, other) => (order(other, one) > 0 ? other : one));
    const steps = best.scopes.flatMap((scope) => scope.steps);
    if (isRefused) return { status: 400, steps };
    const allowed = new Set(routes.allowed(url));
    if (allowed.size === 0) return { status: 404, steps };
    return { status: method === "OPTIONS" ? 204 : 405, steps, allow: [...allowed.add("OPTIONS")].sort().join(", ") };
  };
  return { at, answer };
}

function refusal(routes: SlowRouter, url: string): boolean {
  try {
    routes.allowed(url); // looks at the path whatever methods there are
    return false;
  } catch {
    return true;
  }
}

/** The parts of a path in front of each of its slashes. */
function startsOf(url: string): string[] {
  const path = url.replace(/[?#].*/, "");
  return [...path.matchAll(/\//g)].flatMap(({ index }) => (index === 0 ? ["/"] : [path.slice(0, index)]));
}

function covers(prefix: string, paths: readonly string[]): boolean {
  if (prefix === "") return true;
  const area = createSlowRouter();
  area.add("GET", prefix, "");
  area.add("GET", `${prefix}/*`, "");
  return paths.some((path) => !refusal(area, path) && area.find("GET", path) !== undefined);
}

interface SlowArea {
  readonly prefix: string;
  readonly scopes: readonly SlowScope[];
}

/** Which of two areas around a path is the closer one: by its texts and parameters in order, by its length, by its depth. */
function order(one: SlowArea, other: SlowArea): number {
  const ranks = ({ prefix, scopes }: SlowArea): string =>
    `${prefix.replaceAll(/\/[^/]+/g, (part) => (part.startsWith("/:") ? "1" : "2"))}`.padEnd(20, "0") + scopes.length;
  return ranks(one) < ranks(other) ? -1 : ranks(one) > ranks(other) ? 1 : 0;
}
