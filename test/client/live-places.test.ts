import assert from "node:assert/strict";
import fc from "fast-check";
import { beforeEach, describe, test } from "vitest";
import { each, type Html, type HtmlValue, html, unsafeRawHtml } from "../../lib/html/index.ts";
import { runs } from "../helpers/runs.ts";
import { treeOf } from "../oracle/morph.ts";
import { adopt, mount, rendered, show, visible } from "./live-shown.ts";

/* Rows wherever parsers have rules of their own, changed many at a time: after each step the page is what the server renders. */

beforeEach(() => document.body.replaceChildren());

/** What a row shows. */
interface Row {
  readonly id: number;
  readonly text: string;
  readonly isOn: boolean;
}

/** The step between two states, so that many rows change alike. */
type Step =
  | { readonly kind: "on"; readonly of: number; readonly at: number }
  | { readonly kind: "text"; readonly of: number; readonly at: number; readonly text: string }
  | { readonly kind: "only"; readonly of: number; readonly at: number }
  | { readonly kind: "all" }
  | { readonly kind: "turn"; readonly by: number }
  | { readonly kind: "order"; readonly step: number };

const inner = ({ text, isOn, id }: Row): HtmlValue => {
  if (text === "raw") return unsafeRawHtml(`<b>${id}</b>`);
  if (text === "list")
    return each(
      [1, 2, id % 3],
      (_one, at) => at,
      (one) => html`<i>${one}</i>`,
    );
  return isOn ? html`<u class=${text}>${text}</u>` : text;
};

const PLACES: Readonly<Record<string, (rows: readonly Row[]) => Html>> = {
  "a list": (rows) =>
    html`<ul>${each(rows, keyOf, (row) => html`<li class=${row.isOn && "on"} data-id=${row.id}>${inner(row)}</li>`)}</ul>`,
  "a table": (rows) =>
    html`<table><caption>c</caption><tbody>${each(rows, keyOf, (row) => html`<tr hidden=${row.isOn}><td>${inner(row)}</td>${row.isOn ? html`<td>${row.text}</td>` : ""}</tr>`)}</tbody></table>`,
  "a table of bodies": (rows) =>
    html`<table>${each(rows, keyOf, (row) => html`<tbody class=${row.text}><tr><td>${inner(row)}</td></tr></tbody>`)}</table>`,
  cells: (rows) =>
    html`<table><tbody><tr>${each(rows, keyOf, (row) => (row.isOn ? html`<th>${row.text}</th>` : html`<td>${row.text}</td>`))}</tr></tbody></table>`,
  "a select": (rows) =>
    html`<select>${each(rows, keyOf, (row) => html`<option value=${row.id} disabled=${row.isOn}>${row.text}</option>`)}</select>`,
  "groups of a select": (rows) =>
    html`<select><option>x</option>${each(rows, keyOf, (row) => html`<optgroup label=${row.text}>${row.isOn ? html`<option>${row.text}</option>` : ""}</optgroup>`)}</select>`,
  "a datalist": (rows) =>
    html`<input list="d"><datalist id="d">${each(rows, keyOf, (row) => html`<option>${row.text}</option>`)}</datalist>`,
  svg: (rows) =>
    html`<svg><defs>${each(rows, keyOf, (row) => html`<g class=${row.text}><use xlink:href=${row.isOn ? `#${row.text}` : null} /></g>`)}</defs><text>${each(rows, keyOf, (row) => html`<tspan>${row.text}</tspan>`)}</text></svg>`,
  "foreign objects": (rows) =>
    html`<svg>${each(rows, keyOf, (row) => html`<foreignObject><p class=${row.text}>${inner(row)}</p></foreignObject>`)}</svg>`,
  math: (rows) =>
    html`<math>${each(rows, keyOf, (row) => (row.isOn ? html`<mrow><mi>${row.text}</mi></mrow>` : html`<mn>${row.text}</mn>`))}</math>`,
  texts: (rows) =>
    html`<p>${each(rows, keyOf, (row) => (row.isOn ? html`${row.text}` : html`${row.text}<b>${row.text}</b>`))}</p>`,
  "rows of nothing": (rows) => html`<div>${each(rows, keyOf, (row) => (row.isOn ? html`` : html`<br>`))}end</div>`,
  descriptions: (rows) =>
    html`<dl>${each(rows, keyOf, (row) => html`<dt>${row.text}</dt>${row.isOn ? html`<dd>${inner(row)}</dd>` : null}`)}</dl>`,
  "rows with rows": (rows) =>
    html`<ol>${each(
      rows,
      keyOf,
      (row) =>
        html`<li>${each(
          rows.filter(({ id }) => id % 2 === row.id % 2),
          keyOf,
          (one) => html`<i class=${one.isOn && row.isOn}>${one.text}</i>`,
        )}</li>`,
    )}</ol>`,
  "two lists in one parent": (rows) =>
    html`<div>${each(rows, keyOf, (row) => html`<i>${row.text}</i>`)}${each(rows, keyOf, (row) => html`<b>${inner(row)}</b>`)}</div>`,
};

