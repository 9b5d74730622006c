import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import { each, type Html, html, spread, unsafeRawHtml } from "../../lib/html/index.ts";
import { contentOf, createTemplates, diff, type Templates, treeOf } from "../../lib/patch/index.ts";
import { reorderOperations, wireBytes } from "../../lib/patch/reorder.ts";
import { diffRows } from "../../lib/patch/rows.ts";
import { longestRise } from "../../lib/pool/index.ts";
import { checkOperations } from "../../lib/wire/check-operations.ts";
import {
  encodeValue,
  OP_ATTRIBUTE,
  OP_MOVE,
  OP_PERMUTE,
  OP_REMOVE,
  OP_REPLACE,
  OP_SPLICE,
  OP_TEMPLATE,
  OP_TEXT,
  type Operation,
  packOrder,
  type WireValue,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { applyToModel, type Model, modelOf } from "../oracle/apply-operations.ts";

interface Row {
  readonly id: number;
  readonly text: string;
}

const rowView = ({ id, text }: Row): Html => html`<li id=${id}><b>${text}</b> <i>${text.length}</i></li>`;
const listView = (rows: readonly Row[], count = 0): Html =>
  html`<p class=${count}>${count}</p><ul>${each(rows, (row) => row.id, rowView)}</ul>`;
const thousand = Array.from({ length: 1000 }, (_, id): Row => ({ id, text: `row ${id}` }));

/** Diffs, checks the operations and their effect against the oracle, and returns them without template definitions. */
function change(before: Html, after: Html, templates: Templates = createTemplates()): Operation[] {
  const tree = treeOf(before);
  const model = modelOf(contentOf(tree, templates));
  const known = templates.sources().map((source) => source[0]);
  const next = treeOf(after, tree);
  const operations = diff(tree, next, templates);
  checkOperations(operations as readonly unknown[] as WireValue[]);
  const applied = applyToModel(model, operations, known);
  assert.deepEqual(applied, modelOf(contentOf(next, templates)));
  assert.deepEqual(
    known,
    templates.sources().map((source) => source[0]),
  );
  return operations.filter((operation) => operation[0] !== OP_TEMPLATE);
}

function bytesOf(operations: readonly Operation[]): number {
  return encodeValue(operations as readonly unknown[] as WireValue[]).length;
}

test("NUL, which no document holds, travels as what the page shows for it", () => {
  const view = (text: string): Html =>
    html`<p title=${text}>${text}</p><textarea>${text}</textarea><ul>${each(
      [1, 2],
      (id) => id,
      (id) => html`<li class=${text}>${text}${id}</li>`,
    )}</ul>`;
  const sent = (part: unknown): string[] => {
    if (typeof part === "string") return [part];
    return Array.isArray(part) ? part.flatMap(sent) : [];
  };
  for (const [before, after] of [
    ["a", "b\0"],
    ["a long text", "a long text\0 and so on"],
    ["\0", "a\0b"],
  ] as const) {
    const texts = [
      ...sent(contentOf(treeOf(view(after)), createTemplates())),
      ...sent(change(view(before), view(after))),
    ];
    assert.deepEqual(
      texts.filter((text) => text.includes("\0")),
      [],
    );
    assert.ok(texts.filter((text) => text.includes("\ufffd")).length >= 10);
  }
});

test("an unchanged page gives no operations, whether it is the same object or only equal", () => {
  const page = listView(thousand);
  assert.deepEqual(change(page, page), []);
  assert.deepEqual(change(listView(thousand), listView(thousand)), []);
});

test("a changed text and attribute give one operation each", () => {
  assert.deepEqual(change(listView([], 1), listView([], 2)), [
    [OP_ATTRIBUTE, 0, "2"],
    [OP_TEXT, 1, "2"],
  ]);
});

test("a row inserted anywhere into a thousand costs a few dozen bytes", () => {
  for (const at of [0, 1, 500, 999, 1000]) {
    const operations = change(listView(thousand), listView(thousand.toSpliced(at, 0, { id: 5000, text: "new row" })));
    assert.equal(operations.length, 1);
    assert.equal(operations[0]?.[0], OP_SPLICE);
    expect(bytesOf(operations)).toBeLessThan(32);
  }
});

test("a row taken out of a thousand costs less than ten bytes", () => {
  for (const at of [0, 500, 999]) {
    expect(bytesOf(change(listView(thousand), listView(thousand.toSpliced(at, 1))))).toBeLessThan(10);
  }
});

test("one row moved, two swapped, and a block moved are moves", () => {
  const [first, last] = [thousand[0], thousand[999]];
  assert.ok(first && last);
  const lastToFirst = [last, ...thousand.slice(0, 999)];
  const swapped = thousand.with(1, thousand[998] ?? last).with(998, thousand[1] ?? first);
  const block = [...thousand.slice(300), ...thousand.slice(0, 300)];
  for (const rows of [lastToFirst, swapped, block]) {
    const operations = change(listView(thousand), listView(rows));
    assert.equal(operations.length, 1);
    assert.equal(operations[0]?.[0], OP_MOVE);
    expect(bytesOf(operations)).toBeLessThan(20);
  }
});

test("any one row of a thousand moved anywhere is a patch of 12 bytes at most, but for what larger numbers take", () => {
  const large = (value: number): number => (value < 128 ? 0 : value < 256 ? 1 : 2);
  const keys = thousand.map(({ id }) => id);
  for (let from = 0; from < 1000; from += 37) {
    for (let to = 0; to < 1000; to++) {
      if (from === to) continue;
      const operations: Operation[] = [];
      diffRows(keys, keys.toSpliced(from, 1).toSpliced(to, 0, from), 2, operations, () => [-1, []]);
      const frame = encodeValue([5, 1, 1, ...operations] as readonly unknown[] as WireValue[]);
      const allowed = 12 + large(from) + large(to);
      if (frame.length > allowed) assert.fail(`${frame.length} bytes for ${from} to ${to}`);
    }
  }
});

test("rows in another order travel in the smallest of the forms there are", () => {
  const moves = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 12 })), { maxLength: 14 });
  const sizes = fc.oneof(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 1500 }));
  fc.assert(
    fc.property(sizes, moves, (size, changes) => {
      const order = Array.from({ length: size }, (_, at) => at);
      for (const [from, to, count] of changes) {
        const taken = order.splice(from % size, count);
        order.splice(to % (size - taken.length + 1), 0, ...taken);
      }
      const operations = reorderOperations(order, 3, [1, 2, 3]);
      assert.equal(wireBytes(operations), bytesOf(operations));
      const rows = Array.from({ length: size + 3 }, (_, at) => `${at}`);
      const model: Model = { template: 0, values: [rows] };
      const flat = operations.map((operation) => [operation[0], 0, ...operation.slice(2)]) as unknown as Operation[]; // cast: the same ones
      const expected = [...rows.slice(0, 3), ...order.map((at) => `${at + 3}`)];
      assert.deepEqual(applyToModel(model, flat, []), { template: 0, values: [expected] });
      const whole = bytesOf([[OP_PERMUTE, [1, 2, 3], 3, size, packOrder(order)]]);
      const oneByOne = movesOneByOne(order).flatMap(({ from, to }) => [from + 3, to + 3]);
      const single = bytesOf(oneByOne.length === 0 ? [] : [[OP_MOVE, [1, 2, 3], ...oneByOne]]);
      assert.ok(bytesOf(operations) <= Math.min(whole, single), `${bytesOf(operations)} of ${whole} and ${single}`);
    }),
    { numRuns: runs(600) },
  );
});

