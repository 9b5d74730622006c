import { each, type Html, html } from "../../../lib/html/index.ts";
import { defineView, type View } from "../../../lib/live/index.ts";
import { keyedList } from "../../../lib/signals/collections/index.ts";
import { signal } from "../../../lib/signals/index.ts";
import { note, type Observe, observed, observedAsleep, sleep, type ViewWorld } from "./observe.ts";
import { feed, ledger, lobby } from "./views-kept.ts";
import { parts } from "./views-parts.ts";

/** Those of plans without a store. */
export const plainKinds = ["board", "plain", "room", "parts"] as const;
export const kinds = [...plainKinds, "ledger", "feed", "lobby"] as const;
export type Kind = (typeof kinds)[number];

/**
 * Makes a view. What it shares between sessions lives as long as the process it is made for. Every other build has its handlers the other way round:
 * a number that was bound in a page of one means something else in the next.
 * @param mayKeep - Whether sessions may sleep.
 */
export function createView(kind: Kind, world: ViewWorld, build: string, mayKeep: boolean): View {
  const observe = mayKeep ? observedAsleep : observed;
  const view = { board, plain, room, parts, ledger, feed, lobby }[kind](world, build, observe);
  return Number(build.slice(1)) % 2 === 1 ? view : { ...view, handlers: view.handlers.toReversed() };
}

interface Row {
  readonly id: number;
  readonly text: string;
}

/** A counter, a list that is followed by its deltas, handlers that fail and that take time, a control that is heard while typing. */
function board(world: ViewWorld, build: string, observe: Observe): View {
  const made = (id: number): Row => ({ id, text: `row ${id}` });
  return observe(
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
function plain(world: ViewWorld, build: string, observe: Observe): View {
  return observe(
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
function room(world: ViewWorld, build: string, observe: Observe): View {
  const total = signal(0);
  const messages = keyedList<number, Row>([], (row) => row.id);
  let next = 0;
  const tick = (left: number): void => {
    total.update((n) => n + 1);
    if (left > 0) world.after(700, () => tick(left - 1));
  };
  world.after(300, () => tick(30));
  return observe(
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
