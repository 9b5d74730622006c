import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { each, html, renderToString } from "../../lib/html/index.ts";
import { createTemplates, diff, treeOf } from "../../lib/patch/index.ts";
import { keyedMap } from "../../lib/signals/collections/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { OP_MOVE, OP_SPLICE, OP_TEXT } from "../../lib/wire/index.ts";

interface Fruit {
  readonly name: string;
  readonly price: number;
}

const fruits = () =>
  keyedMap<string, Fruit>([
    ["a", { name: "Apple", price: 3 }],
    ["b", { name: "Banana", price: 2 }],
    ["c", { name: "<Cherry>", price: 9 }],
  ]);

describe("each over a collection", () => {
  test("prints its rows in order, escaped", () => {
    const byPrice = fruits().sortBy((fruit) => fruit.price);
    const list = html`<ul>${each(byPrice, ({ name }, index) => html`<li>${index} ${name}</li>`)}</ul>`;
    assert.equal(renderToString(list), "<ul><li>0 Banana</li><li>1 Apple</li><li>2 &lt;Cherry&gt;</li></ul>");
  });

  test("takes the keys of the collection, so that rows keep their identity", () => {
    const all = fruits();
    const page = () =>
      html`<ul>${each(
        all.sortBy((fruit) => fruit.price),
        ({ name, price }) => html`<li>${name} ${price}</li>`,
      )}</ul>`;
    const templates = createTemplates();
    let before = treeOf(page());
    diff(treeOf(html``), before, templates); // the client now knows the templates
    const step = () => {
      const now = treeOf(page(), before);
      const operations = diff(before, now, templates);
      before = now;
      return operations.map(([kind]) => kind);
    };
    all.update("c", (fruit) => ({ ...(fruit as Fruit), price: 8 })); // cast: it is there
    assert.deepEqual(step(), [OP_TEXT]);
    all.set("d", { name: "Date", price: 5 });
    assert.deepEqual(step(), [OP_SPLICE]);
    all.update("b", (fruit) => ({ ...(fruit as Fruit), price: 20 })); // cast: it is there
    assert.deepEqual(step(), [OP_MOVE, OP_TEXT]);
    all.delete("a");
    assert.deepEqual(step(), [OP_SPLICE]);
    assert.deepEqual(step(), []);
  });

  test("is followed by whoever renders it inside an effect", () => {
    const all = fruits();
    const cheap = all.filter((fruit) => fruit.price < 5);
    const seen: string[] = [];
    const stop = effect(() => {
      seen.push(renderToString(html`${each(cheap, ({ name }) => name)}`));
    });
    all.set("d", { name: "Date", price: 1 });
    all.set("e", { name: "Elderberry", price: 50 }); // not in it
    stop();
    assert.deepEqual(seen, ["AppleBanana", "AppleBananaDate"]);
  });

  test("a list without keys of its own needs a key and a row", () => {
    const bare = [1, 2] as never;
    assert.throws(() => each(bare, () => "row"), { code: "HTML_BAD_HOLE" });
  });
});