/** Each row by itself. */
function movesOneByOne(order: readonly number[]): { from: number; to: number }[] {
  const stays = longestRise(order);
  return order.flatMap((from, to) => (stays[to] === 1 ? [] : [{ from, to }]));
}

test("a shuffle is a permutation, near the information in it", () => {
  const shuffled = thousand.map((_, index) => thousand[(index * 617) % 1000] ?? { id: -1, text: "" });
  const operations = change(listView(thousand), listView(shuffled));
  assert.equal(operations[0]?.[0], OP_PERMUTE);
  expect(bytesOf(operations)).toBeLessThan(1095);
});

test("a changed row is addressed where it now stands", () => {
  const rows = thousand.slice(0, 5);
  const changed = [rows[4], { id: 0, text: "changed" }, rows[1], rows[2], rows[3]].filter((row) => row !== undefined);
  const operations = change(listView(rows), listView(changed));
  assert.deepEqual(operations.at(-1), [OP_TEXT, [2, 1, 2], "7"]);
});

test("content of another template replaces the slot, and nothing empties it", () => {
  const page = (inner: unknown): Html => html`<div>${inner as Html}</div>`;
  const bold = html`<b>${1}</b>`;
  assert.equal(change(page("text"), page(bold))[0]?.[0], OP_REPLACE);
  assert.deepEqual(change(page(bold), page(null)), [[OP_REMOVE, 0]]);
  assert.deepEqual(change(page(bold), page("text")), [[OP_TEXT, 0, "text"]]);
  assert.equal(change(page(unsafeRawHtml("<u>1</u>")), page(unsafeRawHtml("<u>2</u>")))[0]?.[0], OP_REPLACE);
  assert.deepEqual(change(page(unsafeRawHtml("<u>1</u>")), page(unsafeRawHtml("<u>1</u>"))), []);
});

