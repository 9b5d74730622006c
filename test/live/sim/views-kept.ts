import { each, type Html, html, renderToString } from "../../../lib/html/index.ts";
import { defineView, stream, type View } from "../../../lib/live/index.ts";
import { keyedList } from "../../../lib/signals/collections/index.ts";
import { signal } from "../../../lib/signals/index.ts";
import { note, type Observe, sleep, type ViewWorld } from "./observe.ts";

/** Every event leaves its tag in the state: so a page tells which of them have had their effect. */
export function ledger(world: ViewWorld, build: string, observe: Observe): View {
  const tags = (list: readonly string[]): Html =>
    html`<ul>${each(
      list,
      (tag) => tag,
      (tag) => html`<li data-tag="${tag}">${tag}</li>`,
    )}</ul>`;
  return observe(
    world,
    defineView({
      mount: () => ({
        tags: signal<readonly string[]>([]),
        plain: [] as string[],
        rows: keyedList<string, string>([], (tag) => tag),
      }),
      idempotent: ["once"],
      on: {
        write(state, event, context) {
          note(world, "write", event, context);
          const tag = String(event["tag"]);
          state.tags.update((list) => [...list, tag]);
          state.plain.push(tag);
          state.rows.push(tag);
        },
        async slow(state, event, context) {
          note(world, "slow", event, context);
          await sleep(world, 30);
          state.plain.push(String(event["tag"]));
          await sleep(world, 60);
          state.tags.update((list) => [...list, String(event["tag"])]);
          state.rows.push(String(event["tag"]));
        },
        once(state, event, context) {
          note(world, "once", event, context);
          const tag = String(event["tag"]);
          state.tags.update((list) => [...list.filter((other) => other !== tag), tag]);
          state.plain = [...state.plain.filter((other) => other !== tag), tag];
          if (state.rows.peek(tag) === undefined) state.rows.push(tag);
        },
      },
      render: (state, bind): Html => html`<h1>${build}</h1><input data-draft="a">
        <form data-who="write" ${bind.write("submit")}><input name="tag"><button>write</button></form>
        <form data-who="slow" ${bind.slow("submit")}><input name="tag"><button>slow</button></form>
        <form data-who="once" ${bind.once("submit")}><input name="tag"><button>once</button></form>
        <div>${() => tags(state.tags.get())}</div>${tags(state.plain)}<ol>${each(
          state.rows,
          (tag) => tag,
          (tag) => html`<li>${tag}</li>`,
        )}</ol>`,
    }),
  );
}

const LIMIT = 5;

/**
 * Rows that the server forgets. What a page should show of them is kept beside, under the number of the mount they came after: a session that has slept has that of
 * the mount before.
 */
export function feed(world: ViewWorld, build: string): View {
  let mounts = 0;
  const shown = new Map<string, string[]>();
  const row = (tag: string): Html => html`<li>${tag}</li>`;
  const change = (state: { readonly mount: string; count: number }, f: (rows: readonly string[]) => string[]): void => {
    state.count++;
    shown.set(state.mount, f(shown.get(state.mount) ?? []));
  };
  return defineView({
    mount: ({ session }) => ({
      mount: `${session.id} ${++mounts}`,
      count: 0,
      rows: stream<string>((tag) => tag, { limit: LIMIT }),
    }),
    on: {
      append(state, event, context) {
        note(world, "append", event, context);
        const tag = String(event["tag"]);
        state.rows.append(tag);
        change(state, (rows) => [...rows, tag].slice(-LIMIT));
      },
      async prepend(state, event, context) {
        note(world, "prepend", event, context);
        const tag = String(event["tag"]);
        await sleep(world, 40);
        state.rows.prepend(tag, `${tag}!`);
        change(state, (rows) => [tag, `${tag}!`, ...rows].slice(0, LIMIT));
      },
      drop(state, event, context) {
        note(world, "drop", event, context);
        const last = shown.get(state.mount)?.at(-1);
        if (last !== undefined) state.rows.remove(last);
        change(state, (rows) => rows.slice(0, -1));
      },
    },
    render(state, bind, page): Html {
      const content = (rows: Html): Html => html`<h1>${build}</h1><input data-draft="a">
        <form data-who="append" ${bind.append("submit")}><input name="tag"><button>append</button></form>
        <form data-who="prepend" ${bind.prepend("submit")}><input name="tag"><button>prepend</button></form>
        <form data-who="drop" ${bind.drop("submit")}><input name="tag"><button>drop</button></form>
        <b>${state.count}</b><ul>${rows}</ul>`;
      world.mounted(page.session.id, () => {
        const rows = each(shown.get(state.mount) ?? [], (tag) => tag, row);
        return renderToString(content(html`${rows}`));
      });
      return content(html`${each(state.rows, row)}`);
    },
  });
}

/** One state for all who are there. */
export function lobby(world: ViewWorld, build: string): View {
  return defineView({
    mount({ own }) {
      own.onCleanup(() => world.ended("*"));
      return { total: signal(0), count: 0, rows: keyedList<string, string>([], (tag) => tag) };
    },
    on: {
      say(state, event, context) {
        note(world, "say", event, context);
        state.rows.push(String(event["tag"]));
        if (state.rows.peek().length > 6) state.rows.removeAt(1);
      },
      async count(state, event, context) {
        note(world, "count", event, context);
        state.count++;
        await sleep(world, 70);
        state.total.update((n) => n + 1);
      },
      turn(state, event, context) {
        note(world, "turn", event, context);
        state.rows.replaceAll(state.rows.peek().toReversed());
      },
    },
    render(state, bind): Html {
      const content = (): Html => html`<h1>${build}</h1><input data-draft="a">
        <form data-who="say" ${bind.say("submit")}><input name="tag"><button>say</button></form>
        <form data-who="count" ${bind.count("submit")}><input name="tag"><button>count</button></form>
        <form data-who="turn" ${bind.turn("submit")}><input name="tag"><button>turn</button></form>
        <output>${state.total}</output><b>${state.count}</b><ul>${each(
          state.rows,
          (tag) => tag,
          (tag) => html`<li>${tag}</li>`,
        )}</ul>`;
      world.mounted("*", () => renderToString(content()));
      return content();
    },
  });
}
