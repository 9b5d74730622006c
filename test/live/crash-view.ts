import { html } from "../../lib/html/index.ts";
import { defineView, type SnapshotStore, type View } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";

/** Where a process dies, or hangs as if it had. */
export type CrashPoint = "before start" | "in handler" | "before commit" | "after commit" | "never";

/** What is there at a point: dies, or never returns. */
export type Crash = (point: CrashPoint) => Promise<void>;

/** Two handlers that add to a list in the state, and to a log outside of it: 0 is for once, 1 may run again. */
export function crashView(effect: (line: string) => Promise<void>, crash: Crash): View {
  const add = async (
    state: { readonly log: ReturnType<typeof signal<readonly string[]>> },
    what: unknown,
    eventId: string,
  ): Promise<void> => {
    await effect(`${what} ${eventId}`);
    if (what === "two") await crash("in handler");
    state.log.update((log) => [...log, String(what)]);
  };
  return defineView({
    mount: () => ({ log: signal<readonly string[]>([]) }),
    on: {
      once: (state, event, { eventId }) => add(state, event["what"], eventId),
      again: (state, event, { eventId }) => add(state, event["what"], eventId),
    },
    idempotent: ["again"],
    render: (state) => html`<p>${() => state.log.get().join()}</p>`,
  });
}

/** A store that is the other one, but for what happens on the way while the second event is handled. */
export function crashingStore(store: SnapshotStore, crash: Crash): SnapshotStore {
  let starts = 0;
  return {
    get: (key) => store.get(key),
    delete: (key) => store.delete(key),
    ...(store.claim && { claim: store.claim.bind(store) }),
    async put(key, bytes, ttlMs) {
      const isStart = key.endsWith("/run");
      if (isStart && ++starts === 2) await crash("before start");
      const isCommit = !isStart && starts === 2;
      if (isCommit) await crash("before commit");
      await store.put(key, bytes, ttlMs);
      if (isCommit) await crash("after commit");
    },
  };
}
