import assert from "node:assert/strict";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { adoptInstance } from "../../client/live/adopt.ts";
import { fill, fillSlots, slotAt } from "../../client/live/page.ts";
import type { Instance } from "../../client/live/slots.ts";
import { each, type Html, type HtmlValue, html, renderToString, unsafeRawHtml } from "../../lib/html/index.ts";
import { coalesce, contentOf, createTemplates, htmlOf, treeOf } from "../../lib/patch/index.ts";
import {
  type InstanceContent,
  LIST_STREAM,
  LIST_UNIFORM,
  OP_FILL,
  OP_INSERT_ROWS,
  OP_REMOVE_ROWS,
  OP_TEMPLATE,
  type Operation,
  STREAM_APPEND,
  STREAM_OPEN,
  STREAM_REMOVE,
  type WireValue,
} from "../../lib/wire/index.ts";
import {
  adopt,
  applyOperations,
  compileTemplate,
  mount,
  pageIn,
  rendered,
  type Shown,
  show,
  visible,
} from "./live-shown.ts";

interface Row {
  readonly id: number;
  readonly text: string;
}

beforeEach(() => document.body.replaceChildren());

const rowView = (row: Row): Html =>
  row.text === "!"
    ? html`<li class="bang">!</li>`
    : html`<li data-id=${row.id}><b>${row.text}</b>, ${row.text.length}</li>`;
const listView = (rows: readonly Row[], title: string, extra: boolean): Html =>
  html`<h1 class="t ${title}" hidden=${extra}>${title}</h1>${extra ? html`<p>extra ${title}</p>` : null}
    <table><tbody>${each(
      rows,
      (row) => row.id,
      (row) => html`<tr><td>${row.text}</td></tr>`,
    )}</tbody></table><ul><li>first</li>${each(rows, (row) => row.id, rowView)}<li>last</li></ul>${title}`;

const rowsArbitrary = fc.uniqueArray(fc.record({ id: fc.nat(20), text: fc.constantFrom("", "a", "<&", "!") }), {
  selector: (row) => row.id,
  maxLength: 18,
});
const viewArbitrary = fc.tuple(rowsArbitrary, fc.constantFrom("", "x", "y"), fc.boolean());

for (const [kind, start] of [
  ["adopted", adopt],
  ["mounted", mount],
] as const) {
  test(`a page that was ${kind}, patched again and again, equals a full render each time`, () => {
    fc.assert(
      fc.property(fc.array(viewArbitrary, { minLength: 2, maxLength: 5 }), (views) => {
        document.body.replaceChildren();
        const [first, ...rest] = views;
        assert.ok(first);
        const shown = start(listView(...first));
        assert.equal(visible(shown.root), rendered(listView(...first)));
        for (const view of rest) {
          show(shown, listView(...view));
          assert.equal(visible(shown.root), rendered(listView(...view)));
        }
      }),
      { numRuns: 40 },
    );
  });
}

test("many rows change, go and come by one operation each, and those that stay are the same elements", () => {
  const view = (rows: readonly Row[], on: (id: number) => boolean): Html =>
    html`<ul>${each(
      rows,
      ({ id }) => id,
      ({ id, text }) =>
        html`<li data-id=${id} class=${on(id) && "on"}>${text}<i>${on(id) ? html`<b>${text}</b>` : ""}</i></li>`,
    )}</ul>`;
  const rows = Array.from({ length: 60 }, (_, id) => ({ id, text: `t${id}` }));
  const steps: readonly [name: string, rows: readonly Row[], on: (id: number) => boolean, codes: readonly number[]][] =
    [
      ["all are on", rows, () => true, [OP_FILL, OP_FILL]],
      ["every third is off", rows, (id) => id % 3 > 0, [OP_FILL, OP_FILL]],
      ["every second goes", rows.filter(({ id }) => id % 2), (id) => id % 3 > 0, [OP_REMOVE_ROWS]],
      [
        "others come for some",
        rows.filter(({ id }) => id % 4 !== 1),
        (id) => id % 3 > 0,
        [OP_REMOVE_ROWS, OP_INSERT_ROWS],
      ],
      ["runs of them go", rows.filter(({ id }) => id % 8 > 5), (id) => id % 3 > 0, [OP_REMOVE_ROWS]],
      ["all are there", rows, (id) => id % 3 > 0, [OP_INSERT_ROWS]],
    ];
  const shown = adopt(view(rows, () => false));
  for (const [name, now, on, codes] of steps) {
    const before = new Map([...shown.root.querySelectorAll("li")].map((li) => [li.dataset["id"], li]));
    const told = coalesce(show(shown, view(now, on)));
    assert.deepEqual(
      told.map(([code]) => code).filter((code) => code !== OP_TEMPLATE),
      codes,
      name,
    );
    assert.equal(visible(shown.root), rendered(view(now, on)), name);
    for (const li of shown.root.querySelectorAll("li")) assert.equal(before.get(li.dataset["id"]) ?? li, li, name);
  }
});

