import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { boundary, contextKey, type Html, type HtmlValue, html, provide, spread, use } from "../../lib/html/index.ts";
import { component, keyed, rows } from "../../lib/live/component/component.ts";
import { ComponentTree } from "../../lib/live/component/tree.ts";
import type { ComponentOwn, HandlerAttributes } from "../../lib/live/component/types.ts";
import { type Scope, type Signal, scope, signal } from "../../lib/signals/index.ts";
import { type DrawnPage, drawPage } from "../helpers/live-drawing.ts";
import { runs } from "../helpers/runs.ts";

const bound = (attributes: HandlerAttributes) => spread({ ...attributes });
const theme = contextKey("theme", "none");

/** A page of components, whose handlers are found by the names of their buttons. */
interface Site {
  readonly page: DrawnPage;
  readonly tree: ComponentTree;
  readonly own: Scope;
  /** As a click on a button: how many that is. */
  click(name: string): void;
}

/** What buttons are called stands in front of the number in the attribute. */
function button(own: ComponentOwn, name: string, run: () => unknown): Html {
  return html`<button name=${name} ${bound(own.on.click(run, name))}></button>`;
}

function openSite(content: () => HtmlValue): Site {
  const own = scope(() => {});
  const tree = new ComponentTree(own);
  tree.bind = (_event, id) => ({ value: String(id) }) as HandlerAttributes; // cast: opaque
  const page = drawPage(() => html`${tree.render(content)}`, undefined, own, true);
  return {
    ...{ page, tree, own },
    click(name) {
      const ids = idsOf(page.shown(), name);
      assert.ok(ids[0] !== undefined, `no ${name}`);
      tree.call(Number(ids[0]), {}, () => {});
    },
  };
}

/** The numbers behind a name, in what a client's page holds. */
function idsOf(model: unknown, name: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { values } = node as { readonly values?: readonly unknown[] }; // cast: a model, whatever it is
    if (values?.[0] === name && typeof values[1] === "string") found.push(values[1]);
    for (const inner of Object.values(node)) walk(inner);
  };
  walk(model);
  return found;
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

test("a handler that a setup has bound is heard as long as the component stands, beside those of its renders", async () => {
  let clicks = 0;
  const isOpen = signal(true);
  const link = (name: string, on: HandlerAttributes): Html => html`<a name=${name} ${bound(on)}></a>`;
  function Twice(input: object): Html {
    return component(Twice, input, (_props, own) => {
      const add = own.on.click(() => clicks++, "add");
      const more = own.on.click(() => (clicks += 10), "add");
      const turn = signal(0);
      return () =>
        html`${turn.get()}${link("first", add)}${link("second", more)}${button(own, "turn", () => turn.update((n) => n + 1))}${button(own, "add", () => (clicks += 100))}`;
    });
  }
  const site = openSite(() => html`${() => (isOpen.get() ? Twice({}) : "")}`);
  const before = [idsOf(site.page.shown(), "turn"), idsOf(site.page.shown(), "add")];
  for (let turn = 0; turn < 3; turn++) {
    await settled();
    for (const name of ["first", "second", "add", "turn"]) site.click(name);
    site.page.update();
  }
  assert.equal(clicks, 333);
  assert.deepEqual([idsOf(site.page.shown(), "turn"), idsOf(site.page.shown(), "add")], before);
  isOpen.set(false);
  site.page.update();
  await settled();
  assert.equal(site.tree.handlers.size, 0);
});

test("an event in one of a thousand components evaluates that one", async () => {
  let evaluated = 0;
  function Counter(input: { readonly name: string }): Html {
    return component(Counter, input, (props, own) => {
      const count = signal(0);
      return () => {
        evaluated++;
        return html`<i>${count.get()}</i>${button(own, props.name, () => count.update((n) => n + 1))}`;
      };
    });
  }
  const names = Array.from({ length: 1000 }, (_, at) => `n${at}`);
  const site = openSite(
    () =>
      html`<ul>${rows(
        names,
        (name) => name,
        (name) => html`<li>${Counter({ name })}</li>`,
      )}</ul>`,
  );
  evaluated = 0;
  site.click("n700");
  assert.equal(site.page.draw().length, 1);
  assert.equal(evaluated, 1);
  await settled();
  site.click("n700");
  site.click("n3");
  assert.equal(site.page.draw().length, 2);
  assert.equal(evaluated, 3);
  site.page.update();
  site.page.stop();
});

