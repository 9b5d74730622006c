import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Html, html } from "../../lib/html/index.ts";
import { fragments, isPartial, keyed, type PartialReply, type Parts, reply } from "../../lib/partial/index.ts";
import { HtmxServer, RELEASES } from "./htmx-page.ts";

const ui = fragments({
  box: () => html`<section id="box"></section>`,
  list: () => html`<ul id="list"></ul>`,
  item: keyed(
    (key: string) => key,
    (key, id) => html`<li id=${id}>new ${key}</li>`,
  ),
  rows: () => html`<tbody id="rows"></tbody>`,
  row: keyed(
    (key: string) => key,
    (key, id): Html => html`<tr id=${id}><td>new ${key}</td></tr>`,
  ),
});

const BOX = '<section id="box">old</section>';
const LIST = '<ul id="list"><li id="item-a">old a</li><li id="item-é.b">old b</li></ul>';
const TABLE = '<table><tbody id="rows"><tr id="row-a"><td>old a</td></tr></tbody></table>';
const A = '<li id="item-a">old a</li>';
const B = '<li id="item-é.b">old b</li>';
const NEW_ROW = '<tr id="row-n"><td>new n</td></tr>';

type Build = (reply: PartialReply) => PartialReply;

// What the page has, what is said, and what the page has then. The button's own target is the box.
const swaps: readonly [string, string, Build, string][] = [
  ["main", BOX, (r) => r.main(html`<b>1</b>`), '<section id="box"><b>1</b></section>'],
  ["oob", LIST, (r) => r.oob(ui.item, "a"), `<ul id="list"><li id="item-a">new a</li>${B}</ul>`],
  [
    "oob of an id with other letters",
    LIST,
    (r) => r.oob(ui.item, "é.b"),
    `<ul id="list">${A}<li id="item-é.b">new é.b</li></ul>`,
  ],
  [
    "oob of a row",
    TABLE,
    (r) => r.oob(ui.row, "a"),
    '<table><tbody id="rows"><tr id="row-a"><td>new a</td></tr></tbody></table>',
  ],
  ["append", LIST, (r) => r.append(ui.list, ui.item, "n"), `<ul id="list">${A}${B}<li id="item-n">new n</li></ul>`],
  [
    "append of a row",
    TABLE,
    (r) => r.append(ui.rows, ui.row, "n"),
    `<table><tbody id="rows"><tr id="row-a"><td>old a</td></tr>${NEW_ROW}</tbody></table>`,
  ],
  [
    "prepend of rows in a list",
    TABLE,
    (r) => r.prepend(ui.rows, html`${["n"].map((key) => ui.row.render(key))}`),
    `<table><tbody id="rows">${NEW_ROW}<tr id="row-a"><td>old a</td></tr></tbody></table>`,
  ],
  ["prepend", LIST, (r) => r.prepend(ui.list, ui.item, "n"), `<ul id="list"><li id="item-n">new n</li>${A}${B}</ul>`],
  [
    "before",
    LIST,
    (r) => r.before(ui.item.at("é.b"), ui.item, "n"),
    `<ul id="list">${A}<li id="item-n">new n</li>${B}</ul>`,
  ],
  [
    "after",
    LIST,
    (r) => r.after(ui.item.at("a"), ui.item, "n"),
    `<ul id="list">${A}<li id="item-n">new n</li>${B}</ul>`,
  ],
  ["inner", LIST, (r) => r.inner(ui.list, ui.item, "n"), '<ul id="list"><li id="item-n">new n</li></ul>'],
  ["remove", LIST, (r) => r.remove(ui.item, "a"), `<ul id="list">${B}</ul>`],
  ["remove of another id", LIST, (r) => r.remove(ui.item, "é.b"), `<ul id="list">${A}</ul>`],
  [
    "swap with another style",
    LIST,
    (r) => r.swap(ui.list, "innerMorph", ui.item, "n"),
    '<ul id="list"><li id="item-n">new n</li></ul>',
  ],
  [
    "swap for an element without the id",
    BOX + LIST,
    (r) => r.swap(ui.list, ["outerHTML", { show: "top" }], html`<p>gone</p>`),
    `${BOX}<p>gone</p>`,
  ],
  [
    "parts only, which leave the target as it is",
    BOX + LIST,
    (r) => r.remove(ui.item, "a").inner(ui.item.at("é.b"), html`<i>i</i>`),
    `${BOX}<ul id="list"><li id="item-é.b"><i>i</i></li></ul>`,
  ],
  [
    "main and parts",
    BOX + LIST,
    (r) => r.main(html`<b>1</b>`).remove(ui.item, "a").append(ui.list, ui.item, "n"),
    `<section id="box"><b>1</b></section><ul id="list">${B}<li id="item-n">new n</li></ul>`,
  ],
  [
    "retarget",
    BOX + LIST,
    (r) => r.main(ui.item, "n").retarget(ui.list),
    `${BOX}<ul id="list"><li id="item-n">new n</li></ul>`,
  ],
  [
    "retarget to another id",
    BOX + LIST,
    (r) => r.main(html`x`).retarget(ui.item.at("é.b")),
    `${BOX}<ul id="list">${A}<li id="item-é.b">x</li></ul>`,
  ],
  [
    "reswap",
    BOX,
    (r) =>
      r
        .main(html`<b>1</b>`)
        .reswap("beforeend", { show: { place: ui.box, edge: "top" }, transition: false, delayMs: 1 }),
    '<section id="box">old<b>1</b></section>',
  ],
  ["reselect", BOX, (r) => r.main(html`<p>1</p><b>2</b>`).reselect("b"), '<section id="box"><b>2</b></section>'],
  ["none", BOX, (r) => r.main(html`<b>1</b>`).none(), BOX],
  [
    "a stream of content and parts",
    BOX + LIST,
    (r) => r.stream(pieces()),
    `<section id="box"><b>1</b><b>2</b></section><ul id="list">${B}<li id="item-n">new n</li></ul>`,
  ],
];

