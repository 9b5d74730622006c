import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { each, type Html, html, renderToString } from "../../lib/html/index.ts";
import { contentOf, createTemplates, diff, type TreeInstance, treeOf } from "../../lib/patch/index.ts";
import { join, keyedList, keyedMap } from "../../lib/signals/collections/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { OP_MOVE, OP_SPLICE, OP_TEXT, type Operation } from "../../lib/wire/index.ts";

interface Todo {
  readonly text: string;
  readonly due: number;
}

/** What a live view would send: one effect that draws, and the operations of each of its runs. */
function follow(render: () => Html): { readonly sent: (readonly Operation[])[]; stop: () => void } {
  const templates = createTemplates();
  const sent: (readonly Operation[])[] = [];
  let tree: TreeInstance | undefined;
  const stop = effect(() => {
    const next = treeOf(render(), tree);
    if (tree === undefined) contentOf(next, templates);
    else sent.push(diff(tree, next, templates));
    tree = next;
  });
  return { sent, stop };
}

describe("each() of a keyed collection", () => {
  test("prints its rows in order, with or without a row of its own", () => {
    const todos = keyedMap<number, Todo>([
      [1, { text: "tea", due: 2 }],
      [2, { text: "<milk>", due: 1 }],
    ]);
    const open = todos.sortBy((todo) => todo.due);
    const rows = open.map((todo) => html`<li>${todo.text}</li>`);
    const expected = "<ul><li>&lt;milk&gt;</li><li>tea</li></ul>";
    assert.equal(renderToString(html`<ul>${each(open, (todo) => html`<li>${todo.text}</li>`)}</ul>`), expected);
    assert.equal(renderToString(html`<ul>${each(rows)}</ul>`), expected);
  });

  test("patches what has changed, making one row for one change", () => {
    const todos = keyedMap<number, Todo>(Array.from({ length: 1000 }, (_, id) => [id, { text: `t${id}`, due: id }]));
    let made = 0;
    const rows = todos
      .sortBy((todo) => todo.due)
      .map((todo) => {
        made++;
        return html`<li>${todo.text}</li>`;
      });
    const { sent, stop } = follow(() => html`<ul>${each(rows)}</ul>`);
    made = 0;
    todos.set(500, { text: "new", due: 500 });
    todos.set(7, { text: "t7", due: 20.5 });
    todos.delete(3);
    stop();
    assert.equal(made, 2);
    assert.deepEqual(
      sent.map((operations) => operations.map(([kind]) => kind)),
      [[OP_TEXT], [OP_MOVE], [OP_SPLICE]],
    );
    assert.deepEqual(sent[0], [[OP_TEXT, [0, 500, 0], "new"]]);
  });

  test("takes the collection's keys, and refuses what is none and keys that are no text or number", () => {
    const list = keyedList([{ id: "a" }, { id: "b" }], (row) => row.id);
    const { sent, stop } = follow(() => html`<ul>${each(list, (row) => html`<li>${row.id}</li>`)}</ul>`);
    list.move(0, 1);
    stop();
    assert.deepEqual(
      sent[0]?.map(([kind]) => kind),
      [OP_MOVE],
    );
    const isBadHole = (error: { code?: string }): boolean => error.code === "HTML_BAD_HOLE";
    assert.throws(() => each(new Map([[1, 2]]) as never, () => "x"), isBadHole);
    assert.throws(() => each([1, 2] as never, () => "x"), isBadHole);
    const pairs = join(list, list, { on: (row) => row.id, to: (row: { readonly id: string }) => row.id });
    assert.throws(
      () => treeOf(html`<ul>${each(pairs as never, () => html`<li></li>`)}</ul>`),
      (error: { code?: string }) => error.code === "HTML_DUPLICATE_KEY",
    );
  });
});
