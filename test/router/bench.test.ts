import { describe, expect, test } from "vitest";
import { compileRouter } from "../../lib/router/compile/index.ts";
import { createRouter } from "../../lib/router/index.ts";

interface Subject {
  readonly wildcard: string;
  create(routes: readonly Pair[], options: { queries: boolean }): (method: string, path: string) => unknown;
  read(found: unknown): unknown;
}

interface Pair {
  readonly method: string;
  readonly pattern: string;
  readonly value: number;
}

interface Request {
  readonly method: string;
  readonly path: string;
}

interface Input {
  readonly routes: readonly Pair[];
  readonly requests: readonly Request[];
  readonly queries: boolean;
}

interface Case {
  readonly name: string;
  readonly table: string;
  readonly kind: string;
}

interface Area {
  readonly subjects: Readonly<Record<string, { readonly file: string; readonly tables?: readonly string[] }>>;
  readonly cases: readonly Case[];
  sizeOf(table: string): number;
  input(table: string, kind: string): Input;
  build(subject: Subject, input: Input): (method: string, path: string) => unknown;
  copy(input: Input, number: number): Input;
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../../bench/${path}`, import.meta.url).href)) as Module;
const { area } = await load<{ area: Area }>("router/area.mjs");
const { assertEqualAnswers } = await load<{ assertEqualAnswers(area: Area, subject: Subject, input: Input): void }>(
  "measure.mjs",
);
const { busbarSubject } = await load<{
  busbarSubject(create: typeof createRouter, compile?: typeof compileRouter): Subject;
}>("router/subjects/busbar-subject.mjs");

// the largest table is the bench's own to check: it takes slow routers minutes
const inputs = area.cases
  .filter(({ table }) => area.sizeOf(table) <= 1000)
  .map((one) => ({ ...one, ...area.input(one.table, one.kind) }));

async function subjectIn(file: string): Promise<Subject> {
  if (file === "busbar.mjs") return busbarSubject(createRouter);
  if (file === "busbar-compiled.mjs") return busbarSubject(createRouter, compileRouter);
  return (await load<{ subject: Subject }>(`router/subjects/${file}`)).subject;
}

describe("the router bench", () => {
  test("rotates over at least 64 requests in every case", () => {
    for (const { name, requests } of inputs) {
      const different = new Set(requests.map(({ method, path }) => `${method} ${path}`));
      expect(different.size, name).toBeGreaterThan(63);
    }
  });

  test("asks for hits of four segments alone where it says so", () => {
    const four = inputs.filter(({ kind }) => kind === "four segments");
    expect(four.length).toBeGreaterThan(1);
    for (const { requests } of four) {
      for (const { path } of requests) expect(path.split("/")).toHaveLength(5);
    }
  });

  const adapters = new Map(Object.values(area.subjects).map((one) => [one.file, one]));
  for (const { file, tables } of adapters.values()) {
    test(`finds the answers of ${file} to be right`, async () => {
      const subject = await subjectIn(file);
      for (const input of inputs) {
        if (tables?.includes(input.table) ?? true) assertEqualAnswers(area, subject, input);
      }
    });
  }

  test("gives copies of a table names of their own", () => {
    const [input] = inputs;
    if (input === undefined) throw new Error("there are cases");
    const find = area.build(busbarSubject(createRouter), area.copy(input, 3));
    expect(find("GET", "/user")).toBeUndefined();
    expect(find("GET", "/t3/user")).toBeDefined();
  });

  const wrong: readonly (readonly [what: string, change: (found: unknown) => unknown])[] = [
    ["finds nothing", () => undefined],
    ["finds another route", (found) => found && { ...found, value: -1 }],
    ["loses parameters", (found) => found && { ...found, params: {} }],
    ["leaves parameters encoded", (found) => found && JSON.parse(JSON.stringify(found).replaceAll("é", "%C3%A9"))],
    ["finds a route for everything", (found) => found ?? { value: 0, params: {} }],
  ];
  for (const [what, change] of wrong) {
    test(`refuses to time a router that ${what}`, () => {
      const right = busbarSubject(createRouter);
      const subject: Subject = { ...right, read: (found) => change(right.read(found)) };
      expect(() => assertEqualAnswers(area, subject, area.input("12 routes", "mixed"))).toThrow("wrong answer for");
    });
  }
});
