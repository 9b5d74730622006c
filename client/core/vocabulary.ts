import type { Act, Modifier, Selector, SwapFunction, TriggerWord } from "./extension-types.ts";
import { closest, remove, within } from "./members.ts";
import { doc } from "./settings.ts";

type Core = Record<"this" | "closest" | "find" | "document" | "window", Selector> &
  Record<"load" | "every", TriggerWord> &
  Record<"from" | "once" | "delay" | "changed", Modifier> &
  Record<"innerHTML" | "outerHTML" | "beforebegin" | "afterbegin" | "beforeend" | "afterend", string> & {
    none: SwapFunction;
    delete: SwapFunction;
    __proto__: null;
  };

/**
 * The words of the grammar: of selectors, triggers, their modifiers, and ways to swap. One table, as no word means two things; it inherits
 * nothing, so that no other word is in it.
 */
export const vocabulary: Core = {
  __proto__: null,

  // Selectors: what they find as seen from an element. What starts with none of them is CSS for the whole page.
  this: (_el, _css, owner) => owner,
  closest,
  find: within,
  document: () => doc,
  window: () => self,

  // Triggers that are no events.
  load: (act) => act(),
  every: (act, { interval, signal }) => {
    const tick = (): void => (signal.aborted ? clearInterval(timer) : act());
    const timer = setInterval(tick, milliseconds(interval) || 1e9); // without a time it would never rest
  },

  // Modifiers of triggers: what they make of the act.
  from: (act) => act,
  once: (act: Act | undefined) => (event) => {
    act?.(event);
    act = undefined;
  },
  delay: (act, value) => {
    let timer: ReturnType<typeof setTimeout>;
    return (event) => {
      clearTimeout(timer);
      timer = setTimeout(act, milliseconds(value), event);
    };
  },
  changed: (act) => {
    const last = new WeakMap<EventTarget, unknown>();
    return (event) => {
      // cast: undefined on what is not a field
      const field = (event as Event).target as HTMLInputElement;
      const value = field.value;
      if (value !== (last.get(field) ?? field.defaultValue)) act(event);
      last.set(field, value);
    };
  },

  // Ways to swap: a method of the target, where it is not called as the way is, or a function.
  innerHTML: "replaceChildren",
  outerHTML: "replaceWith",
  delete: remove,
  beforebegin: "before",
  afterbegin: "prepend",
  beforeend: "append",
  afterend: "after",
  none: () => {},
};

/** `2s`, `100ms`, `1m` or a number of milliseconds. */
export const milliseconds = (text: string): number =>
  parseFloat(text) * (/\ds/.test(text) ? 1000 : /m$/.test(text) ? 60_000 : 1);
