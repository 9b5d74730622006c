import assert from "node:assert/strict";
import { test } from "vitest";
import { mountView } from "../../adapters/live-testing/index.ts";
import { each, type Html, html, spread, when } from "../../lib/html/index.ts";
import { component, componentView, form, keyed, rows } from "../../lib/live/index.ts";
import { keyedList } from "../../lib/signals/collections/index.ts";
import { computed, type Signal, signal } from "../../lib/signals/index.ts";
import { settled, startSite } from "./site.ts";

const b = (a: object) => spread({ ...a });

test("cards of a board keep their state in their list, and move between lists", async () => {
  interface Card {
    readonly id: number;
    readonly text: string;
  }
  function CardView(input: { card: Card; onMove: (by: number) => void; onDrop: () => void }): Html {
    return component(CardView, input, (props, { on }) => {
      const open = signal(false);
      const edits = signal(0);
      return () => html`<form method="post" id="card${props.card.id}"><b>${props.card.text}</b>
        <button class="open" ${b(on.click(() => open.update((v) => !v), "open"))}>open</button>
        <button class="left" ${b(on.click(() => props.onMove(-1), "left"))}>l</button><button class="right" ${b(on.click(() => props.onMove(1), "right"))}>r</button>
        ${when(open, () => html`<p>edits ${edits} <button class="edit" ${b(on.click(() => edits.update((n) => n + 1), "edit"))}>e</button><button class="drop" ${b(on.click(() => props.onDrop(), "drop"))}>x</button></p>`)}</form>`;
    });
  }
  function Board(input: object): Html {
    return component(Board, input, (_p, { on }) => {
      const lists = [
        keyedList<number, Card>(
          [
            { id: 1, text: "a" },
            { id: 2, text: "b" },
          ],
          (c) => c.id,
        ),
        keyedList<number, Card>([], (c) => c.id),
        keyedList<number, Card>([{ id: 3, text: "c" }], (c) => c.id),
      ];
      let next = 4;
      const move = (from: number, card: Card, by: number): void => {
        const to = lists[from + by];
        if (to === undefined) return;
        lists[from]?.remove(card.id);
        to.insertAt(0, card);
      };
      return () =>
        html`<main>${lists.map(
          (list, at) => html`<section id="l${at}"><h2>${list.size}</h2>${rows(
            list,
            (c) => c.id,
            (card) => CardView({ card, onMove: (by) => move(at, card, by), onDrop: () => void list.remove(card.id) }),
          )}
        <form ${b(on.submit((e) => list.push({ id: next++, text: String(e.fields["text"]) }), `add${at}`))}><input name="text"><button>add</button></form></section>`,
        )}</main>`;
    });
  }
  const page = await mountView(componentView(Board));
  await page.click("#card2 .open");
  await page.click("#card2 .edit");
  await page.click("#card2 .edit");
  assert.match(page.html(), /edits (<!--[^>]*-->)*2/);
  await page.click("#card2 .right");
  assert.match(page.text("#l1"), /b/);
  assert.match(page.text("#l0 h2"), /1/);
  await page.click("#card2 .right");
  assert.match(page.text("#l2"), /b.*c/s);
  await page.submit("#l1 form", { text: "new" });
  assert.match(page.text("#l1"), /new/);
  await page.click("#card4 .open");
  await page.click("#card4 .drop");
  assert.doesNotMatch(page.text("#l1"), /new/);
  await page.close();
});

test("a cell of a sheet of a thousand shows what others it names have become", async () => {
  type Cell = Signal<string>;
  const W = 20,
    H = 50;
  function CellView(input: { at: string; cell: Cell; shown: { get(): unknown } }): Html {
    return component(
      CellView,
      input,
      (props, { on }) =>
        () =>
          html`<td id=${props.at}><form ${b(on.submit((e) => props.cell.set(String(e.fields["v"]))))}><input name="v"></form><i>${String(props.shown.get())}</i></td>`,
    );
  }
  function Sheet(input: object): Html {
    return component(Sheet, input, () => {
      const cells = new Map<string, Cell>();
      const shown = new Map<string, ReturnType<typeof computed<number | string>>>();
      const names: string[][] = [];
      for (let r = 0; r < H; r++) {
        const line: string[] = [];
        for (let c = 0; c < W; c++) {
          const name = `${String.fromCharCode(65 + c)}${r + 1}`;
          line.push(name);
          const cell = signal("");
          cells.set(name, cell);
          shown.set(
            name,
            computed(() => {
              const text = cell.get();
              if (!text.startsWith("=")) return text;
              return text
                .slice(1)
                .split("+")
                .reduce((sum, ref) => sum + Number(shown.get(ref)?.get() ?? ref), 0);
            }),
          );
        }
        names.push(line);
      }
      return () =>
        html`<table><tbody>${rows(
          names,
          (line) => line[0] ?? "",
          (line) =>
            html`<tr>${line.map((at) => CellView({ at, cell: cells.get(at) as Cell, shown: shown.get(at) as Cell }))}</tr>`,
        )}</tbody></table>`;
    });
  }
  const page = await mountView(componentView(Sheet));
  await page.submit("#A1 form", { v: "2" });
  await page.submit("#B7 form", { v: "=A1+3" });
  await page.submit("#T50 form", { v: "=B7+B7" });
  assert.equal(page.text("#T50 i"), "10");
  await page.submit("#A1 form", { v: "5" });
  assert.equal(page.text("#T50 i"), "16");
  await page.close();
});

