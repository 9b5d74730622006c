import { each, type Html, html, renderToString, spread } from "../../../lib/html/index.ts";
import {
  type ComponentEvent,
  component,
  componentView,
  defineView,
  type EventContext,
  rows as keyedRows,
  type SessionInfo,
  type View,
} from "../../../lib/live/index.ts";
import { keyedList } from "../../../lib/signals/collections/index.ts";
import { type Scope, signal } from "../../../lib/signals/index.ts";

/** One run of a handler. */
export interface Run {
  readonly session: string;
  /** The event's ref; `undefined` where the view is not told. */
  readonly ref: number | undefined;
  readonly name: string;
  /** What the event carried to tell it from all others. */
  readonly tag: string | undefined;
}

/** What a view of the simulation may use, and whom it tells what happens. One for each process. */
export interface ViewWorld {
  /** The process's own clock. */
  after(ms: number, f: () => void): () => void;
  ran(run: Run): void;
  /** A session was mounted. @param markup - What its page should show, at any time. */
  mounted(session: string, markup: () => string): void;
  ended(session: string): void;
}

export const kinds = ["board", "plain", "room", "parts"] as const;
export type Kind = (typeof kinds)[number];

/**
 * Makes a view. What it shares between sessions lives as long as the process it is made for. Every other build has its handlers the other way round:
 * a number that was bound in a page of one means something else in the next.
 */
export function createView(kind: Kind, world: ViewWorld, build: string): View {
  const view = { board, plain, room, parts }[kind](world, build);
  return Number(build.slice(1)) % 2 === 1 ? view : { ...view, handlers: view.handlers.toReversed() };
}

/** Tells what happens in a session, and how its page should look: rendered by itself, knowing of no patch. */
function observed(world: ViewWorld, view: View): View {
  type RenderArgs = readonly [...rest: Parameters<View["render"]> extends [unknown, ...infer Rest] ? Rest : never];
  const given = new WeakMap<object, RenderArgs>();
  return {
    ...view,
    mount(context) {
      const { session, own } = context;
      const keep = (state: unknown): unknown => {
        const key = state as object; // cast: states of these views are objects
        world.mounted(session.id, () => {
          const args = given.get(key);
          return args === undefined ? "never rendered" : renderToString(view.render(state, ...args));
        });
        own.onCleanup(() => world.ended(session.id));
        return state;
      };
      const state = view.mount(context);
      return state instanceof Promise ? state.then(keep) : keep(state);
    },
    render(state, ...args) {
      given.set(state as object, args); // cast: as above
      return view.render(state, ...args);
    },
  };
}

function note(world: ViewWorld, name: string, event: unknown, context: EventContext): void {
  const { tag, value } = event as { tag?: unknown; value?: unknown }; // cast: nothing is believed of it
  world.ran({
    session: context.session.id,
    ref: Number(context.eventId.split(".").at(-1)),
    name,
    tag: typeof tag === "string" ? tag : typeof value === "string" ? value : undefined,
  });
}

const sleep = (world: ViewWorld, ms: number): Promise<void> => new Promise((done) => void world.after(ms, done));

interface Row {
  readonly id: number;
  readonly text: string;
}

