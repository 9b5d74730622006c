import type { More } from "./types.ts";

/** An element whose event waits, or has just been sent. */
interface Waiting {
  readonly go: () => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Events of any kind a binding names, and the attributes that filter and slow them: `bus-key`, `bus-debounce`, `bus-throttle`. */
export const hearMore: More = (live, [ask]) => {
  const root = live._root;
  const heard = new Set(["click", "submit", "input", "change"]);
  const waiting = new Map<Element, Waiting>();
  const resting = new WeakMap<Element, number>();

  live._listen = (source) => {
    for (const [, type] of source.matchAll(/\bbus-([a-z-]+)/g)) {
      if (heard.has(type as string)) continue; // casts: the expression has it
      heard.add(type as string);
      // While it comes down, as focus and blur do not rise.
      root.addEventListener(type as string, (event) => live._hear(event), { capture: true, signal: live._signal });
    }
  };
  const flush = (element: Element): void => {
    const wait = waiting.get(element);
    waiting.delete(element);
    clearTimeout(wait?.timer);
    wait?.go();
  };

  live._gate = (element, event, go) => {
    const read = (name: string): string | null => ask(element, "getAttribute", `bus-${name}`);
    const { key } = event as KeyboardEvent; // cast: others have none
    const keys = read("key");
    if (keys && key && !keys.split(" ").includes(key)) return;
    // What was typed before goes first.
    for (const other of [...waiting.keys()]) {
      if (event.type === "submit" ? ask(element, "contains", other) : other !== element) flush(other);
    }
    const throttleMs = +(read("throttle") ?? 0);
    const debounce = event.type !== "submit" && read("debounce");
    if (throttleMs) {
      const last = resting.get(element);
      if (last !== undefined && event.timeStamp - last < throttleMs) return;
      resting.set(element, event.timeStamp);
    }
    if (!debounce) return go();
    clearTimeout(waiting.get(element)?.timer);
    // "blur": when it is left, however late that is.
    const timer = setTimeout(() => flush(element), Number(debounce) || 1e9);
    waiting.set(element, { go, timer });
  };
  root.addEventListener(
    "focusout",
    ({ target }) => {
      for (const other of [...waiting.keys()]) if (ask(other, "contains", target as Node)) flush(other); // cast: an element of the page
    },
    { signal: live._signal },
  );
};