test("a mount onto a page keeps the elements that fit, and with them what users typed", () => {
  const view = (rows: readonly Row[]): Html =>
    html`<form><input name="draft"><input name="set" value=${rows.length}></form><ul>${each(rows, (row) => row.id, rowView)}</ul>`;
  const rows = [1, 2, 3].map((id) => ({ id, text: `t${id}` }));
  const shown = adopt(view(rows));
  const [draft, set] = shown.root.querySelectorAll("input");
  const second = shown.root.querySelectorAll("li")[1];
  assert.ok(draft && set && second);
  draft.value = "half a sent";
  const next = treeOf(view([...rows, { id: 4, text: "t4" }]));
  fill(shown.page, shown.page._root, contentOf(next, shown.templates));
  assert.equal(shown.root.querySelector("input"), draft);
  assert.equal(draft.value, "half a sent");
  assert.equal(set.value, "4");
  assert.equal(shown.root.querySelectorAll("li")[1], second);
  assert.equal(visible(shown.root), rendered(view([...rows, { id: 4, text: "t4" }])));
});

test("keyed rows keep their elements through moves and shuffles", () => {
  const view = (rows: readonly Row[]): Html => html`<ul>${each(rows, (row) => row.id, rowView)}</ul>`;
  const rows = Array.from({ length: 60 }, (_, id) => ({ id, text: `t${id}` }));
  const shown = adopt(view(rows));
  const elements = new Map([...shown.root.querySelectorAll("li")].map((li) => [li.dataset["id"], li]));
  for (const step of [7, 59, 31]) {
    const order = rows.map((_, index) => rows[(index * step) % 60] ?? { id: -1, text: "" });
    show(shown, view(order));
    for (const li of shown.root.querySelectorAll("li")) assert.equal(elements.get(li.dataset["id"]), li);
  }
});

test("the focused input keeps focus, caret and value through moves and a changed value", () => {
  const view = (ids: readonly number[], value: string): Html =>
    html`<div>${each(
      ids,
      (id) => id,
      (id) => html`<p><input id=${`i${id}`} value=${value}></p>`,
    )}</div>`;
  const shown = adopt(view([1, 2, 3, 4], "abc"));
  const input = document.querySelector<HTMLInputElement>("#i3");
  assert.ok(input);
  input.focus();
  input.value = "abcdef";
  input.setSelectionRange(2, 5);
  show(shown, view([3, 1, 4, 2], "server"));
  show(shown, view([4, 2, 3, 1], "server"));
  assert.equal(document.activeElement, input);
  assert.deepEqual([input.selectionStart, input.selectionEnd, input.value], [2, 5, "abcdef"]);
  assert.equal(document.querySelector<HTMLInputElement>("#i1")?.value, "server");
});

test("checked, selected and textarea follow the server also after the user changed them", () => {
  const view = (on: boolean, text: string): Html =>
    html`<input type="checkbox" checked=${on}><select><option>a</option><option selected=${on}>b</option></select><textarea>${text}!</textarea>`;
  const shown = adopt(view(false, "x"));
  const [box, select, area] = [
    shown.root.querySelector("input"),
    shown.root.querySelector("select"),
    shown.root.querySelector("textarea"),
  ];
  assert.ok(box && select && area);
  area.value = "typed";
  show(shown, view(true, "y"));
  assert.deepEqual([box.checked, select.value, area.value], [true, "b", "y!"]);
  box.checked = true;
  show(shown, view(false, "y"));
  assert.equal(box.checked, false);
});

test("raw markup, empty templates and templates without slots can be adopted and replaced", () => {
  const view = (inner: unknown): Html => html`<div>${inner as Html}</div><p>a${inner as Html}b</p>`;
  for (const inner of [
    unsafeRawHtml("<i>1</i> <i>2</i>"),
    html``,
    html`<b>x</b>`,
    "text",
    null,
    [],
    ["a", html`<u>b</u>`],
  ]) {
    const shown = adopt(view(inner));
    assert.equal(visible(shown.root), rendered(view(inner)));
    show(shown, view("other"));
    show(shown, view(inner));
    assert.equal(visible(shown.root), rendered(view(inner)));
  }
});