async function* pieces() {
  yield html`<b>1</b>`;
  yield (parts: Parts) => parts.remove(ui.item, "a").append(ui.list, ui.item, "n");
  yield html`<b>2</b>`;
}

const server = new HtmxServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

describe.each(RELEASES)("$name", (release) => {
  const target = 'hx-target="#box" hx-swap="innerHTML"';
  const own = 'hx-swap="none"';

  test.each(swaps)("%s", async (_name, markup, build, expected) => {
    const attributes = markup.includes("box") ? target : own;
    const { main } = await server.click(release, markup, attributes, (request) => build(reply(request)));
    assert.equal(main, expected);
  });

  test("fires events behind the swap, with their details", async () => {
    const { events } = await server.click(release, BOX, target, (request) =>
      reply(request).main(html`<b>1</b>`).trigger("saved", { id: 7, name: "日本" }).trigger("closed", {}),
    );
    assert.deepEqual(events, [
      ["saved", { id: 7, name: "日本" }, true],
      ["closed", {}, true],
    ]);
  });

  test("fires events of a reply that has no content", async () => {
    const { events } = await server.click(release, BOX, target, (request) =>
      reply(request).trigger("saved", { id: 7 }).none(),
    );
    assert.deepEqual(events, [["saved", { id: 7 }, false]]);
  });

  test("changes the address", async () => {
    const { window } = await server.click(release, BOX, target, (request) =>
      reply(request).main(html`1`).pushUrl("/é?q=ü b"),
    );
    assert.equal(window.location.pathname + window.location.search, "/%C3%A9?q=%C3%BC%20b");
  });

  test.each([
    ["asks for a part", "", { "htmx 2": true, "htmx 4": true }],
    ["asks for a page to select from, if it says so", 'hx-select="b"', { "htmx 2": true, "htmx 4": false }],
  ])("%s", async (_name, more, expected: Record<string, boolean>) => {
    const seen: boolean[] = [];
    await server.click(release, BOX, `${target} ${more}`, (request) => {
      seen.push(isPartial(request));
      return reply(request).main(html`<b>part</b>`);
    });
    assert.deepEqual(seen, [expected[release.name]]);
  });
});