test("a page of another template replaces the root", () => {
  assert.deepEqual(change(html`<p>${1}</p>`, html`<b>${2}</b>`)[0]?.slice(0, 2), [OP_REPLACE, []]);
});

test("a template met for the first time is defined before it is used, once", () => {
  const templates = createTemplates();
  const page = (inner: unknown): Html => html`<div>${inner as Html}</div>`;
  const tree = treeOf(page(""));
  contentOf(tree, templates);
  const warning = (text: string): Html => html`<em class="w">${text}</em>`;
  const next = treeOf(page(warning("a")), tree);
  const operations = diff(tree, next, templates);
  assert.deepEqual(operations[0]?.slice(0, 2), [OP_TEMPLATE, 1]);
  assert.equal(operations[0]?.[3], '<em class="w"><!--bus:0--></em>');
  assert.deepEqual(diff(next, treeOf(page(warning("b"))), templates), [[OP_TEXT, [0, 0], "b"]]);
});

test("functions and readables are read once, when the tree is made", () => {
  let reads = 0;
  const page = html`<p>${() => ++reads}</p>`;
  const tree = treeOf(page);
  assert.equal(reads, 1);
  assert.deepEqual(diff(tree, treeOf(page, tree), createTemplates()), [[OP_TEXT, 0, "2"]]);
});

test("an evaluation that reads nothing is not looked at again", () => {
  const inner = html`<b>${"x"}</b>`;
  const tree = treeOf(html`<p>${inner}${() => "y"}</p>`);
  const again = treeOf(html`<p>${inner}${() => "y"}</p>`);
  assert.notEqual(again.values[0], tree.values[0]);
  const page = (): Html => html`<p>${inner}${() => "y"}</p>`;
  const first = treeOf(page());
  assert.equal(treeOf(page(), first).values[0], first.values[0]);
});

test("the attributes of a spread are slots, and a changed set of names is another template", () => {
  const page = (attributes: Record<string, string | boolean>): Html =>
    html`<button ${spread(attributes)} id="b">x</button>`;
  assert.deepEqual(change(page({ name: "n", value: "1" }), page({ name: "n", value: "2" })), [[OP_ATTRIBUTE, 1, "2"]]);
  assert.equal(change(page({ name: "n" }), page({ value: "2" }))[0]?.[0], OP_REPLACE);
  assert.deepEqual(change(page({ disabled: true }), page({ disabled: false })), [[OP_ATTRIBUTE, 0, null]]);
  assert.throws(() => treeOf(page({ 'x="><script': "1" })), { code: "PATCH_BAD_ATTRIBUTE" });
});

