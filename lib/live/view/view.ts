import type { Fields, MaybePromise, StandardSchema, ValueOf } from "../../app/index.ts";
import type { Html } from "../../html/index.ts";
import type { WireMap, WireValue } from "../../wire/index.ts";
import type { Bind } from "../bind.ts";
import { type UploadRule, uploadRules } from "../upload/rules.ts";
import type { UploadSchemas } from "../upload/types.ts";
import type { Admission, Destination, EventContext, MountContext, PageContext, Visitor } from "./context-types.ts";

export type { EventContext, MountContext, SessionInfo } from "./context-types.ts";

/** Schemas of a view's events, by name. @public */
export type EventSchemas = Readonly<Record<string, StandardSchema>>;

/** What one event carries: what its schema yields, or the fields as they came. @public */
export type EventOf<Schemas, Name> = Name extends keyof Schemas ? ValueOf<Schemas[Name], WireMap> : WireMap;

/** Path parameters as a view gets them. @public */
export type ParamsOf<Params> = ValueOf<Params, Readonly<Record<string, string | undefined>>>;

/** The query as a view gets it. @public */
export type QueryOf<Query> = ValueOf<Query, Fields>;

/** Names of hooks by a view's `hooks`: any for `true`, those of a list. @public */
export type HookOf<Hooks> = Hooks extends readonly (infer Name extends string)[] ? Name : string;

/** What a handler may return: for the `pushEvent` of the page that sent the event. @public */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler without a return statement returns void
export type Reply = WireValue | void;

/**
 * What `defineView` takes. `onMount` stands before `mount`, and `mount` before `on`, `navigate`, `title` and `render`, so that each knows the types
 * of those before it.
 * @public
 */
export interface ViewDefinition<
  Params,
  Schemas,
  State,
  Names extends string,
  Query = undefined,
  Auth = undefined,
  Uploads = Record<never, never>,
  Hooks = readonly [],
> {
  /** Checks and converts the path parameters; a page whose parameters it refuses is a 404. */
  readonly params?: Params;
  /** Checks and converts the query; a page whose query it refuses is a 404. Without it, fields as they came. */
  readonly query?: Query;
  /** Checks and converts what each event carries. An event without a schema gets what the browser sent. */
  readonly events?: Schemas;
  /** Files the view takes, by the names of their fields. */
  readonly uploads?: Uploads;
  /** Names of hooks the page may use; with `true`, any. With them the page tells the client script the handlers' names, for `pushEvent`. */
  readonly hooks?: Hooks;
  /**
   * Decides who may see the view: for each page, each posted event, each join of a socket and each navigation. What it returns is `auth` of the contexts,
   * or `refuse()`. Not asked for each event of a socket that has joined.
   */
  onMount?(visitor: Visitor<ParamsOf<Params>, QueryOf<Query>>): Admission<Auth>;
  /** Makes the state of one session. Signals made outside of it are shared between sessions. */
  mount(context: MountContext<ParamsOf<Params>, QueryOf<Query>, Auth>): MaybePromise<State>;
  /** Handles events, one at a time, in order. The view is rendered after each, and whenever a signal it read has changed. */
  readonly on?: {
    readonly [Name in Names]: (
      state: State,
      event: EventOf<Schemas, Name>,
      context: EventContext<Auth, Uploads>,
    ) => MaybePromise<Reply>;
  };
  /**
   * Handlers that may run twice for one event, as they see by `ctx.eventId` that they have: with a store, one that had started when its process died runs again elsewhere. Others are
   * reported to the page as unknown.
   */
  readonly idempotent?: readonly NoInfer<Names>[];
  /** Shows another address of the same route, without a load; in turn with the handlers. Without it, such a link is a load. */
  navigate?(
    state: State,
    to: Destination<ParamsOf<Params>, QueryOf<Query>>,
    context: EventContext<Auth, Uploads>,
  ): MaybePromise<unknown>;
  /** The document's title: followed like the page. `layout` gets it for the first one. */
  title?(state: State): string;
  /** The page for a state: read signals, write none. */
  render(state: State, bind: Bind<Names, Schemas>, page: PageContext<Uploads, HookOf<Hooks>>): Html;
}