test("a page that something else has changed is not adopted", () => {
  const templates = createTemplates();
  const tree = treeOf(html`<p>${1}</p><b>${2}</b>`);
  const markup = renderToString(htmlOf(tree), { live: (template) => templates.number(template) });
  const root = document.createElement("div");
  templates.number(tree.template);
  root.innerHTML = `<!--[0-->${markup.replace("<b>", "<grammar-tool></grammar-tool><b>")}<!--]-->`;
  assert.ok(root.firstChild);
  const first = root.firstChild;
  assert.throws(() => adoptInstance(first, templates.sources().map(compileTemplate)));
});

test("operations that lead nowhere throw instead of changing something else", () => {
  const shown = adopt(
    html`<ul>${each(
      [1, 2],
      (id) => id,
      (id) => html`<li>${id}</li>`,
    )}</ul>`,
  );
  const bad: Operation[] = [
    [0, 5, "x"],
    [0, [0, 7, 0], "x"],
    [4, 0, 1, 9],
    [2, 0, [44, "x"]],
  ];
  for (const operation of bad) assert.throws(() => applyOperations(shown.page, [operation]));
});

test("commands are handed on", () => {
  const shown = adopt(html`<p>${1}</p>`);
  applyOperations(shown.page, [[8, "focus", "#x", 1]]);
  expect(shown.commands).toEqual([["focus", "#x", 1]]);
});

const svg = (ids: readonly number[], inner: HtmlValue = ""): Html =>
  html`<svg viewBox=${`0 0 ${ids.length} 1`}><g>${each(
    ids,
    (id) => id,
    (id) => html`<circle r=${id}></circle>`,
  )}</g>${inner}</svg>`;

test("rows inside svg are svg, adopted and created", () => {
  for (const start of [adopt, mount]) {
    document.body.replaceChildren();
    const shown = start(svg([1, 2]));
    const first = shown.root.querySelector("circle");
    assert.ok(first);
    show(shown, svg([1, 2, 3], html`<path d="M0"></path>`));
    assert.equal(shown.root.querySelector("circle"), first);
    const names = [...shown.root.querySelectorAll("svg *")].map((element) => element.namespaceURI);
    assert.deepEqual(names, Array(5).fill("http://www.w3.org/2000/svg"));
    assert.equal(shown.root.querySelector("svg")?.getAttribute("viewBox"), "0 0 3 1");
    show(shown, svg([3, 1], unsafeRawHtml("<text>raw</text>")));
    assert.equal(shown.root.querySelector("text")?.namespaceURI, "http://www.w3.org/2000/svg");
    assert.equal(visible(shown.root), rendered(svg([3, 1], unsafeRawHtml("<text>raw</text>"))));
    show(shown, svg([1], html`<foreignObject>${html`<p>${1}</p>`}</foreignObject>`));
    assert.equal(shown.root.querySelector("p")?.namespaceURI, "http://www.w3.org/1999/xhtml");
  }
});

test("templates that are pieces of SVG or MathML name and place their attributes as the parser does", () => {
  const piece = (n: number): Html => html`<marker refX=${n} markerUnits="strokeWidth" orient=${`${n}`} />`;
  const inner = (n: number): HtmlValue => [
    html`<linearGradient gradientUnits=${n} CLASS="g${n}"><stop offset=${n} /></linearGradient>`,
    html`<svg viewbox=${`0 0 ${n} 1`} PRESERVEASPECTRATIO="x${n}"></svg>`,
    html`<use xlink:href="#${n}" />${n}`,
    each([n, 2], (id) => id, piece),
  ];
  const view = (n: number): Html =>
    html`<svg>${n > 1 ? html`<g viewBox=${n}>${inner(n)}</g>` : ""}${inner(n)}</svg>${n > 1 ? html`<math>${html`<mspace width=${n} />`}${html`<mi definitionurl=${n}>x</mi>`}</math>` : ""}<p CLASS=${n}>x</p>`;
  const parts = (root: Element): unknown =>
    [...root.querySelectorAll("*")].map((element) => [
      element.namespaceURI,
      element.localName,
      [...element.attributes].map(({ namespaceURI, name, value }) => [namespaceURI, name, value]).sort(),
    ]);
  const expected = (n: number): unknown => {
    const root = document.createElement("div");
    root.innerHTML = renderToString(view(n));
    return parts(root);
  };
  for (const start of [adopt, mount]) {
    document.body.replaceChildren();
    const shown = start(view(1));
    for (const n of [1, 3, 4, 1, 5]) {
      show(shown, view(n));
      assert.deepEqual(parts(shown.root), expected(n));
      assert.equal(shown.root.textContent, n > 1 ? `${n}${n}xx` : `${n}x`);
    }
  }
});

