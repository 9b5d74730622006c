import { renderToString } from "../../../lib/html/index.ts";
import type { EventContext, View } from "../../../lib/live/index.ts";
import type { Scope } from "../../../lib/signals/index.ts";

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

/** Tells what happens in the sessions of a view. */
export type Observe = (world: ViewWorld, view: View) => View;

/** Tells what happens in a session, and how its page should look: rendered by itself, knowing of no patch. */
export function observed(world: ViewWorld, view: View): View {
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

/**
 * The same of sessions that sleep and wake, and are mounted elsewhere to see whether they may: what counts is the mount that has not ended, and of one that
 * sleeps the last one. A cleanup would keep it awake.
 */
export function observedAsleep(world: ViewWorld, view: View): View {
  interface Known {
    readonly own: Scope;
    readonly state: object;
    args?: Parameters<View["render"]>;
  }
  const mounts = new Map<string, Known[]>();
  const given = new WeakMap<object, Known>();
  const latest = (session: string): Known | undefined => {
    const all = mounts.get(session) ?? [];
    const counts = all.find(({ own }) => !hasEnded(own)) ?? all[0];
    if (counts !== undefined)
      mounts.set(session, [counts, ...all.filter((other) => other !== counts && !hasEnded(other.own))]);
    return counts;
  };
  return {
    ...view,
    mount(context) {
      const { id } = context.session;
      const keep = (made: unknown): unknown => {
        latest(id);
        const known: Known = { own: context.own, state: made as object }; // cast: states of these views are objects
        given.set(known.state, known);
        mounts.set(id, [...(mounts.get(id) ?? []), known]);
        world.mounted(id, () => {
          const { args } = latest(id) ?? {};
          return args === undefined ? "never rendered" : renderToString(view.render(...args));
        });
        return made;
      };
      const state = view.mount(context);
      return state instanceof Promise ? state.then(keep) : keep(state);
    },
    render(...args) {
      const known = given.get(args[0] as object); // cast: as above
      if (known !== undefined) known.args = args;
      return view.render(...args);
    },
  };
}

function hasEnded(own: Scope): boolean {
  try {
    own.run(() => {});
    return false;
  } catch {
    return true;
  }
}

export function note(world: ViewWorld, name: string, event: unknown, context: EventContext): void {
  const { tag, value } = event as { tag?: unknown; value?: unknown }; // cast: nothing is believed of it
  world.ran({
    session: context.session.id,
    ref: Number(context.eventId.split(".").at(-1)),
    name,
    tag: typeof tag === "string" ? tag : typeof value === "string" ? value : undefined,
  });
}

export const sleep = (world: ViewWorld, ms: number): Promise<void> => new Promise((done) => void world.after(ms, done));
