import assert from "node:assert/strict";
import { expect, test } from "vitest";
import { type Html, html, renderToString, spread } from "../../lib/html/index.ts";
import { component, keyed, rows } from "../../lib/live/component/component.ts";
import { ComponentTree } from "../../lib/live/component/tree.ts";
import type { ComponentHandler, HandlerAttributes } from "../../lib/live/component/types.ts";
import { scope, signal } from "../../lib/signals/index.ts";

const gone: string[] = [];

/** Counts its clicks, by name. */
function Clicks(input: { readonly name: string; readonly onCount?: (count: number) => void }): Html {
  return component(Clicks, input, (props, { on, onCleanup, effect }) => {
    const count = signal(0);
    effect(
      () => void props.onCount?.(count.get()),
      () => [count.get()],
    );
    onCleanup(() => gone.push(props.name));
    const add: ComponentHandler = () => count.update((n) => n + 1);
    return () => html`<b ${bound(on.click(add))}>${props.name} ${count.get()}</b>`;
  });
}

const bound = (attributes: HandlerAttributes) => spread({ ...attributes });

function pageOf(content: () => Html): { show(): string; click(text: string): void; tree: ComponentTree; end(): void } {
  const own = scope(() => {});
  const tree = new ComponentTree(own);
  tree.bind = (_event, id) => ({ "data-id": id }) as HandlerAttributes; // cast: opaque
  const ids = (): string => renderToString(html`${tree.render(content)}`);
  return {
    tree,
    show: () => ids().replace(/<[^>]*>/g, "|"),
    click(text) {
      const id = new RegExp(`data-id="(\\d+)"[^>]*>${text}`).exec(ids())?.[1];
      assert.ok(id, text);
      tree.call(Number(id), {}, () => {});
    },
    end: () => own.dispose(),
  };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

test("state stays with its place from render to render", () => {
  const page = pageOf(() => html`${Clicks({ name: "a" })}${Clicks({ name: "b" })}`);
  page.click("b");
  page.click("b");
  page.click("a");
  assert.equal(page.show(), "|a 1||b 2|");
});

test("rows keep their state by key, wherever they are moved, and lose it when they go", async () => {
  let names = ["a", "b", "c"];
  const page = pageOf(
    () =>
      html`${rows(
        names,
        (name) => name,
        (name) => Clicks({ name }),
      )}`,
  );
  page.click("c");
  names = ["c", "a"];
  gone.length = 0;
  assert.equal(page.show(), "|c 1||a 0|");
  await settled();
  assert.deepEqual(gone, ["b"]);
  names = ["b", "c"];
  assert.equal(page.show(), "|b 0||c 1|");
});

test("another key is another component", () => {
  let key = 1;
  const page = pageOf(() => html`${keyed(key, () => Clicks({ name: "a" }))}`);
  page.click("a");
  assert.equal(page.show(), "|a 1|");
  key = 2;
  assert.equal(page.show(), "|a 0|");
});

test("two lists side by side with the same keys are two, as are neighbours of one key: each has its state and its handlers", async () => {
  const clicked: string[] = [];
  let [first, second] = [
    [1, 2],
    [1, 2, 3],
  ];
  function Lists(input: object): Html {
    return component(Lists, input, (_props, own) => {
      const hear = (name: string): void => void own.on.click(() => clicked.push(name));
      const node = (name: string): Html => {
        hear(name);
        return Clicks({ name });
      };
      return () => [
        rows(
          first,
          (id) => id,
          (id) => node(`a${id}`),
        ),
        rows(
          second,
          (id) => id,
          (id) => node(`b${id}`),
        ),
        ["c", "d"].map((name) => keyed("same", () => node(name))),
      ];
    });
  }
  const page = pageOf(() => Lists({}));
  page.show();
  for (const name of ["a1", "b2", "b2", "c"]) page.click(name);
  assert.equal(page.show(), "|a1 1||a2 0||b1 0||b2 2||b3 0||c 1||d 0|");
  await settled();
  for (const { run } of page.tree.handlers.values()) void run({ value: "", checked: false, fields: {} });
  assert.deepEqual(new Set(clicked), new Set(["a1", "a2", "b1", "b2", "b3", "c", "d"]));
  first = [];
  assert.equal(page.show(), "|b1 1||b2 3||b3 1||c 2||d 1|");
  await settled();
  first = [2, 1];
  second = [2];
  assert.equal(page.show(), "|a2 0||a1 0||b2 3||c 2||d 1|");
});

test("a row that goes over to a list beside its own takes its state along, where both are made by the same function", () => {
  let lists = [["a", "b"], ["c"]];
  const row = (name: string): Html => Clicks({ name });
  const page = pageOf(() => html`${lists.map((list) => rows(list, (name) => name, row))}`);
  page.show();
  page.click("a");
  lists = [["b"], ["a", "c"]];
  assert.equal(page.show(), "|b 0||a 1||c 0|");
});

test("props are followed, and functions among them are the latest", () => {
  let name = "a";
  const seen: string[] = [];
  const page = pageOf(() => {
    const now = name;
    return Clicks({ name, onCount: (count) => seen.push(`${now} ${count}`) });
  });
  page.show();
  name = "b";
  assert.equal(page.show(), "|b 0|");
  page.click("b");
  assert.deepEqual(seen, ["a 0", "b 1"]);
});

test("handlers of what is gone do nothing, and their numbers are not used again", async () => {
  let names = ["a", "b"];
  const page = pageOf(
    () =>
      html`${rows(
        names,
        (name) => name,
        (name) => Clicks({ name }),
      )}`,
  );
  page.show();
  const before = [...page.tree.handlers.keys()];
  names = ["c"];
  page.show();
  await settled();
  const after = [...page.tree.handlers.keys()];
  expect(after).toHaveLength(1);
  expect(before).not.toContain(after[0]);
  for (const id of [...before, -1, 1.5, "0", null]) page.tree.call(id, {}, () => assert.fail());
  assert.equal(page.show(), "|c 0|");
});

test("what a component made ends with the session", () => {
  const page = pageOf(() => Clicks({ name: "a" }));
  page.show();
  gone.length = 0;
  page.end();
  assert.deepEqual(gone, ["a"]);
});

test("outside of a live view a component renders once, without handlers and effects", () => {
  const seen: number[] = [];
  assert.equal(
    renderToString(Clicks({ name: "a", onCount: (count) => seen.push(count) })).replace(/\s+>/g, ">"),
    "<b>a 0</b>",
  );
  assert.deepEqual(seen, []);
});