test("attributes with a namespace that come from nothing, go and come back have it again, and only where parsers give it", () => {
  const piece = (value: string | null): Html =>
    html`<use xlink:href=${value} xml:lang=${value} xml:space=${value} xml:base=${value} xlink:title=${value} /><a xlink:show=${value}></a>`;
  const view = (value: string | null): Html =>
    html`<svg>${each(
      value === "" ? [1] : [1, 2],
      (id) => id,
      () => piece(value),
    )}</svg><math xlink:href=${value}></math><p xlink:href=${value} xml:lang=${value}></p>`;
  const parts = (root: Element): unknown =>
    [...root.querySelectorAll("*")].map((element) => [
      element.localName,
      [...element.attributes].map(({ namespaceURI, name, value }) => [namespaceURI, name, value]).sort(),
    ]);
  for (const start of [adopt, mount]) {
    for (const first of [null, "#a"]) {
      document.body.replaceChildren();
      const shown = start(view(first));
      for (const value of ["#b", null, "#c", "", "#d", null]) {
        show(shown, view(value));
        const root = document.createElement("div");
        root.innerHTML = renderToString(view(value));
        assert.deepEqual(parts(shown.root), parts(root));
      }
    }
  }
});

test("an attribute that is taken away is gone, whatever property stands behind it, and comes back", () => {
  const view = (value: string | null): Html =>
    html`<progress value=${value}></progress><ol><li value=${value}></li></ol><button value=${value}></button><select><option value=${value}>x</option></select><input type="checkbox" value=${value}><input value=${value}><meter value=${value}></meter>`;
  const shown = adopt(view("3"));
  for (const value of [null, "2", null, "1"]) {
    show(shown, view(value));
    for (const name of ["progress", "li", "button", "option", "input", "meter"]) {
      const element = shown.root.querySelector(name);
      assert.deepEqual([name, element?.getAttribute("value")], [name, value]);
    }
    assert.equal(visible(shown.root), rendered(view(value)));
  }
});

test("a focused button that moves keeps its new binding, and a focused field what its user typed", () => {
  const view = (ids: readonly number[], value: string): Html =>
    html`<div>${each(
      ids,
      (id) => id,
      (id) =>
        html`<p><button id=${`b${id}`} value=${value}>x</button><input type="email" id=${`i${id}`} value=${value}></p>`,
    )}</div>`;
  const shown = adopt(view([1, 2, 3], "old"));
  const button = document.querySelector<HTMLButtonElement>("#b3");
  const input = document.querySelector<HTMLInputElement>("#i1");
  assert.ok(button && input);
  button.focus();
  for (const [order, value] of [
    [[3, 1, 2], "new"],
    [[2, 1, 3], "newer"],
    [[3, 2, 1], "newest"],
  ] as const) {
    show(shown, view(order, value));
    assert.equal(document.activeElement, button);
    assert.equal(button.value, value);
  }
  input.focus();
  input.value = "typed";
  show(shown, view([1, 3, 2], "x"));
  show(shown, view([3, 2, 1], "y"));
  assert.equal(input.value, "typed");
});

test("text that the parser has split, and text another script has replaced, is written whole", () => {
  const templates = createTemplates();
  const view = (text: string): Html => html`<p>${text}</p><b>x${text}z</b>`;
  const tree = treeOf(view("abcdef"));
  templates.number(tree.template);
  document.body.innerHTML = `<div><!--[0-->${renderToString(htmlOf(tree), { live: () => 0 })}<!--]--></div>`;
  const root = document.body.firstElementChild as HTMLElement; // cast: the line above
  const long = root.querySelector("p")?.firstChild;
  assert.ok(long instanceof Text);
  long.splitText(3); // as Chromium does after 65,536 units
  const compiled = templates.sources().map(compileTemplate);
  const { page, commands } = pageIn(root, compiled);
  assert.ok(root.firstChild);
  page._root._held = adoptInstance(root.firstChild, compiled);
  const next: Shown = { page, root, templates, tree, commands };
  show(next, view("new"));
  assert.equal(visible(root), rendered(view("new")));
  // As a translator does.
  for (const element of root.querySelectorAll("p, b")) {
    for (const node of [...element.childNodes])
      if (node instanceof Text && node.data === "new") node.replaceWith("neu");
  }
  show(next, view("newest"));
  assert.equal(visible(root), rendered(view("newest")));
});

