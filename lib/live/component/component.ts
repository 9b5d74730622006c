import type { MaybePromise } from "../../app/index.ts";
import {
  type Each,
  each,
  type Html,
  type HtmlValue,
  html,
  type Readable,
  renderToString,
  use,
} from "../../html/index.ts";
import { batch, type ReadableSignal, type Signal, signal } from "../../signals/index.ts";
import type { WireMap } from "../../wire/index.ts";
import { boundTo, digestOf } from "../bind.ts";
import type { Admission, Destination, EventContext, MountContext, Visitor } from "../view/context-types.ts";
import { defineView, type ParamsOf, type QueryOf, type View } from "../view/view.ts";
import { Instance } from "./instance.ts";
import { type BindHandler, PLACE, type Place } from "./place.ts";
import { ComponentTree } from "./tree.ts";
import type { ComponentOwn, HandlerAttributes } from "./types.ts";

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
  const at = (place: Place): HtmlValue => place.instance(type, () => new Instance(place, props, erased)).render(props);
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
  const code = `\0${row.toString()}`; // no key of a neighbour
  return each(list, key, (item, index) => {
    const name = key(item, index);
    return standing(
      (place) => place.list(code).part(`${typeof name} ${name}`),
      () => row(item, index),
    );
  });
}

/**
 * A node whose components keep their state, and handlers their meaning, as long as the key is the same.
 * @public
 */
export function keyed(key: string | number, node: () => HtmlValue): HtmlValue {
  return standing((place) => place.part(String(key)), node);
}

/** A node in a place of its own. */
function standing(find: (place: Place) => Place, node: () => HtmlValue): HtmlValue {
  return use(PLACE, (place) => {
    if (place === undefined) return node();
    const part = find(place);
    return part.around(() => place.inside(part, node));
  });
}

const DIGEST = digestOf(["call"]);

/** What {@link componentView} takes. @public */
export interface ComponentViewOptions<Params, Props, Query = undefined, Auth = undefined> {
  /** Checks and converts the path parameters; a page whose parameters it refuses is a 404. */
  readonly params?: Params;
  /** Checks and converts the query; a page whose query it refuses is a 404. */
  readonly query?: Query;
  /** Decides who may see the page, as `onMount` of {@link defineView}. */
  onMount?(visitor: Visitor<ParamsOf<Params>, QueryOf<Query>>): Admission<Auth>;
  /** Makes the props from parameters and query, once for each session, and again for each navigation. @defaultValue no props */
  props?(context: MountContext<ParamsOf<Params>, QueryOf<Query>, Auth>): Props;
  /** Whether other addresses of the route are shown without a load: the components stay, and get new props. @defaultValue false */
  readonly navigates?: boolean;
  /** The document's title, by the props. */
  title?(props: Props): string;
}

/**
 * Makes a live view of a component: its handlers, and those of all components inside, run on the server through one event. Numbers a page
 * sends that name no handler of what is shown now do nothing.
 * @public
 */
export function componentView<Props extends object, Params = undefined, Query = undefined, Auth = undefined>(
  type: (props: Props) => Html,
  options: ComponentViewOptions<Params, Props, Query, Auth> = {},
): View {
  const { params, query, onMount, navigates = false, title } = options;
  const makeProps = options.props ?? (() => ({}) as Props); // cast: only a component without props goes without
  interface State {
    readonly tree: ComponentTree;
    readonly context: MountContext<ParamsOf<Params>, QueryOf<Query>, Auth>;
    readonly props: Signal<Props>;
  }
  const contentOf =
    ({ props }: State) =>
    (): HtmlValue =>
      type(props.get());
  const view = defineView<State, "call", Params, Record<never, never>, Query, Auth>({
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(onMount === undefined ? {} : { onMount }),
    ...(title === undefined ? {} : { title: ({ props }: State) => title(props.get()) }),
    mount(context) {
      const tree = new ComponentTree(context.own, context);
      tree.bind = bindAt(tree.address);
      return { tree, context, props: signal(makeProps(context)) };
    },
    on: {
      call(state, event: WireMap, context): MaybePromise<void> {
        const { tree } = state;
        // A page without JavaScript posts to a session that may not have been rendered yet.
        if (tree.pass === 0) renderToString(tree.render(contentOf(state)));
        const { id, ...fields } = event;
        const result = tree.call(id, fields, context.command);
        // Sync when the handler is: its patch then carries the acknowledgement.
        return result instanceof Promise ? result.then(() => {}) : undefined;
      },
    },
    ...(navigates
      ? {
          navigate(
            { context, props, tree }: State,
            to: Destination<ParamsOf<Params>, QueryOf<Query>>,
            { auth }: EventContext<Auth>,
          ) {
            const { params, query, url } = to;
            const moved: State["context"] = Object.create(context, {
              params: { value: params },
              query: { value: query },
              auth: { value: auth },
            });
            const given = makeProps(moved);
            batch(() => {
              tree.address.set(url);
              props.set(given);
            });
          },
        }
      : {}),
    render: (state) => html`${state.tree.render(contentOf(state))}`,
  });
  // Components are told apart by the order in which they are made, and tell what handlers have changed.
  return { ...view, hasParts: true, handlers: view.handlers.map((handler) => ({ ...handler, isTold: true })) };
}

/** Binds to the one handler there is. Only what is posted holds the address of the page, and follows it. */
function bindAt(address: ReadableSignal<string>): BindHandler {
  return (event, id) => {
    const url = event === "submit" ? address.get() : "";
    return boundTo({ index: 0, digest: DIGEST, url }, event, { id }) as HandlerAttributes; // cast: opaque, for spreading
  };
}
