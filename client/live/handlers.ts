import { EVENT } from "../../lib/wire/index.ts";
import type { Live, Send } from "./types.ts";

/** Sends what an event of the page is bound to, if anything: a click by itself, all else by what comes with the script for forms. */
export const hear = (live: Live, event: Event): void => {
  const { type, target } = event as Event & { target: Element }; // cast: what bubbles to an element comes from one
  const click = event as MouseEvent; // cast: other events have no keys
  const isClick = type === "click";
  const isSubmit = type === "submit";
  // Keys with a modifier are what the visitor typed; a click with one asks for a new tab.
  if (click.defaultPrevented || (isClick && (click.ctrlKey || click.metaKey || click.shiftKey))) return;
  const element = target.closest(
    isClick ? '[name="bus:click"]' : isSubmit ? '[action*="bus:submit="]' : `[bus-${type}]`,
  );
  if (!element || !live._root.contains(element)) return;
  if (isClick || isSubmit) event.preventDefault();
  const send: Send = (binding, args, done) => {
    const [handler, bound = "{}"] = binding.split(/ (.*)/s);
    live._push(EVENT, [parseInt(handler as string, 10), { ...args, ...JSON.parse(bound) }], done, element); // cast: no text is in no parts
  };
  const pass = (): void => {
    if (live._gate) live._gate(element, event, () => live._read?.(element, event, send));
    else if (isClick) send(element.getAttribute("value") as string); // cast: the selector asked for its name, and they come together
  };
  // All events of such a page, so that none overtakes another.
  if (live._isRich && !live._gate) live._need("form").then(pass);
  else pass();
};
