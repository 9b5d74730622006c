import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { computed, effect, exportGraph, type SignalGraph, scope, signal, toDot } from "../../lib/signals/index.ts";
import { runs } from "../helpers/runs.ts";
import { parseDot, shownLabel } from "../oracle/dot.ts";

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "\\",
      "&",
      "lt;",
      "\n",
      "\r",
      "N",
      "<",
      ">",
      "]",
      "}",
      ";",
      "\u0000",
      "\ud800",
      "é",
      "<b>",
      "\\n",
    ),
  }),
  fc.constantFrom(
    "digraph",
    "strict",
    '"',
    '\\"',
    "\\",
    '"];evil[',
    "\\N",
    "&quot;",
    "<<table>>",
    "/* */",
    "// x",
    "# x",
  ),
);

const kind = fc.constantFrom("signal", "computed", "effect", "scope");
const graphs: fc.Arbitrary<SignalGraph> = fc
  .array(
    fc.record({
      kind,
      name: hostile,
      preview: fc.option(hostile, { nil: undefined }),
      watched: fc.boolean(),
      stale: fc.boolean(),
    }),
    {
      maxLength: 6,
    },
  )
  .chain((nodes) =>
    fc.record({
      nodes: fc.constant(
        nodes.map(({ preview, ...node }, index) => ({
          ...node,
          id: `n${index}`,
          holds: "value" as const,
          ...(preview === undefined ? {} : { preview }),
        })),
      ),
      edges: fc.array(
        fc.record({
          from: fc.nat(Math.max(0, nodes.length - 1)).map((index) => `n${index}`),
          to: fc.nat(Math.max(0, nodes.length - 1)).map((index) => `n${index}`),
          kind: fc.constantFrom("reads", "owns"),
        }),
        { maxLength: nodes.length === 0 ? 0 : 8 },
      ),
      truncated: fc.constant(false),
    }),
  );

/** What is left of text in a DOT file. */
const shown = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[^\P{Cc}\n]/gu, " ")
    .replaceAll(/\p{Cs}/gu, "\ufffd");

test("DOT has the grammar of the language and shows names and values as they are, whatever they hold", () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const read = parseDot(toDot(graph));
      assert.deepEqual(
        [...read.nodes].map(([id, attributes]) => [id, shownLabel(attributes.get("label") ?? "")]),
        graph.nodes.map(({ id, name, preview }) => [id, shown(preview === undefined ? name : `${name}\n${preview}`)]),
      );
      assert.deepEqual(
        read.edges.map(({ from, to, attributes }) => ({ from, to, kind: attributes.has("style") ? "owns" : "reads" })),
        graph.edges.map((edge) => ({ ...edge })),
      );
    }),
    { numRuns: runs(600) },
  );
});

test("a real graph becomes DOT with its shapes", () => {
  const price = signal(2, { name: 'price "net"' });
  const total = computed(() => price.get() * 3, { name: "total" });
  const own = scope(() => effect(() => void total.get(), { name: "show" }), { name: "page" });
  const read = parseDot(toDot(exportGraph({ roots: [own] })));
  own.dispose();
  const found = [...read.nodes.values()].map((each) => [each.get("shape"), shownLabel(each.get("label") ?? "")]);
  assert.deepEqual(found, [
    ["folder", "page"],
    ["hexagon", "show"],
    ["box", "total\n6"],
    ["ellipse", 'price "net"\n2'],
  ]);
  assert.equal(read.edges.length, 3);
});
