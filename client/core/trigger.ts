import { FIELDS, submittedBy } from "./collect.ts";
import { PREFIX } from "./constants.ts";
import { attribute, doc, fail, find, split } from "./dom.ts";

/** Called when an element is to ask. `polled`: because its time has come, not because something happened. */
export type Fire = (el: Element, event?: Event, polled?: boolean) => void;

export const VERBS: readonly string[] = ["get", "post", "put", "patch", "delete"];

const SELECTOR = `${VERBS.map((verb) => `[${PREFIX + verb}]`)}`;

/** Elements whose triggers are alive: until they are found to have left the page. */
const lives: WeakSet<Element> = new WeakSet();

/** Activates the elements with a verb in a part of the page; those that are active stay as they are. */
export const activate = (root: Element, fire: Fire): void => {
  for (const el of [root, ...root.querySelectorAll(SELECTOR)]) {
    if (!el.matches(SELECTOR) || lives.has(el) || el.closest(`[${PREFIX}ignore]`)) continue;
    const usual = el.matches("form") ? "submit" : el.matches(FIELDS) ? "change" : "click";
    const life = new AbortController();
    lives.add(el);
    try {
      for (const trigger of split(attribute(el, "trigger") || usual)) listen(el, trigger, life, fire);
    } catch (error) {
      fail("attribute", { source: el }, error); // a selector that does not parse
    }
  }
};

const milliseconds = (text = ""): number => {
  const units: Record<string, number> = { s: 1000, m: 60_000 };
  return parseFloat(text) * (units[text.replace(/[\d.]+/, "")] ?? 1);
};

/** Does what one trigger says: `event modifier modifier:value`, `load` or `every time`. */
const listen = (el: Element, trigger: string, life: AbortController, fire: Fire): void => {
  // Brackets hold a selector with spaces together. cast: only attributes with text get here
  const [name, ...words] = trigger.match(/(from:(closest|find) |\([^)]*\)|\S)+/g) as [string, ...string[]];
  const modifiers: Record<string, string> = {};
  for (const word of words) {
    const [key = "", value = ""] = word.split(/:(.*)/s);
    modifiers[key] = value.replace(/^\((.*)\)$/, "$1");
  }
  const { delay, from = "this" } = modifiers;
  let timer: ReturnType<typeof setTimeout>;
  let done = false;
  /** Whether there is nothing more to do. An element that has left the page stops listening here. */
  const isOver = (): boolean => {
    if (!el.isConnected && lives.delete(el)) life.abort();
    return done || life.signal.aborted;
  };
  const act = (event?: Event, polled?: boolean): void => {
    if (isOver()) clearInterval(timer);
    else {
      done = "once" in modifiers;
      fire(el, event, polled);
    }
  };
  const wait = (event?: Event): void => {
    clearTimeout(timer);
    if (delay) timer = setTimeout(act, milliseconds(delay), event);
    else act(event);
  };
  if (name === "load") wait();
  else if (name === "every") timer = setInterval(act, milliseconds(words[0]), undefined, true);
  else
    for (const node of from === "document" ? [doc] : from === "window" ? [window] : find(el, from)) {
      const read = (): unknown => "value" in node && node.value;
      let last = read(); // "changed" means: since the page was shown
      const heard = (event: Event): void => {
        const isClick = event.type === "click";
        // The request stands in for what the browser would do: follow the link, submit the form.
        const isOwn = node === el && (isClick ? el.matches("a") || submittedBy(el) : event.type === "submit");
        if (isOver() || (isOwn && isTaken(event)) || ("changed" in modifiers && read() === last)) return;
        last = read();
        if (isOwn) event.preventDefault();
        wait(event);
      };
      node.addEventListener(name, heard, life); // life has the signal that ends it
    }
};

/** Whether a click or submit is not for us: the reader asks for a new tab, or another listener has answered it. */
export const isTaken = (event: Event): boolean | number => {
  const click = event as MouseEvent; // cast: undefined on what is not a click
  return click.button || click.ctrlKey || click.metaKey || click.shiftKey || click.altKey || click.defaultPrevented;
};
