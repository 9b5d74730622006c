import { describe, expect, test } from "vitest";
import { createRouter } from "../../lib/router/index.ts";

interface Subject {
  readonly wildcard: string;
  create(routes: readonly Pair[]): (method: string, path: string) => unknown;
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

interface Area {
  readonly ours: string;
  readonly subjects: Readonly<Record<string, string>>;
  readonly cases: readonly string[];
  input(caseName: string): { readonly routes: readonly Pair[]; readonly requests: readonly Request[] };
}

// casts: the bench is plain JavaScript, because Node 20 runs no TypeScript
const load = async <Module>(path: string): Promise<Module> =>
  (await import(/* @vite-ignore */ new URL(`../../bench/${path}`, import.meta.url).href)) as Module;
const { area } = await load<{ area: Area }>("router/area.mjs");
const { assertEqualAnswers } = await load<{ assertEqualAnswers(area: Area, subject: Subject, input: unknown): void }>(
  "measure.mjs",
);
const { busbarSubject } = await load<{ busbarSubject(create: typeof createRouter): Subject }>(
  "router/subjects/busbar-subject.mjs",
);

async function subjectNamed(name: string): Promise<Subject> {
  if (name === area.ours) return busbarSubject(createRouter);
  const { subject } = await load<{ subject: Subject }>(`router/${area.subjects[name]}`);
  return subject;
}

describe("the router bench", () => {
  test("rotates over at least 64 requests in every case", () => {
    for (const name of area.cases) {
      const { requests } = area.input(name);
      const different = new Set(requests.map(({ method, path }) => `${method} ${path}`));
      expect(different.size, name).toBeGreaterThan(63);
    }
  });

  for (const name of Object.keys(area.subjects)) {
    test(`finds the answers of ${name} to be right`, async () => {
      const subject = await subjectNamed(name);
      for (const one of area.cases) assertEqualAnswers(area, subject, area.input(one));
    });
  }

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
      expect(() => assertEqualAnswers(area, subject, area.input("12 routes, mixed"))).toThrow("wrong answer for");
    });
  }
});
