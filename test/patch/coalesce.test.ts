import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { each, type Html, type HtmlValue, html } from "../../lib/html/index.ts";
import { coalesce, createPage, createTemplates } from "../../lib/patch/index.ts";
import { packPicks } from "../../lib/patch/pack-picks.ts";
import { checkOperations } from "../../lib/wire/check-operations.ts";
import {
  type Content,
  decodeValue,
  encodeValue,
  OP_FILL,
  OP_INSERT_ROWS,
  OP_REMOVE_ROWS,
  type Operation,
  unpackPicks,
  type WireValue,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { applyToModel, type Model, type ModelInstance, modelOf } from "../oracle/apply-operations.ts";

interface Row {
  readonly id: number;
  readonly text: string;
  readonly isOn: boolean;
  readonly inner: readonly number[] | string | undefined;
}

const innerView = (inner: Row["inner"]): HtmlValue => {
  if (typeof inner === "string") return html`<b>${inner}</b>`;
  return (
    inner &&
    html`<ol>${each(
      inner,
      (n) => n,
      (n) => html`<li class=${n % 3}>${n}</li>`,
    )}</ol>`
  );
};
const rowView = ({ id, text, isOn, inner }: Row): Html =>
  id % 5 === 4
    ? html`<hr class=${isOn && "on"}>`
    : html`<tr class=${isOn && "on"}><td>${id}</td><td title=${text}>${text}</td><td>${innerView(inner)}</td></tr>`;
const view = (rows: readonly Row[]): Html =>
  html`<h1>${rows.length}</h1><table>${each(rows, (row) => row.id, rowView)}</table>`;

const valuesOf = (operations: readonly Operation[]): WireValue[] => operations as readonly unknown[] as WireValue[];
const bytesOf = (operations: readonly Operation[]): number => encodeValue(valuesOf(operations)).length;

/** What turns one page into the other, as it is and coalesced; both are applied to what was there. */
function change(before: readonly Row[], after: readonly Row[]): readonly [readonly Operation[], readonly Operation[]] {
  const templates = createTemplates();
  const page = createPage(view(before), templates);
  const model = modelOf(page.content());
  const known = templates.sources().map(([hash]) => hash);
  page.update(view(after));
  const operations = page.take();
  const fewer = checkOperations(decodeValue(encodeValue(valuesOf(coalesce(operations)))) as WireValue[]);
  const shown = applyToModel(model, operations, [...known]);
  assert.deepEqual(shown, modelOf(page.content()));
  assert.deepEqual(applyToModel(model, fewer, known), shown);
  assert.ok(bytesOf(fewer) <= bytesOf(operations), `${bytesOf(fewer)} B in place of ${bytesOf(operations)}`);
  return [operations, fewer];
}

const rowsOf = (count: number, make: (id: number) => Partial<Row> = () => ({})): Row[] =>
  Array.from({ length: count }, (_, id) => ({ id, text: `row ${id}`, isOn: false, inner: undefined, ...make(id) }));
const thousand = rowsOf(1000);

const row = fc.record({
  id: fc.nat(40),
  text: fc.constantFrom("", "a", "a text", "another text, which is long enough for an edit"),
  isOn: fc.boolean(),
  inner: fc.oneof(fc.constant(undefined), fc.constantFrom("x", "y"), fc.uniqueArray(fc.nat(12), { maxLength: 12 })),
});
const rows = fc.uniqueArray(row, { maxLength: 40, selector: ({ id }) => id });

test("coalesced operations do the same, and are never larger", () => {
  fc.assert(
    fc.property(rows, rows, (before, after) => {
      change(before, after);
    }),
    { numRuns: runs(500) },
  );
});

test("rows that stay in order and change a little: the same, and never larger", () => {
  const sub = fc.tuple(
    rows,
    fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
    fc.constantFrom("text", "isOn", "inner"),
  );
  fc.assert(
    fc.property(sub, fc.constantFrom("", "other"), (drawn, text) => {
      const [before, keep, field] = drawn;
      const value = { text, isOn: true, inner: text };
      change(
        before,
        before.filter((_, at) => keep[at]),
      );
      change(
        before.filter((_, at) => keep[at]),
        before,
      );
      change(
        before,
        before.map((one, at) => (keep[at] ? { ...one, [field]: value[field as "text"] } : one)),
      );
    }),
    { numRuns: runs(300) },
  );
});

/** How many rows a path leads to. */
const rowsAt = (model: Model, path: readonly number[]): number => {
  let at: unknown = model;
  for (const step of path) at = Array.isArray(at) ? at[step] : (at as ModelInstance).values[step];
  return (at as readonly unknown[]).length;
};

test("any operations, however they lie to each other, do the same", () => {
  // Slots 0 to 5 of a template that hold rows of a template of six slots, three deep.
  const leaf: Content = [0, "a", "b", "c", "d", "e", "f"];
  const list = (of: Content): Content => [-1, ...(Array.from({ length: 6 }, () => of) as [])];
  const level = (of: Content): Content => [0, of, list(of) as never, "c", of, list(of) as never, "f"];
  const first = level(level(leaf));
  const step = fc.nat(5);
  const operation = fc.oneof(
    fc.tuple(fc.constant(0), fc.array(step, { minLength: 1, maxLength: 6 }), fc.constantFrom("x", "y", "z")),
    fc.tuple(fc.constant(2), fc.array(step, { minLength: 1, maxLength: 6 }), fc.constantFrom("x", leaf, list(leaf))),
    fc.tuple(fc.constant(3), fc.array(step, { minLength: 1, maxLength: 6 })),
    fc.tuple(fc.constant(4), fc.constantFrom([1], [4], [0, 1], [1, 2, 4]), step, fc.nat(2)),
    fc.tuple(
      fc.constant(4),
      fc.constantFrom([1], [4], [0, 1]),
      step,
      fc.nat(1),
      fc.constant(0),
      fc.constant(leaf.slice(1)),
    ),
    fc.tuple(fc.constant(4), fc.constantFrom([1], [4]), step, fc.nat(1), fc.constant(-1), fc.constant(leaf)),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 24 }), (drawn) => {
      // Those that fit: what is told of a page is true of it.
      const fitting: Operation[] = [];
      let model = modelOf(first);
      for (const one of drawn as unknown as Operation[]) {
        try {
          const next = applyToModel(model, [one], []);
          if (one[0] === 4 && rowsAt(model, one[1] as number[]) < one[2] + one[3]) continue;
          model = next;
          fitting.push(one);
        } catch {
          // No way there any more.
        }
      }
      assert.deepEqual(applyToModel(modelOf(first), coalesce(fitting), []), model);
    }),
    { numRuns: runs(1000) },
  );
});