test("rows that change their template under the same key are replaced alone", () => {
  const either = ({ id, text }: Row): Html => (text === "!" ? html`<hr id=${id}>` : rowView({ id, text }));
  const page = (rows: readonly Row[]): Html => html`<ul>${each(rows, (row) => row.id, either)}</ul>`;
  const rows = thousand.slice(0, 4);
  const operations = change(page(rows), page(rows.with(2, { id: 2, text: "!" })));
  assert.deepEqual(
    operations.map((operation) => operation.slice(0, 4)),
    [[OP_SPLICE, 0, 2, 1]],
  );
});

const rowsArbitrary = fc.uniqueArray(fc.record({ id: fc.nat(24), text: fc.constantFrom("a", "b", "!") }), {
  selector: (row) => row.id,
  maxLength: 20,
});

test("operations turn any keyed list, with changed rows, into any other", () => {
  const either = ({ id, text }: Row): Html => (text === "!" ? html`<hr id=${id}>` : rowView({ id, text }));
  const nested = (rows: readonly Row[], inner: readonly Row[], flag: boolean): Html =>
    html`<ul>${each(rows, (row) => row.id, either)}</ul>${flag ? html`<ol>${each(inner, (row) => row.id, rowView)}</ol>` : ""}`;
  fc.assert(
    fc.property(
      rowsArbitrary,
      rowsArbitrary,
      rowsArbitrary,
      rowsArbitrary,
      fc.boolean(),
      fc.boolean(),
      (a, b, c, d, f, g) => {
        change(nested(a, c, f), nested(b, d, g));
      },
    ),
    { numRuns: runs(1500) },
  );
});

test("what two pages have in common as one object changes no operation", () => {
  const pages = fc.array(fc.record({ title: fc.constantFrom("a", "b"), rows: rowsArbitrary, kind: fc.nat(3) }), {
    maxLength: 5,
  });
  // Evaluations of the same content are one object, as they are when computeds hold them.
  const remembering = <T>(make: (value: T) => Html): ((value: T) => Html) => {
    const made = new Map<string, Html>();
    return (value) => {
      const key = JSON.stringify(value);
      const one = made.get(key) ?? make(value);
      made.set(key, one);
      return one;
    };
  };
  type Section = { readonly title: string; readonly rows: readonly Row[]; readonly kind: number };
  const pageOf = (section: (one: Section) => Html, sections: readonly Section[], isKeyed: boolean): Html =>
    html`<main>${sections[0] === undefined ? "none" : section(sections[0])}${
      isKeyed
        ? each(
            sections.map((one, at) => ({ one, at })),
            ({ at }) => at,
            ({ one }) => section(one),
          )
        : sections.map(section)
    }</main>`;
  fc.assert(
    fc.property(pages, pages, fc.boolean(), fc.boolean(), (before, after, isKeyed, wasKeyed) => {
      const row = remembering(rowView);
      const section = remembering(
        ({ title, rows, kind }: Section): Html =>
          kind === 0
            ? html`<p>${title}</p>`
            : kind === 1
              ? html`<h2>${unsafeRawHtml(`<b>${title}</b>`)}</h2>`
              : html`<h2>${title}</h2>${kind === 2 ? rows.map(row) : each(rows, ({ id }) => id, row)}`,
      );
      const first = pageOf(section, before, wasKeyed);
      const next = pageOf(section, after, isKeyed);
      const shared = change(first, next);
      const templates = createTemplates();
      const tree = treeOf(first);
      contentOf(tree, templates);
      const apart = diff(tree, treeOf(next), templates).filter((operation) => operation[0] !== OP_TEMPLATE);
      assert.deepEqual(shared, apart);
    }),
    { numRuns: runs(300) },
  );
});

test("arrays are lists keyed by place", () => {
  const page = (items: readonly string[]): Html => html`<p>${items}</p>`;
  assert.equal(change(page(["a", "b"]), page(["a", "c"])).length, 1);
  change(page(["a", "b"]), page([]));
  change(page([]), page(["x"]));
});