/** One handler of a view, its types erased. @public */
export interface ViewHandler {
  readonly name: string;
  readonly schema: StandardSchema | undefined;
  /** Whether it may run twice for one event. @defaultValue false */
  readonly isIdempotent?: boolean;
  /** Whether what it changes tells of itself, so that no render comes after it. @defaultValue false */
  readonly isTold?: boolean;
  readonly run: (state: unknown, event: unknown, context: EventContext) => MaybePromise<Reply>;
}

/**
 * A live view, ready for {@link liveRoute}.
 * @public
 */
export interface View {
  readonly params: StandardSchema | undefined;
  readonly query?: StandardSchema | undefined;
  /** Handlers in the order of `on`: their indexes travel. */
  readonly handlers: readonly ViewHandler[];
  /** It is made of components, each of which is evaluated by itself, with whatever else stands in it. @defaultValue false */
  readonly hasParts?: boolean;
  /** By the names of their fields. */
  readonly uploads?: ReadonlyMap<string, UploadRule>;
  /** Whether the page tells the names of the handlers. */
  readonly hasHooks?: boolean;
  readonly onMount?: ((visitor: Visitor<unknown, unknown>) => MaybePromise<unknown>) | undefined;
  readonly mount: (context: MountContext<unknown, unknown, unknown>) => MaybePromise<unknown>;
  readonly navigate?:
    | ((state: unknown, to: Destination<unknown, unknown>, context: EventContext) => MaybePromise<unknown>)
    | undefined;
  readonly title?: ((state: unknown) => string) | undefined;
  readonly render: (state: unknown, bind: Readonly<Record<string, unknown>>, page: PageContext) => Html;
}

/**
 * Defines a live view: state on the server, HTML first, then patches over a socket.
 * @example
 * ```ts
 * const counter = defineView({
 *   mount: () => ({ count: signal(0) }),
 *   on: { add: (state) => state.count.update((n) => n + 1) },
 *   render: (state, bind) => html`<form method="post"><button ${bind.add("click")}>${state.count}</button></form>`,
 * });
 * ```
 * @public
 */
export function defineView<
  State,
  const Names extends string = never,
  Params = undefined,
  Schemas extends EventSchemas = Record<never, never>,
  Query = undefined,
  Auth = undefined,
  Uploads extends UploadSchemas = Record<never, never>,
  const Hooks extends true | readonly string[] = readonly [],
>(definition: ViewDefinition<Params, Schemas, State, Names, Query, Auth, Uploads, Hooks>): View {
  const on = (definition.on ?? {}) as Readonly<Record<string, ViewHandler["run"]>>; // cast: each handler is only given its own state and event
  const schemas: EventSchemas = definition.events ?? {};
  const handlers = Object.keys(on).map((name): ViewHandler => {
    const run = (...args: Parameters<ViewHandler["run"]>): MaybePromise<Reply> => on[name]?.(...args);
    const isIdempotent = (definition.idempotent as readonly string[] | undefined)?.includes(name) === true; // cast: names are texts
    return { name, isIdempotent, schema: Object.hasOwn(schemas, name) ? schemas[name] : undefined, run };
  });
  // casts below: the session gives back what mount made, contexts of this view, and a bind that has every handler
  type Erased = ViewDefinition<undefined, undefined, unknown, string>;
  const { onMount, mount, navigate, title, render } = definition as unknown as {
    readonly [Name in keyof Erased]: Name extends keyof View ? View[Name] : Erased[Name];
  };
  return {
    params: definition.params as StandardSchema | undefined, // cast: ValueOf accepts nothing else
    query: definition.query as StandardSchema | undefined, // cast: as above
    handlers,
    uploads: uploadRules(definition.uploads ?? {}),
    hasHooks: definition.hooks !== undefined,
    onMount: onMount && ((visitor) => onMount.call(definition, visitor)),
    mount: (context) => mount.call(definition, context),
    navigate: navigate && ((...args) => navigate.call(definition, ...args)),
    title: title && ((state) => title.call(definition, state)),
    render: (...args) => render.call(definition, ...args),
  };
}