test("components that are given the same stay as they are when what is around them is evaluated", () => {
  const seen: string[] = [];
  function Leaf(input: { readonly name: string; readonly sign?: Signal<number>; readonly data?: object }): Html {
    return component(Leaf, input, (props) => () => {
      seen.push(props.name);
      return html`<b>${props.name} ${props.sign?.get()}</b>`;
    });
  }
  const [count, shade] = [signal(0), signal("dark")];
  const [sign, data] = [signal(0), {}];
  const site = openSite(() => html`${Page({})}`);
  function Page(input: object): Html {
    return component(
      Page,
      input,
      () => () =>
        html`<p>${count.get()}</p>${Leaf({ name: "plain" })}${Leaf({ name: `of ${count.get() >> 1}` })}${Leaf({ name: "signal", sign })}${Leaf({ name: "data", data })}
      ${provide(theme, shade.get(), () => Leaf({ name: "inside" }))}`,
    );
  }
  seen.length = 0;
  count.set(1);
  site.page.draw();
  assert.deepEqual(seen, ["data"]); // it may have changed without a word
  seen.length = 0;
  count.set(2);
  sign.set(1);
  site.page.draw();
  assert.deepEqual(seen, ["of 1", "data", "signal"]);
  seen.length = 0;
  shade.set("light");
  site.page.draw();
  assert.deepEqual(seen, ["data", "inside"]);
  site.page.update();
  site.page.stop();
});

test("what a handler changes is shown where it is no signal, in its component and in those whose functions it may have called", () => {
  let [inner, outer] = [0, 0];
  function Child(input: { readonly onAdd: () => void }): Html {
    return component(Child, input, (props, own) => {
      const add = (): void => {
        inner++;
        props.onAdd();
      };
      return () => html`<i>${inner}</i>${button(own, "child", add)}`;
    });
  }
  function Page(input: object): Html {
    return component(Page, input, () => () => html`<b>${outer}</b>${Child({ onAdd: () => outer++ })}`);
  }
  const site = openSite(() => Page({}));
  for (let turn = 0; turn < 3; turn++) {
    site.click("child");
    assert.equal(site.page.update().length, 2);
  }
  site.page.stop();
});

test("what an asynchronous handler changes is shown when it is done", async () => {
  let text = "a";
  const done: (() => void)[] = [];
  function Page(input: object): Html {
    return component(Page, input, (_props, own) => {
      const load = async (): Promise<void> => {
        await new Promise<void>((go) => done.push(go));
        text = "b";
      };
      return () => html`<i>${text}</i>${button(own, "load", load)}`;
    });
  }
  const site = openSite(() => Page({}));
  site.click("load");
  assert.equal(site.page.draw().length, 0);
  done[0]?.();
  await settled();
  assert.equal(site.page.update().length, 1);
  site.page.stop();
});

test("a component that binds handlers of another is evaluated with that, and the numbers stay", () => {
  const clicks: string[] = [];
  const size = signal(2);
  function List(input: { readonly row: (at: number) => HtmlValue }): Html {
    return component(List, input, (props) => {
      return () => html`<ul>${Array.from({ length: size.get() }, (_, at) => html`<li>${props.row(at)}</li>`)}</ul>`;
    });
  }
  function Page(input: object): Html {
    return component(Page, input, (_props, own) => {
      const row = (at: number): Html => button(own, `row${at}`, () => clicks.push(`row ${at}`));
      return () => html`${List({ row })}${button(own, "last", () => clicks.push("last"))}`;
    });
  }
  const site = openSite(() => Page({}));
  const before = idsOf(site.page.shown(), "row0");
  for (let turn = 0; turn < 4; turn++) {
    size.update((n) => n + 1);
    site.page.draw();
  }
  assert.deepEqual(idsOf(site.page.shown(), "row0"), before);
  assert.equal(site.tree.handlers.size, 7);
  site.page.update();
  for (const name of ["row0", "row5", "last"]) site.click(name);
  assert.deepEqual(clicks, ["row 0", "row 5", "last"]);
  site.page.stop();
});

/** What a random page is made of. */
interface Shape {
  readonly kind: "leaf" | "rows" | "bounded" | "given" | "called" | "keyed" | "plain" | "shared";
  readonly inside: readonly Shape[];
}

const shape = fc.letrec<{ one: Shape }>((tie) => ({
  one: fc.record({
    kind: fc.constantFrom("leaf", "rows", "bounded", "given", "called", "keyed", "plain", "shared"),
    inside: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant([]),
      fc.array(tie("one"), { maxLength: 3 }),
    ),
  }),
})).one;