test("steps of a wizard that keeps its step in a plain value are other components, by key", async () => {
  const schema = {
    "~standard": {
      version: 1 as const,
      vendor: "x",
      types: undefined as { readonly input: { name: string }; readonly output: { name: string } } | undefined,
      validate: (v: unknown) => {
        const { name } = v as { name: string };
        return name.length > 1 ? { value: { name } } : { issues: [{ message: "short", path: ["name"] }] };
      },
    },
  };
  function Step(input: { n: number; go: (by: number) => void }): Html {
    return component(Step, input, (props, { on }) => {
      const f = form(schema, { id: `f${props.n}`, initial: { name: "" } });
      const visits = signal(0);
      return () => {
        const name = f.field("name");
        return html`<form id="step${props.n}" ${b(
          on.submit(async (e) => {
            await null;
            f.change(e.fields);
            if (f.field("name").errors.length === 0) props.go(1);
            else visits.update((n) => n + 1);
          }),
        )}>
        <input ${name.input()}>${name.message()}<u>${visits}</u><button>next</button></form>`;
      };
    });
  }
  function Wizard(input: object): Html {
    return component(Wizard, input, () => {
      let step = 0;
      const steps = [0, 1, 2];
      return () =>
        html`<h1>${step} of ${steps.length}</h1>${
          step < 3
            ? keyed(step, () =>
                Step({
                  n: step,
                  go: (by) => {
                    step += by;
                  },
                }),
              )
            : html`<p>done</p>`
        }`;
    });
  }
  const page = await mountView(componentView(Wizard));
  await page.submit("#step0", { name: "x" });
  await page.submit("#step0", { name: "xyz" });
  await page.submit("#step1", { name: "xyz" });
  await page.submit("#step2", { name: "xyz" });
  assert.match(page.html(), /done/);
  await page.close();
});

test("a component that binds nothing is set up once for a page, also where those around it bind", async () => {
  const setups: number[] = [];
  const people = keyedList<number, number>([], (n) => n);
  const Present = (input: object): Html =>
    component(Present, input, (_props, { onCleanup }) => {
      const me = setups.length + 1;
      setups.push(me);
      people.push(me);
      onCleanup(() => people.replaceAll([...people.peek()].filter((n) => n !== me)));
      return () => html`<ul>${each(people, (n) => html`<li>${n}</li>`)}</ul>`;
    });
  const Page = (input: object): Html =>
    component(Page, input, (_props, { on }) => {
      const text = signal("");
      return () => html`<input ${b(on.input((event) => text.set(event.value)))}>${Present({})}<p>${text}</p>`;
    });
  const site = startSite(componentView(Page), { path: "/x" });
  const page = await site.get("/x");
  await settled();
  assert.deepEqual(setups, [1]);
  assert.equal(page.text.match(/<li>/g)?.length, 1);
});

test("a timer or a task of one of a thousand components evaluates that one, and shows what is no signal in it too", async () => {
  const evaluated: number[] = [];
  function Clock(input: { readonly at: number }): Html {
    return component(Clock, input, ({ at }, { live }) => {
      let ticks = 0;
      let found = "";
      if (at === 700) {
        live?.every(1000, () => void ticks++);
        live?.after(2500, () =>
          live.task(
            "find",
            () => "it",
            (value) => {
              found = value;
            },
          ),
        );
      }
      return () => {
        evaluated.push(at);
        return html`<i id=${`c${at}`}>${ticks}${found}</i>`;
      };
    });
  }
  const all = Array.from({ length: 1000 }, (_, at) => at);
  function Page(input: object): Html {
    return component(
      Page,
      input,
      () => () =>
        html`${rows(
          all,
          (at) => at,
          (at) => html`<p>${Clock({ at })}</p>`,
        )}`,
    );
  }
  const page = await mountView(componentView(Page), { check: false, route: { development: false } }); // each looks at all of them
  await page.advance(1000); // the first patch of a page begins to follow it
  assert.equal(page.text("#c700"), "1");
  evaluated.length = 0;
  for (const [ms, shown] of [
    [1000, "2"],
    [600, "2it"],
    [400, "3it"],
  ] as const) {
    await page.advance(ms);
    assert.equal(page.text("#c700"), shown);
  }
  assert.deepEqual(new Set(evaluated), new Set([700]));
  await page.close();
});
