import type { MaybePromise, StandardSchema, ValueOf } from "../app/index.ts";
import type { Html } from "../html/index.ts";
import type { Scope } from "../signals/index.ts";
import type { WireMap, WireValue } from "../wire/index.ts";
import type { Bind } from "./bind.ts";

/** Schemas of a view's events, by name. @public */
export type EventSchemas = Readonly<Record<string, StandardSchema>>;

/** What one event carries: what its schema yields, or the fields as they came. @public */
export type EventOf<Schemas, Name> = Name extends keyof Schemas ? ValueOf<Schemas[Name], WireMap> : WireMap;

/** The session a view runs in. @public */
export interface SessionInfo {
  /** Unguessable and unique; not a credential. */
  readonly id: string;
  /** Path and query of its page. */
  readonly url: string;
}

/** What `mount` gets. @public */
export interface MountContext<Params> {
  /** Path parameters, as the view's schema yields them. */
  readonly params: Params;
  readonly session: SessionInfo;
  /** Ends with the session: `own.onCleanup(f)`, `own.signal`. */
  readonly own: Scope;
}

/** What an event handler gets besides state and event. @public */
export interface EventContext {
  readonly session: SessionInfo;
  /** The same for every run of one event; no other event of any session has it. */
  readonly eventId: string;
  /** Asks the page for something: it fires `bus:live:command` with `{ name, args }` on the root, after the patch. */
  command(name: string, ...args: readonly WireValue[]): void;
}

/** What `defineView` takes. `mount` stands before `on` and `render`, so that they know the state's type. @public */
export interface ViewDefinition<Params, Schemas, State, Names extends string> {
  /** Checks and converts the path parameters; a page whose parameters it refuses is a 404. */
  readonly params?: Params;
  /** Checks and converts what each event carries. An event without a schema gets what the browser sent. */
  readonly events?: Schemas;
  /** Makes the state of one session. Signals made outside of it are shared between sessions. */
  mount(context: MountContext<ValueOf<Params, Readonly<Record<string, string | undefined>>>>): MaybePromise<State>;
  /** Handles events, one at a time, in order. The view is rendered after each, and whenever a signal it read has changed. */
  readonly on?: {
    readonly [Name in Names]: (
      state: State,
      event: EventOf<Schemas, Name>,
      context: EventContext,
    ) => MaybePromise<void>;
  };
  /** The page for a state: read signals, write none. */
  render(state: State, bind: Bind<Names, Schemas>): Html;
}

/** One handler of a view, its types erased. @public */
export interface ViewHandler {
  readonly name: string;
  readonly schema: StandardSchema | undefined;
  readonly run: (state: unknown, event: unknown, context: EventContext) => MaybePromise<void>;
}

/**
 * A live view, ready for {@link liveRoute}.
 * @public
 */
export interface View {
  readonly params: StandardSchema | undefined;
  /** Handlers in the order of `on`: their indexes travel. */
  readonly handlers: readonly ViewHandler[];
  /** Every change renders all of it: what it shows depends on the order in which it is made. @defaultValue false */
  readonly isWhole?: boolean;
  readonly mount: (context: MountContext<unknown>) => MaybePromise<unknown>;
  readonly render: (state: unknown, bind: Readonly<Record<string, unknown>>) => Html;
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
>(definition: ViewDefinition<Params, Schemas, State, Names>): View {
  const on = (definition.on ?? {}) as Readonly<Record<string, ViewHandler["run"]>>; // cast: each handler is only given its own state and event
  const schemas: EventSchemas = definition.events ?? {};
  const handlers = Object.keys(on).map((name): ViewHandler => {
    const run = (...args: Parameters<ViewHandler["run"]>): MaybePromise<void> => on[name]?.(...args);
    return { name, schema: Object.hasOwn(schemas, name) ? schemas[name] : undefined, run };
  });
  return {
    params: definition.params as StandardSchema | undefined, // cast: ValueOf accepts nothing else
    handlers,
    // casts: the session gives back what mount made, and a bind that has every handler
    mount: (context) => definition.mount(context as Parameters<typeof definition.mount>[0]),
    render: (state, bind) => definition.render(state as State, bind as Bind<Names, Schemas>),
  };
}