/** A counter, a list that is followed by its deltas, handlers that fail and that take time, a control that is heard while typing. */
function board(world: ViewWorld, build: string): View {
  const made = (id: number): Row => ({ id, text: `row ${id}` });
  return observed(
    world,
    defineView({
      mount: () => ({
        count: signal(0),
        last: signal(""),
        rows: keyedList([0, 1, 2, 3].map(made), (row) => row.id),
        next: 4,
      }),
      on: {
        add(state, event, context) {
          note(world, "add", event, context);
          state.count.update((n) => n + 1);
        },
        insert(state, event, context) {
          note(world, "insert", event, context);
          const at = state.next % (state.rows.peek().length + 1);
          if (state.rows.peek().length < 8) state.rows.insertAt(at, { id: state.next++, text: String(event["tag"]) });
        },
        remove(state, event, context) {
          note(world, `remove:${event["id"]}`, event, context);
          if (state.rows.peek(Number(event["id"])) !== undefined) state.rows.remove(Number(event["id"]));
        },
        turn(state, event, context) {
          note(world, "turn", event, context);
          state.rows.replaceAll(state.rows.peek().toReversed());
        },
        fail(state, event, context) {
          note(world, "fail", event, context);
          state.count.update((n) => n + 100);
          throw new Error("as asked");
        },
        async slow(state, event, context) {
          note(world, "slow", event, context);
          await sleep(world, 40 + (state.next % 5) * 30);
          state.last.set(String(event["tag"]));
          const first = state.rows.peek()[0];
          if (first !== undefined) state.rows.update(first.id, (row) => ({ ...row, text: `${row.text}!` }));
          await sleep(world, 20);
        },
        typed(state, event, context) {
          note(world, "typed", event, context);
          state.last.set(String(event["value"]));
        },
      },
      render: (
        state,
        bind,
      ): Html => html`<h1>${build}</h1><output class="n${state.count}">${state.count}</output><em>${state.last}</em>
        <form method="post"><button data-who="add" ${bind.add("click")}>+</button><button data-who="turn" ${bind.turn("click")}>turn</button>
        <button data-who="fail" ${bind.fail("click")}>fail</button></form>
        <form data-who="insert" ${bind.insert("submit")}><input name="tag"><button>insert</button></form>
        <form data-who="slow" ${bind.slow("submit")}><input name="tag"><button>slow</button></form>
        <input data-who="typed" ${bind.typed("input")}>
        <form><input data-draft="a" name="draft"></form>
        <ul>${each(
          state.rows,
          (row) => row.id,
          (row) =>
            html`<li>${row.text}<button data-who="remove:${row.id}" ${bind.remove("click", { id: row.id })}>x</button><input data-draft="r${row.id}"></li>`,
        )}</ul>`,
    }),
  );
}

/** Plain objects, which tell nobody when they change; parts that come and go. */
function plain(world: ViewWorld, build: string): View {
  return observed(
    world,
    defineView({
      mount: async () => {
        await sleep(world, 3);
        return { count: 0, items: ["one", "two"], isOpen: false, busy: false };
      },
      on: {
        add(state, event, context) {
          note(world, "add", event, context);
          state.count++;
        },
        toggle(state, event, context) {
          note(world, "toggle", event, context);
          state.isOpen = !state.isOpen;
        },
        push(state, event, context) {
          note(world, "push", event, context);
          state.items.push(String(event["tag"]));
          if (state.items.length > 6) state.items.splice(0, 3);
          state.items.reverse();
        },
        async work(state, event, context) {
          note(world, "work", event, context);
          state.busy = true;
          await sleep(world, 120);
          state.busy = false;
          state.count += 10;
        },
      },
      render: (
        state,
        bind,
      ): Html => html`<h1>${build}</h1><p class=${state.busy ? "busy" : null} hidden=${state.count % 3 === 2}>${state.count}</p>
        <form method="post"><button data-who="add" ${bind.add("click")}>+</button><button data-who="toggle" ${bind.toggle("click")}>o</button></form>
        ${state.isOpen ? html`<section>open ${state.count}<b>${state.items.length}</b></section>` : ""}
        <form data-who="push" ${bind.push("submit")}><input name="tag"><button>push</button></form>
        <form data-who="work" ${bind.work("submit")}><input name="tag"><button>work</button></form>
        <form><textarea data-draft="a" name="draft"></textarea></form>
        <ol>${each(
          state.items,
          (item) => item,
          (item) => html`<li title="${item}">${item}</li>`,
        )}</ol>`,
    }),
  );
}

/** What sessions share: signals that others write, and a process that changes them by itself for a while. */
function room(world: ViewWorld, build: string): View {
  const total = signal(0);
  const messages = keyedList<number, Row>([], (row) => row.id);
  let next = 0;
  const tick = (left: number): void => {
    total.update((n) => n + 1);
    if (left > 0) world.after(700, () => tick(left - 1));
  };
  world.after(300, () => tick(30));
  return observed(
    world,
    defineView({
      mount: () => ({ own: signal(0) }),
      on: {
        say(state, event, context) {
          note(world, "say", event, context);
          state.own.update((n) => n + 1);
          messages.push({ id: next++, text: `say ${next}` });
          if (messages.peek().length > 6) messages.removeAt(0);
        },
        clear(_state, event, context) {
          note(world, "clear", event, context);
          messages.clear();
        },
        async later(state, event, context) {
          note(world, "later", event, context);
          await sleep(world, 250);
          state.own.update((n) => n + 5);
          total.update((n) => n + 1000);
        },
      },
      render: (state, bind): Html => html`<h1>${build}</h1><output>${total}</output><b>${state.own}</b>
        <form method="post"><button data-who="clear" ${bind.clear("click")}>clear</button></form>
        <form data-who="say" ${bind.say("submit")}><input name="tag"><button>say</button></form>
        <form data-who="later" ${bind.later("submit")}><input name="tag"><button>later</button></form>
        <input data-draft="a">
        <ul>${each(
          messages,
          (row) => row.id,
          (row) => html`<li>${row.text}</li>`,
        )}</ul>`,
    }),
  );
}

