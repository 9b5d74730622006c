import { type Html, html, spread } from "../../../lib/html/index.ts";
import {
  type ComponentEvent,
  component,
  componentView,
  rows as keyedRows,
  type SessionInfo,
  type View,
} from "../../../lib/live/index.ts";
import { type Scope, signal } from "../../../lib/signals/index.ts";
import type { ViewWorld } from "./observe.ts";

interface PartProps {
  readonly id: number;
  readonly session: string;
}

/**
 * Components with state of their own, in rows that come and go. What they should show is kept beside them, in plain numbers. Every other mount begins with the
 * rows the other way round, so that numbers of handlers mean something else in it.
 */
export function parts(world: ViewWorld, build: string): View {
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
