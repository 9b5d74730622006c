import type { WireValue } from "../../lib/wire/index.ts";
import { EVENT } from "../../lib/wire/index.ts";
import type { Live, More } from "./types.ts";

/** What a hook may ask of its view. @public */
export interface LiveHandle {
  readonly root: HTMLElement;
  /**
   * Sends an event to a handler, by name (where the view has `hooks: true`) or index. Fulfilled with what the handler returned, rejected with an Error
   * whose `message` is the code.
   */
  pushEvent(handler: string | number, args?: { readonly [name: string]: WireValue }): Promise<WireValue | undefined>;
}

/** What is called for an element with `bus-hook`: when it is there, before and after patches, and so on. @public */
export interface LiveHook {
  mounted?(element: HTMLElement, live: LiveHandle): void;
  /** Before any patch of its view. */
  beforeUpdate?(element: HTMLElement, live: LiveHandle): void;
  /** After a patch that has changed the element or something in it. */
  updated?(element: HTMLElement, live: LiveHandle): void;
  destroyed?(element: HTMLElement, live: LiveHandle): void;
  disconnected?(element: HTMLElement, live: LiveHandle): void;
  reconnected?(element: HTMLElement, live: LiveHandle): void;
}

/** Hooks by name, as `bus-hook` has it. @public */
export type LiveHooks = Readonly<Record<string, LiveHook>>;

declare global {
  /** What the page wants of live views. */
  var busbar: { hooks?: LiveHooks } | undefined;
}

/** Sends an event that no element has. */
export const pushEvent = (
  live: Live,
  handler: string | number,
  args: { readonly [name: string]: WireValue } = {},
): Promise<WireValue | undefined> =>
  new Promise((resolve, reject) => {
    const index = Number.isInteger(handler) ? handler : (live._data.handlers ?? []).indexOf(handler as string);
    if ((index as number) < 0) reject(Error("LIVE_BAD_EVENT"));
    else live._push(EVENT, [index as number, args], (reply, code) => (code ? reject(Error(code)) : resolve(reply)));
  });

/** Calls the hooks of a view's elements. */
export const runHooks: More = (live, [ask]) => {
  const root = live._root;
  const handle: LiveHandle = { root, pushEvent: (handler, args) => pushEvent(live, handler, args) };
  const running = new Map<HTMLElement, LiveHook>();
  const observer = new MutationObserver(() => {});
  const call = (name: keyof LiveHook, element: HTMLElement): void => {
    try {
      running.get(element)?.[name]?.(element, handle);
    } catch (error) {
      reportError(error); // a hook that breaks is alone in that
    }
  };
  const all = (name: keyof LiveHook) => (): void => {
    observer.takeRecords(); // not ours
    for (const element of running.keys()) call(name, element);
  };
  const look = (): void => {
    const records = observer.takeRecords();
    for (const element of running.keys()) {
      if (root.contains(element)) {
        if (records.some(({ target }) => ask(element, "contains", target))) call("updated", element);
      } else {
        call("destroyed", element);
        running.delete(element);
      }
    }
    for (const element of root.querySelectorAll<HTMLElement>("[bus-hook]")) {
      const hook = globalThis.busbar?.hooks?.[ask(element, "getAttribute", "bus-hook") as string]; // cast: it has one
      if (!hook || running.has(element)) continue;
      running.set(element, hook);
      call("mounted", element);
    }
    observer.takeRecords();
  };
  observer.observe(root, { attributes: true, characterData: true, childList: true, subtree: true });
  const on = { signal: live._signal };
  let wasConnected = false;
  root.addEventListener("bus:live:update", all("beforeUpdate"), on);
  root.addEventListener("bus:live:updated", look, on);
  root.addEventListener("bus:live:disconnected", all("disconnected"), on);
  root.addEventListener(
    "bus:live:connected",
    () => {
      if (wasConnected) all("reconnected")();
      wasConnected = true;
    },
    on,
  );
  live._signal.addEventListener("abort", () => {
    observer.disconnect();
    all("destroyed")();
  });
  look();
};