test.each([
  ["every second of 1,000 rows goes", thousand, thousand.filter(({ id }) => id % 2), 150],
  ["every second of 1,000 rows is shown another time", thousand.filter(({ id }) => id % 2), thousand, 11_400],
  ["ten rows here and there go", thousand, thousand.filter(({ id }) => id % 97 !== 5), 28],
  ["all rows are switched on", thousand, rowsOf(1000, () => ({ isOn: true })), 140],
  ["every third row is switched on", thousand, rowsOf(1000, (id) => ({ isOn: id % 3 === 0 })), 280],
  ["a mark comes in all rows", thousand, rowsOf(1000, () => ({ inner: "!" })), 200],
  ["a text in every row", thousand, rowsOf(1000, (id) => ({ text: `${id}` })), 9_600],
] as const)("%s", (_, before, after, mostBytes) => {
  const [operations, fewer] = change(before, after);
  expect(bytesOf(fewer)).toBeLessThanOrEqual(mostBytes);
  expect(operations.length).toBeGreaterThan(fewer.length);
  const codes: readonly number[] = [OP_FILL, OP_INSERT_ROWS, OP_REMOVE_ROWS];
  expect(fewer.some(([code]) => codes.includes(code))).toBe(true);
});

test("few operations are given back as they are", () => {
  const operations: Operation[] = [
    [0, [0, 1, 1], "a"],
    [0, [0, 2, 1], "a"],
    [0, [0, 3, 1], "a"],
  ];
  expect(coalesce(operations)).toBe(operations);
});

test("picks are read as they were written, in no more bytes than one for eight or one to five for each", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(3000), { maxLength: 400 }), (drawn) => {
      const indexes = drawn.toSorted((a, b) => a - b);
      const picks = packPicks(indexes);
      assert.deepEqual(unpackPicks(picks, 3001), indexes);
      const { length } = encodeValue(picks as WireValue);
      assert.ok(length <= 3 + 3 * indexes.length);
      assert.ok(length <= 8 + ((indexes.at(-1) ?? 0) - (indexes[0] ?? 0)) / 8 + 1);
    }),
    { numRuns: runs(500) },
  );
});

test.each([
  [[5], 5],
  [[0, -5], 5],
  [[0, -(2 ** 52)], 10],
  [[2 ** 52], 10],
  [[0, Uint8Array.of(255)], 7],
  [[2 ** 50, Uint8Array.of(1)], 7],
] as const)("picks beyond what is there are refused: %j of %i", (picks, size) => {
  expect(() => unpackPicks(picks as never, size)).toThrow(expect.objectContaining({ code: "WIRE_BAD_OPERATION" }));
});