interface PartProps {
  readonly id: number;
  readonly session: string;
}

/**
 * Components with state of their own, in rows that come and go. What they should show is kept beside them, in plain numbers. Every other mount begins with the
 * rows the other way round, so that numbers of handlers mean something else in it.
 */
function parts(world: ViewWorld, build: string): View {
  interface Model {
    readonly ids: number[];
    readonly counts: Map<number, number>;
  }
  const models = new Map<string, Model>();
  let mounts = 0;
  const modelOf = (session: string): Model => models.get(session) ?? { ids: [], counts: new Map() };

  function Part(input: PartProps): Html {
    return component(Part, input, (props, { on }) => {
      const count = signal(0);
      const { counts } = modelOf(props.session);
      counts.set(props.id, 0);
      const submit = (event: ComponentEvent): void => {
        world.ran({
          session: props.session,
          ref: undefined,
          name: `part:${props.id}`,
          tag: String(event.fields["tag"]),
        });
        count.update((n) => n + 1);
        counts.set(props.id, count.peek());
      };
      return () =>
        html`<form data-who="part:${props.id}" ${spread({ ...on.submit(submit) })}><i>${count.get()}</i><input name="tag"><button>part</button></form>`;
    });
  }
  function Page(input: SessionInfo & { readonly own: Scope }): Html {
    return component(Page, input, ({ id: session, own }, { on }) => {
      const model: Model = { ids: mounts++ % 2 === 0 ? [0, 1] : [1, 0], counts: new Map() };
      models.set(session, model);
      const ids = signal<readonly number[]>([...model.ids]);
      let next = 2;
      const change = (list: readonly number[]): void => {
        ids.set(list);
        model.ids.splice(0, model.ids.length, ...list);
      };
      const ran = (name: string, tag: unknown): void => world.ran({ session, ref: undefined, name, tag: String(tag) });
      const more = (event: ComponentEvent): void => {
        ran("more", event.fields["tag"]);
        const list = ids.peek();
        change(list.length > 4 ? list.slice(2) : [next++, ...list]);
      };
      const flip = (event: ComponentEvent): void => {
        ran("flip", event.fields["tag"]);
        change(ids.peek().toReversed());
      };
      world.mounted(session, () => partsMarkup(build, model));
      own.onCleanup(() => world.ended(session));
      return () => html`<h1>${build}</h1><form data-who="more" ${spread({ ...on.submit(more) })}><input name="tag"><button>more</button></form>
        <form data-who="flip" ${spread({ ...on.submit(flip) })}><input name="tag"><button>flip</button></form><input data-draft="a">
        <ul>${keyedRows(
          ids.get(),
          (id) => id,
          (id) => html`<li>${Part({ id, session })}</li>`,
        )}</ul>`;
    });
  }
  return componentView(Page, { props: ({ session, own }) => ({ ...session, own }) });
}

/** By hand, and without the numbers of handlers: a second render of components would be another page. */
function partsMarkup(
  build: string,
  model: { readonly ids: readonly number[]; readonly counts: Map<number, number> },
): string {
  const form = (who: string, inside: string, button: string): string =>
    `<form data-who="${who}" method="post" action="#">${inside}<input name="tag"><button>${button}</button></form>`;
  const rows = model.ids.map((id) => `<li>${form(`part:${id}`, `<i>${model.counts.get(id)}</i>`, "part")}</li>`);
  return `<h1>${build}</h1>${form("more", "", "more")}
        ${form("flip", "", "flip")}<input data-draft="a">
        <ul>${rows.join("")}</ul>`;
}