function keyOf({ id }: Row): number {
  return id;
}

const COUNT = 24;
const start: readonly Row[] = Array.from({ length: COUNT }, (_, id) => ({
  id,
  text: `t${id % 3}`,
  isOn: id % 5 === 0,
}));
const text = fc.constantFrom("", "a", "b<", "raw", "list", "t1");
const of = fc.integer({ min: 1, max: 4 });
const at = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("on" as const), of, at }),
  fc.record({ kind: fc.constant("text" as const), of, at, text }),
  fc.record({ kind: fc.constant("only" as const), of, at }),
  fc.constant({ kind: "all" as const }),
  fc.record({ kind: fc.constant("turn" as const), by: fc.nat(COUNT) }),
  fc.record({ kind: fc.constant("order" as const), step: fc.constantFrom(5, 7, 11, 23) }),
);

/** The rows there are, and of them those that are shown. */
function taken(rows: readonly Row[], shown: readonly Row[], one: Step): readonly [readonly Row[], readonly Row[]] {
  const isMeant = ({ id }: Row): boolean => "of" in one && id % one.of === one.at % one.of;
  const change = (row: Row): Row => {
    if (!isMeant(row)) return row;
    if (one.kind === "on") return { ...row, isOn: !row.isOn };
    return one.kind === "text" ? { ...row, text: one.text } : row;
  };
  const next = rows.map(change);
  if (one.kind === "all") return [next, next];
  if (one.kind === "only") return [next, next.filter(isMeant)];
  const ids = shown.map(({ id }) => id);
  const byId = (id: number): readonly Row[] => next.filter((row) => row.id === id);
  if (one.kind === "turn") return [next, [...ids.slice(one.by), ...ids.slice(0, one.by)].flatMap(byId)];
  if (one.kind === "order")
    return [
      next,
      ids
        .map((_, i) => ids[(i * one.step) % ids.length] ?? -1)
        .flatMap(byId)
        .filter((row, i, all) => all.indexOf(row) === i),
    ];
  return [next, ids.flatMap(byId)];
}

describe.each(Object.entries(PLACES))("rows in %s", (_name, view) => {
  test.each([
    ["adopted", adopt],
    ["mounted", mount],
  ] as const)("that were %s are what the server renders after every step", (_how, begin) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        document.body.replaceChildren();
        let [rows, shown]: readonly [readonly Row[], readonly Row[]] = [start, start];
        const page = begin(view(shown));
        for (const one of steps) {
          [rows, shown] = taken(rows, shown, one);
          show(page, view(shown));
          assert.deepEqual(treeIn(visible(page.root)), treeIn(rendered(view(shown))));
          assert.equal(visible(page.root).length, rendered(view(shown)).length); // the same markup, but for the order of attributes
          assert.deepEqual(namespacesIn(page.root), namespacesIn(parsed(rendered(view(shown)))));
        }
      }),
      { numRuns: runs(15) },
    );
  });
});

function parsed(markup: string): Element {
  return Object.assign(document.createElement("div"), { innerHTML: markup });
}

function treeIn(markup: string): unknown {
  return treeOf(parsed(markup));
}

/** The namespaces of all elements and attributes: markup does not tell. */
function namespacesIn(root: Element): unknown {
  return [...root.querySelectorAll("*")].map((element) => [
    element.namespaceURI,
    [...element.attributes].map(({ name, namespaceURI }) => `${name} ${namespaceURI}`).sort(),
  ]);
}
