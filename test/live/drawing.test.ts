import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import {
  boundary,
  contextKey,
  each,
  type Html,
  type HtmlValue,
  html,
  provide,
  spread,
  unsafeRawHtml,
  use,
  when,
} from "../../lib/html/index.ts";
import { defineView } from "../../lib/live/index.ts";
import { type KeyedList, keyedList } from "../../lib/signals/collections/index.ts";
import { batch, type Signal, signal } from "../../lib/signals/index.ts";
import { OP_ATTRIBUTE, OP_MOVE, OP_SPLICE, OP_TEXT } from "../../lib/wire/index.ts";
import { drawPage } from "../helpers/live-drawing.ts";
import { runs } from "../helpers/runs.ts";
import { startSite } from "./site.ts";

interface Item {
  readonly id: number;
  readonly text: string;
  readonly shape: number;
}

/** State of all kinds a page may show. */
interface State {
  readonly count: Signal<number>;
  readonly text: Signal<string>;
  readonly flag: Signal<boolean>;
  readonly rows: Signal<readonly Item[]>;
  readonly items: KeyedList<number, Item>;
  readonly others: KeyedList<number, Item>;
  /** What nobody tells of. */
  plain: number;
  list: readonly Item[];
}

const theme = contextKey("theme", 0);

function rowOf(state: State, item: Item): Html {
  switch (item.shape % 6) {
    case 0:
      return html`<li id=${item.id}>${item.text}<i>${item.id}</i></li>`;
    case 1:
      return html`<li>${state.text}${item.text}</li>`;
    case 2:
      return html`<li title=${() => `${item.text} ${state.count.get()}`}>${() => when(state.flag, () => html`<b>${state.count}</b>`)}</li>`;
    case 3:
      return html`<li ${spread({ id: item.id, hidden: item.id % 2 === 0, title: state.text })}>${["a", item.text, state.count]}</li>`;
    case 4:
      return html`<li>${each(
        Array.from({ length: item.text.length }, (_, at) => at),
        (at) => at,
        (at) => html`<u>${at}${state.count}</u>`,
      )}</li>`;
    default:
      return html`<li>${boundary(
        () =>
          html`<b>${() => {
            if (state.count.get() % 3 === 0) throw new Error("three");
            return state.text.get();
          }}</b>`,
        { failed: (error) => html`<em>${(error as Error).message}${item.text}</em>` },
      )}</li>`; // cast: thrown above
  }
}

function pageOf(state: State): () => Html {
  const sorted = state.items.sortBy((item) => item.text);
  const even = state.items.filter((item) => item.id % 2 === 0);
  const row = (item: Item): Html => rowOf(state, item);
  return () => {
    const shown = [state.items, sorted, even, state.others][state.plain % 4] ?? sorted;
    const parts: HtmlValue[] = [
      state.count,
      () => (state.flag.get() ? html`<p>${state.text}</p>` : unsafeRawHtml(`<p>${state.count.get()}</p>`)),
      provide(theme, state.plain, () => use(theme, (value) => html`<q>${value}${() => state.count.get() + value}</q>`)),
      when(
        state.flag,
        () => each(state.items, row),
        () => each(state.list, (item) => item.id, row),
      ),
    ];
    return html`<main class=${state.flag.get() ? "on" : state.text} title="${state.plain} ${state.count}">
      <ul>${each(shown, row)}</ul>
      <ol>${state.plain % 3 === 0 ? each(state.rows, (item) => item.id, row) : each(state.list, (item) => item.id, row)}</ol>
      <div>${parts.slice(state.plain % 2)}</div><textarea>${state.plain}${state.text}</textarea></main>`;
  };
}

const item = fc.record({ id: fc.nat(12), text: fc.constantFrom("", "a", "b", "cc", "ddd"), shape: fc.nat(5) });
const items = fc.uniqueArray(item, { selector: (one) => one.id, maxLength: 12 });

/** One change, and whether somebody tells of it. */
type Change = { readonly isTold: boolean; readonly make: (state: State) => void };