const nestedRow = (row: readonly [number, readonly Row[], number]): Html => {
  const [id, rows, kind] = row;
  const list = each(rows, (inner) => inner.id, rowView);
  if (kind === 0) return html`<section id=${id}><ul>${list}</ul></section>`;
  if (kind === 1) return html`${list}`;
  return kind === 2
    ? html`${id}${list}${rows.length}`
    : html`<select>${each(
        rows,
        (inner) => inner.id,
        (inner) => html`<option selected=${inner.text === "a"}>${inner.text}</option>`,
      )}</select>`;
};
const nestedView = (rows: readonly (readonly [number, readonly Row[], number])[], text: string): Html =>
  html`${text}${each(rows, (row) => row[0], nestedRow)}${text}${text}${rows.map((row) => (row[2] ? html`<i>${row[2]}</i>` : ""))}<textarea>${text}</textarea>`;
const nestedArbitrary = fc.tuple(
  fc.uniqueArray(fc.tuple(fc.nat(6), rowsArbitrary, fc.nat(3)), { selector: (row) => row[0], maxLength: 6 }),
  fc.constantFrom("", "x", "y & z"),
);

for (const [kind, start] of [
  ["adopted", adopt],
  ["mounted", mount],
] as const) {
  test(`nested lists, rows without an element and adjacent texts that were ${kind} equal a full render`, () => {
    fc.assert(
      fc.property(fc.array(nestedArbitrary, { minLength: 2, maxLength: 5 }), (views) => {
        document.body.replaceChildren();
        const [first, ...rest] = views;
        assert.ok(first);
        const shown = start(nestedView(...first));
        assert.equal(visible(shown.root), rendered(nestedView(...first)));
        for (const view of rest) {
          show(shown, nestedView(...view));
          assert.equal(visible(shown.root), rendered(nestedView(...view)));
        }
        const last = treeOf(nestedView(...first));
        const content = contentOf(last, shown.templates);
        shown.page._templates.push(...shown.templates.sources(shown.page._templates.length).map(compileTemplate));
        fill(shown.page, shown.page._root, content);
        assert.equal(visible(shown.root), rendered(nestedView(...first)));
      }),
      { numRuns: 25 },
    );
  });
}

test("two streams that take each other's place in one page keep their rows, and what is shown no more is forgotten", async () => {
  const items = (texts: readonly string[]): HtmlValue =>
    each(
      texts,
      (text) => text,
      (text) => html`<li>${text}</li><hr>`,
    );
  const shown = mount(html`<ul>${items(["a1", "a2"])}</ul><ol>${items(["b1", "b2"])}</ol>`);
  const { page } = shown;
  const row = shown.templates.sources().findIndex(([, markup]) => markup.includes("<li>"));
  const stream = (slot: number, kind: number, ...rest: WireValue[]): void =>
    page._stream?.(slotAt(page._root, slot), kind, rest);
  stream(0, STREAM_OPEN, "a", 9, "a1", "a2");
  stream(1, STREAM_OPEN, "b", 9, "b1", "b2");
  const show = (...slots: readonly (readonly [id: string, ...more: string[]])[]): void => {
    const contents = slots.map(([id, ...more]) => [LIST_STREAM, id, 9, row, ...more.flatMap((text) => [text, [text]])]);
    fillSlots(page, page._root._held as Instance, [0, ...contents] as unknown as InstanceContent);
  };
  show(["b", "b3"], ["a"]);
  const of = (tag: string): string => visible(shown.root.querySelector(tag) as Element).replaceAll("<hr>", "");
  assert.equal(of("ul"), "<li>b1</li><li>b2</li><li>b3</li>");
  assert.equal(of("ol"), "<li>a1</li><li>a2</li>");
  stream(1, STREAM_REMOVE, "a1");
  stream(0, STREAM_APPEND, row, "b4", ["b4"]);
  assert.equal(of("ul"), "<li>b1</li><li>b2</li><li>b3</li><li>b4</li>");
  assert.equal(of("ol"), "<li>a2</li>");
  show(["c", "c1"], ["b"]);
  await Promise.resolve();
  assert.equal(of("ul"), "<li>c1</li>");
  assert.equal(of("ol"), "<li>b1</li><li>b2</li><li>b3</li><li>b4</li>");
  show(["a", "a9"], ["b"]);
  assert.equal(of("ul"), "<li>a9</li>"); // another session's: of the one before nothing is left
  fill(page, slotAt(page._root, 0), [LIST_UNIFORM, row, ["x1"]]);
  stream(0, STREAM_OPEN, "x", 9, "x1");
  stream(0, STREAM_APPEND, row, "x2", ["x2"]);
  assert.equal(of("ul"), "<li>x1</li><li>x2</li>");
});
