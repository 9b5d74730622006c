import { JSDOM, VirtualConsole } from "jsdom";
import { describe, expect, test } from "vitest";
import type { CodedError } from "../../lib/errors/index.ts";
import { expectedTree, type Tree, treeOf } from "../oracle/html.ts";
import { ALL_CASES } from "./cases/all.ts";
import type { Case } from "./cases/case.ts";
import { templateOf } from "./helpers.ts";
import { RENDERERS, type Renderer } from "./renderers.ts";

describe.each(RENDERERS.map((renderer) => [renderer.name, renderer] as const))("%s", (_, renderer) => {
  describe.each(ALL_CASES.map(({ context, cases }) => [context, cases] as const))("%s", (_context, cases) => {
    test.each(cases.map((own) => [own.name, own] as const))("%s", async (_name, own) => {
      const outcome = await run(renderer, own);
      if (own.expect.kind === "refused") expect((outcome as CodedError).code).toBe(own.expect.code);
      else if (typeof outcome !== "string") throw outcome;
      else judge(own, outcome);
    });
  });
});

test("there are enough cases in enough places", () => {
  expect(ALL_CASES.flatMap(({ cases }) => cases).length).toBeGreaterThanOrEqual(380);
  expect(new Set(ALL_CASES.map(({ context }) => context)).size).toBeGreaterThanOrEqual(16);
});

/** The source, or the error. */
async function run(renderer: Renderer, own: Case): Promise<unknown> {
  try {
    return await renderer.render(templateOf(own.statics, own.values), { report: false, ...own.options });
  } catch (error) {
    return error;
  }
}

function judge({ statics, values, expect: expected }: Case, source: string): void {
  const { pwned, taken } = browse(source);
  expect(pwned).toBe(false);
  switch (expected.kind) {
    case "kept":
      // cast: such cases have texts alone
      expect(treeOf(source)).toEqual(expectedTree(statics, values as string[]));
      expect(treeOf(source, true).length).toBe(expectedTree(statics, values as string[]).length);
      return;
    case "tree":
      expect(treeOf(source)).toEqual(expected.tree);
      return;
    case "attribute":
      expect(elementIn(source, expected.tag)[1][expected.name] ?? null).toBe(expected.value);
      return;
    case "text":
      expect(elementIn(source, expected.tag).slice(2).join("")).toBe(expected.text);
      return;
    case "data":
      expect(JSON.parse(String(elementIn(source, "script")[2]))).toEqual(expected.data);
      return;
    case "runs":
      expect(JSON.stringify(taken)).toBe(JSON.stringify(expected.taken));
  }
}

type Element = Exclude<Tree, string | { comment: string }>;

/** The first element of a name: in the fragment, or where a document alone has it. */
function elementIn(source: string, tag: string): Element {
  const found = find(treeOf(source), tag) ?? find(treeOf(`<!doctype html>${source}`), tag);
  if (found === undefined) throw new Error(`no <${tag}> in ${source}`);
  return found;
}

function find(nodes: readonly Tree[], tag: string): Element | undefined {
  for (const node of nodes) {
    if (typeof node === "string" || "comment" in node) continue;
    if (node[0] === tag) return node;
    const inner = find(node.slice(2) as Tree[], tag); // cast: all but tag and attributes are nodes
    if (inner !== undefined) return inner;
  }
  return undefined;
}

interface Visit {
  readonly pwned: boolean;
  readonly taken: readonly unknown[];
}

// All renderers should come to the same source: it is browsed once.
const visits = new Map<string, Visit>();

function browse(source: string): Visit {
  const visit = visits.get(source) ?? visitPage(source);
  visits.set(source, visit);
  return visit;
}

/** Runs the page as a browser with scripting does, and clicks on everything. */
function visitPage(source: string): Visit {
  let pwned = false;
  const taken: unknown[] = [];
  const { window } = new JSDOM(source, {
    url: "https://own.example/dir/page",
    runScripts: "dangerously",
    virtualConsole: new VirtualConsole(),
    beforeParse: (own) => {
      own["pwned"] = () => {
        pwned = true;
      };
      own["take"] = (...values: unknown[]) => taken.push(...values);
    },
  });
  for (const element of window.document.querySelectorAll("*")) {
    (element as HTMLElement).click?.(); // cast: elements of SVG have none
  }
  window.close();
  return { pwned, taken };
}
