import { CodedError } from "../errors/index.ts";
import type { Source } from "./kinds.ts";
import { attempt, flush, HOOK_ON, HOOKED, state } from "./seam.ts";
import type { ReadableSignal, WatchHooks } from "./types.ts";

const hooksOf = new WeakMap<object, WatchHooks>();

/**
 * Has a signal or computed tell when it becomes watched, that is, when an effect comes to depend on it, directly or by computeds, and when it
 * ceases to be: the place to open a connection, and to close it.
 * @returns The signal or computed itself. It takes one pair of hooks: those of a second call take the place of the first.
 * @throws CodedError `SIGNALS_NOT_WATCHABLE` for anything that `signal`, `computed` or `writable` did not make, such as a view or a resource.
 * @example
 * ```ts
 * const price = watchable(signal(0), { onWatched: () => feed.open(), onUnwatched: () => feed.close() });
 * ```
 * @public
 */
export function watchable<S extends ReadableSignal<unknown>>(source: S, hooks: WatchHooks): S {
  if (!("subs" in Object(source))) throw new CodedError("SIGNALS_NOT_WATCHABLE", "A view or no signal was given");
  const node = source as unknown as Source; // cast: only nodes of the graph have this field
  hooksOf.set(node, hooks);
  state.tell = tell;
  node.flags |= HOOKED;
  if (node.subs !== undefined) state.late[state.lates++] = node;
  flush();
  return source;
}

/** Calls the hook of a source that is in another state than it was told last. */
function tell(source: Source): void {
  const watched = source.subs !== undefined;
  if (watched === ((source.flags & HOOK_ON) !== 0)) return;
  source.flags ^= HOOK_ON;
  const hooks = hooksOf.get(source);
  const hook = watched ? hooks?.onWatched : hooks?.onUnwatched;
  if (hook !== undefined) attempt(hook, undefined);
}
