import type { MaybePromise, ValueOf } from "../app/index.ts";
import { type Each, each, type Html, type HtmlValue, html, type Readable, renderToString, use } from "../html/index.ts";
import type { WireMap } from "../wire/index.ts";
import type { DomEvent } from "./bind.ts";
import { ComponentTree, Instance, PLACE, type Place } from "./component-tree.ts";
import type { ComponentOwn, HandlerAttributes } from "./component-types.ts";
import { defineView, type MountContext, type View } from "./view.ts";

/**
 * A component with state of its own. Its setup runs once for each place in the page it stands at, and returns its render, which runs with
 * each render of the page. What the setup makes ends when the component is gone from the page, or the session is over.
 * @param type - What makes two evaluations the same component: the function this is called in.
 * @param props - Read in the render, a computed or an effect, `props.name` is the latest value, and followed.
 * @remarks State stays with its place: the order among components of the same `type` in one parent, or in one row of {@link rows}. Outside of a
 * live view setup and render run once and effects do not.
 * @example
 * ```ts
 * function Counter(input: { readonly start: number }): Html {
 *   return component(Counter, input, (props, { on }) => {
 *     const count = signal(props.start);
 *     return () => html`<button ${spread({ ...on.click(() => count.update((n) => n + 1)) })}>${count}</button>`;
 *   });
 * }
 * liveRoute(app, "/counter", componentView(Counter, { props: () => ({ start: 0 }) }));
 * ```
 * @public
 */
export function component<Props extends object>(
  type: object,
  props: Props,
  setup: (props: Props, own: ComponentOwn) => () => HtmlValue,
): Html {
  // cast: a setup only ever gets the props of its own component
  const erased = setup as (props: object, own: ComponentOwn) => () => HtmlValue;
  const at = (place: Place): HtmlValue =>
    place.instance(type, (tree) => new Instance(tree, props, erased)).render(props);
  return html`${use(PLACE, (place) => {
    if (place !== undefined) return at(place);
    const { root } = new ComponentTree(undefined);
    return root.around(() => at(root));
  })}`;
}

/**
 * A list whose rows keep the state of the components in them, and the handlers, by key.
 * @param row - Makes the node of one item. Handlers it binds belong to the row.
 * @public
 */
export function rows<T>(
  list: Iterable<T> | Readable<Iterable<T>> | (() => Iterable<T>),
  key: (item: T, index: number) => string | number,
  row: (item: T, index: number) => HtmlValue,
): Each {
  return each(list, key, (item, index) =>
    keyed(`${typeof key(item, index)} ${key(item, index)}`, () => row(item, index)),
  );
}

/**
 * A node whose components keep their state, and handlers their meaning, as long as the key is the same.
 * @public
 */
export function keyed(key: string | number, node: () => HtmlValue): HtmlValue {
  return use(PLACE, (place) => {
    if (place === undefined) return node();
    const part = place.part(String(key));
    return part.around(() => place.inside(part, node));
  });
}

/** What {@link componentView} takes. @public */
export interface ComponentViewOptions<Params, Props> {
  /** Checks and converts the path parameters; a page whose parameters it refuses is a 404. */
  readonly params?: Params;
  /** Makes the props from the path's parameters, once for each session. @defaultValue no props */
  readonly props?: (context: MountContext<ValueOf<Params, Readonly<Record<string, string | undefined>>>>) => Props;
}

/**
 * Makes a live view of a component: its handlers, and those of all components inside, run on the server through one event. Numbers a page
 * sends that name no handler of what is shown now do nothing.
 * @public
 */
export function componentView<Props extends object, Params = undefined>(
  type: (props: Props) => Html,
  options: ComponentViewOptions<Params, Props> = {},
): View {
  const { params, props = () => ({}) as Props } = options; // cast: only a component without props goes without
  interface State {
    readonly tree: ComponentTree;
    readonly content: () => HtmlValue;
  }
  const view = defineView<State, "call", Params>({
    ...(params === undefined ? {} : { params }),
    mount(context) {
      const given = props(context);
      return { tree: new ComponentTree(context.own), content: () => type(given) };
    },
    on: {
      call({ tree, content }, event: WireMap, context): MaybePromise<void> {
        // A page without JavaScript posts to a session that may not have been rendered yet.
        if (tree.pass === 0) renderToString(tree.render(content));
        const { id, ...fields } = event;
        const result = tree.call(id, fields, context.command);
        // Sync when the handler is: its patch then carries the acknowledgement.
        return result instanceof Promise ? result.then(() => {}) : undefined;
      },
    },
    render({ tree, content }, bind) {
      tree.bind = (event: DomEvent, id: number) => bind.call(event, { id }).attributes as HandlerAttributes; // cast: opaque, for spreading
      return html`${tree.render(content)}`;
    },
  });
  return { ...view, isWhole: true }; // places are counted
}