const listChange = fc.oneof(
  item.map(
    (one) => (list: KeyedList<number, Item>) =>
      void (list.has(one.id) ? list.update(one.id, () => one) : list.push(one)),
  ),
  fc.tuple(fc.nat(12), item).map(([at, one]) => (list: KeyedList<number, Item>) => {
    if (!list.has(one.id)) list.insertAt(Math.min(at, list.size), one);
  }),
  fc.nat(12).map((id) => (list: KeyedList<number, Item>) => void list.remove(id)),
  fc.tuple(fc.nat(11), fc.nat(11)).map(([from, to]) => (list: KeyedList<number, Item>) => {
    if (from < list.size && to < list.size) list.move(from, to);
  }),
);

const told = (make: (state: State) => void): Change => ({ isTold: true, make });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.nat(9).map((n) => told((state) => state.count.set(n))),
  fc.constantFrom("", "x", "yy").map((text) => told((state) => state.text.set(text))),
  fc.boolean().map((flag) => told((state) => state.flag.set(flag))),
  items.map((list) => told((state) => state.rows.set(list))),
  { arbitrary: listChange.map((make) => told((state) => make(state.items))), weight: 4 },
  listChange.map((make) => told((state) => make(state.others))),
  fc.array(listChange, { maxLength: 12 }).map((all) =>
    told((state) =>
      batch(() => {
        for (const make of all) make(state.items);
      }),
    ),
  ),
  fc.nat(11).map((n): Change => ({ isTold: false, make: (state) => void Object.assign(state, { plain: n }) })),
  items.map((list): Change => ({ isTold: false, make: (state) => void Object.assign(state, { list }) })),
);

test("a client has what a fresh evaluation gives, after any changes of signals, collections and plain objects", () => {
  fc.assert(
    fc.property(
      items,
      fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      (first, steps) => {
        const state: State = {
          count: signal(1),
          text: signal("t"),
          flag: signal(false),
          rows: signal(first),
          items: keyedList(first, (one) => one.id),
          others: keyedList<number, Item>([], (one) => one.id),
          plain: 0,
          list: first.slice(2),
        };
        const render = pageOf(state);
        const page = drawPage(render);
        for (const changes of steps) {
          const run = (): void => {
            for (const { make } of changes) make(state);
          };
          if (changes.every(({ isTold }) => isTold)) run();
          else page.event(run);
          page.update();
          // What is followed is what is shown: a page that has just been made follows as much.
          const fresh = drawPage(render);
          assert.equal(page.followed, fresh.followed);
          fresh.stop();
        }
        page.stop();
      },
    ),
    { numRuns: runs(300) },
  );
});

const thousand = (): KeyedList<number, Item> =>
  keyedList(
    Array.from({ length: 1000 }, (_, id): Item => ({ id, text: `row ${id}`, shape: 0 })),
    (one) => one.id,
  );

test("a hole that reads a signal is read again alone", () => {
  const [text, title] = [signal("a"), signal("t")];
  let [renders, reads] = [0, 0];
  const page = drawPage(() => {
    renders++;
    return html`<p title=${title}>${() => {
      reads++;
      return text.get();
    }}</p>`;
  });
  [renders, reads] = [0, 0];
  text.set("b");
  assert.deepEqual(page.draw(), [[OP_TEXT, 1, "b"]]);
  title.set("u");
  assert.deepEqual(page.draw(), [[OP_ATTRIBUTE, 0, "u"]]);
  assert.deepEqual([renders, reads], [0, 1]);
  page.event();
  page.draw();
  assert.deepEqual([renders, reads], [1, 2]); // a function may be another by now
  page.stop();
});

test("one change of a collection runs one row, and its operations are as long in a long list", () => {
  const list = thousand();
  let made = 0;
  const page = drawPage(
    () =>
      html`<ul>${each(list, (one) => {
        made++;
        return html`<li id=${one.id}>${one.text}</li>`;
      })}</ul>`,
  );
  made = 0;
  const after = (change: () => void): readonly unknown[] => {
    page.event(change);
    return page.draw();
  };
  const fresh: Item = { id: 5000, text: "new", shape: 0 };
  assert.deepEqual(
    after(() => list.update(500, (one) => ({ ...one, text: "x" }))),
    [[OP_TEXT, [0, 500, 1], "x"]],
  );
  assert.deepEqual(
    after(() => list.insertAt(500, fresh)),
    [[OP_SPLICE, 0, 500, 0, 1, ["5000", "new"]]],
  );
  assert.deepEqual(
    after(() => void list.remove(5000)),
    [[OP_SPLICE, 0, 500, 1]],
  );
  assert.deepEqual(
    after(() => list.move(999, 0)),
    [[OP_MOVE, 0, 999, 0]],
  );
  assert.deepEqual(
    after(() =>
      batch(() => {
        list.move(1, 999);
        list.move(998, 1);
      }),
    ).length,
    1,
  );
  assert.equal(made, 2);
  const many = Array.from({ length: 300 }, (_, at): Item => ({ id: 6000 + at, text: "y", shape: 0 }));
  assert.equal(after(() => list.push(...many)).length, 1);
  assert.equal(after(() => list.replaceAll([fresh])).length <= 3, true);
  page.update();
  page.stop();
});