test("a client has what a fresh evaluation gives, whichever handlers of a random page run, and all handlers shown are there", async () => {
  await fc.assert(
    fc.asyncProperty(shape, fc.array(fc.tuple(fc.nat(1000), fc.nat(3)), { maxLength: 20 }), async (root, steps) => {
      const ended: string[] = [];
      const common = signal(0);
      let names = 0;
      interface Input {
        readonly shape: Shape;
        readonly text: string;
        readonly onTell?: () => void;
        readonly item?: { n: number };
        readonly row?: (n: number) => HtmlValue;
        readonly children?: HtmlValue;
      }
      function Any(input: Input): Html {
        return component(Any, input, (props, own) => {
          const { shape } = input;
          const name = `b${names++}`;
          const [count, item] = [signal(0), { n: 0 }];
          let plain = 0;
          own.onCleanup(() => ended.push(name));
          const act = (): void => {
            count.update((n) => n + 1);
            if (count.peek() % 2 === 0) plain++;
            if (count.peek() % 3 === 0) item.n++;
            if (props.item !== undefined) props.item.n++;
            if (count.peek() % 4 === 0) common.update((n) => n + 1);
            props.onTell?.();
          };
          const make = (inside: Shape, at: number): HtmlValue => {
            const n = count.get();
            if (n % 4 === 3 && at === 0) return null;
            const text = `${at}.${n >> 1}`;
            switch (shape.kind) {
              case "bounded":
                return boundary(() => Any({ shape: inside, text }), { failed: () => "failed" });
              case "given":
                return Any({
                  shape: inside,
                  text: "same",
                  item,
                  children: html`<u>${n}${Any({ shape: { kind: "leaf", inside: [] }, text })}</u>`,
                });
              case "called":
                return Any({
                  ...{ shape: inside, text: "same", onTell: () => plain++ },
                  row: (k) => html`<s>${button(own, `${name}r${k}`, () => plain++)}</s>`,
                });
              case "keyed":
                return keyed(`${at} ${n >> 1}`, () => Any({ shape: inside, text: "key" }));
              case "plain":
                return html`<p>${() => Any({ shape: inside, text: "fn" })}</p>`;
              case "shared":
                return provide(theme, `t${n >> 1}`, () => html`${common}${Any({ shape: inside, text: "same" })}`);
              default:
                return Any({ shape: inside, text: "same" });
            }
          };
          return () => {
            const n = count.get();
            const order = n % 2 === 0 ? shape.inside : shape.inside.toReversed();
            const content =
              shape.kind === "rows"
                ? rows(
                    order,
                    (inside) => shape.inside.indexOf(inside),
                    (inside, at) => html`<li>${make(inside, at)}${button(own, `${name}l${at}`, () => plain++)}</li>`,
                  )
                : shape.inside.map(make);
            return html`<div class=${shape.kind}>${button(own, name, act)}${props.text}:${n}:${plain}:${item.n}:${props.item?.n}
              ${shape.kind === "leaf" ? common : ""}${use(theme, (t) => t)}${content}${props.row === undefined ? "" : [props.row(0), n % 3 === 0 ? props.row(1) : ""]}${props.children}</div>`;
          };
        });
      }
      const site = openSite(() => Any({ shape: root, text: "root" }));
      const all = (): string[] => namesIn(site.page.shown());
      for (const [pick, then] of steps) {
        const shown = all();
        site.click(shown[pick % shown.length] ?? "");
        if (then > 0) site.page.draw();
        if (then > 1) await settled();
        if (then > 2) site.page.update();
      }
      site.page.update();
      await settled();
      site.page.update();
      await settled();
      const shown = all()
        .flatMap((name) => idsOf(site.page.shown(), name))
        .map(Number);
      assert.deepEqual(
        [...site.tree.handlers.keys()].sort((a, b) => a - b),
        [...new Set(shown)].sort((a, b) => a - b),
      );
      site.page.stop();
      assert.equal(new Set(ended).size, names); // each ends, once
      assert.equal(ended.length, names);
    }),
    {
      numRuns: runs(200),
      examples: [
        // a part that turns out to belong to another while that is evaluated
        [
          { kind: "called", inside: [{ kind: "leaf", inside: [] }] },
          [0, 0, 2, 1, 0].map((then): [number, number] => [0, then]),
        ],
      ],
    },
  );
});

/** The names of all buttons, none twice. */
function namesIn(model: unknown): string[] {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { values } = node as { readonly values?: readonly unknown[] }; // cast: a model, whatever it is
    if (values?.length === 2 && typeof values[0] === "string" && /^b\d/.test(values[0])) found.add(values[0]);
    for (const inner of Object.values(node)) walk(inner);
  };
  walk(model);
  return [...found];
}