test("a signal in the rows of a collection changes the rows that show it, wherever they stand by then", () => {
  const [list, mark] = [thousand(), signal("")];
  let made = 0;
  const page = drawPage(
    () =>
      html`<ul>${each(list, (one) => {
        made++;
        return one.id === 7 ? html`<li class=${mark}>${one.text}</li>` : html`<li>${one.text}</li>`;
      })}</ul>`,
  );
  made = 0;
  list.move(7, 900);
  mark.set("on");
  assert.deepEqual(page.draw(), [
    [OP_MOVE, 0, 7, 900],
    [OP_ATTRIBUTE, [0, 900, 0], "on"],
  ]);
  assert.equal(made, 0);
  page.stop();
});

test("what throws half-way loses nothing of what was done before, and is made up for later", () => {
  const [list, isBad] = [thousand(), signal(false)];
  const text = signal("a");
  const page = drawPage(
    () =>
      html`<p>${text}</p><ul>${each(list, (one) => {
        if (one.text === "bad" && isBad.peek()) throw new Error("bad");
        return html`<li>${one.text}</li>`;
      })}</ul><b>${() => {
        if (isBad.get()) throw new Error("hole");
        return text.get();
      }}</b>`,
  );
  isBad.set(true);
  text.set("b");
  list.update(1, (one) => ({ ...one, text: "good" }));
  list.update(2, (one) => ({ ...one, text: "bad" }));
  for (let i = 0; i < 2; i++) assert.throws(() => page.draw(), /bad|hole/);
  list.remove(3);
  isBad.set(false);
  page.update();
  assert.deepEqual(page.update(), []);
  page.stop();
});

test("a page asks once for an update, however many holes have changed", () => {
  const count = signal(0);
  const page = drawPage(() => html`<p>${Array.from({ length: 50 }, () => html`<b>${count}</b>`)}</p>`);
  const { asked } = page;
  count.set(1);
  count.set(2);
  assert.equal(page.asked - asked, 1);
  assert.equal(page.draw().length, 50);
  count.set(3);
  assert.equal(page.asked - asked, 2);
  page.stop();
  assert.equal(page.followed >= 50, true);
});

test("a row that shows what is not in its item is found, one that reads a signal for it is not", () => {
  const state = { selected: 1, count: signal(0) };
  const list = thousand();
  const found: string[] = [];
  const pages = [
    html`<p></p>`,
    () => html`<ul>${each(list, (one) => html`<li>${one.text}${state.count}${() => state.count.get()}</li>`)}</ul>`,
    () => html`<ul>${each(list, (one) => html`<li class=${one.id === state.selected}>${one.text}</li>`)}</ul>`,
  ];
  for (const render of pages) {
    const page = drawPage(typeof render === "function" ? render : () => render, (error) => found.push(error.message));
    page.event(() => {
      state.selected++;
      state.count.update((n) => n + 1);
    });
    page.draw();
    page.stop();
  }
  assert.deepEqual(found, ["row 3 of a collection shows what is not in its item"]);
});

test("what stands between tags is read once for a page: its patches begin with what it shows", async () => {
  let reads = 0;
  const items = keyedList<number, number>([1, 2], (id) => id);
  const grown = (): string => `${"-".repeat(++reads)}x`;
  const view = defineView({
    mount: () => null,
    on: { look: () => {} },
    render: (_, bind) => html`<form method="post"><button ${bind.look("click")}>look</button></form>
      <section>${html`<p>${grown}</p>`}</section><ul>${each(items, () => html`<li>${grown()}</li>`)}</ul>${[html`<b>${use(theme, grown)}</b>`]}`,
  });
  const { text } = await startSite(view).get("/x");
  assert.deepEqual(
    [...text.matchAll(/-+x/g)].map(([read]) => read),
    ["-x", "--x", "---x", "----x"],
  );
});
