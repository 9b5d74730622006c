import type { WireValue } from "../../lib/wire/index.ts";
import { EVENT } from "../../lib/wire/index.ts";
import type { Live } from "./types.ts";

/** Sends what an event of the page is bound to, if anything. */
export const hear = (live: Live, event: Event): void => {
  const { type, target } = event as Event & { target: HTMLInputElement }; // cast: what bubbles to an element comes from one
  const click = event as MouseEvent; // cast: other events have no keys
  const isClick = type === "click";
  const isSubmit = type === "submit";
  // Keys with a modifier are what the visitor typed; a click with one asks for a new tab.
  if (click.defaultPrevented || (isClick && (click.ctrlKey || click.metaKey || click.shiftKey))) return;
  const element = target.closest<HTMLFormElement>(
    isClick ? '[name="bus:click"]' : isSubmit ? '[action*="bus:submit="]' : `[bus-${type}]`,
  );
  if (!element || !live._root.contains(element)) return;
  if (isClick || isSubmit) event.preventDefault();
  const go = (): void => {
    let binding = element.getAttribute(isClick ? "value" : isSubmit ? "action" : `bus-${type}`);
    if (isSubmit) binding = decodeURIComponent(/bus:submit=([^&]*)/.exec(binding as string)?.[1] as string);
    const [handler, bound = "{}"] = (binding as string).split(/ (.*)/s); // casts: the selector asked for it
    const args: { [name: string]: WireValue } = { __proto__: null }; // visitors may name fields
    if (element.elements) {
      for (const [name, value] of new FormData(element, (event as SubmitEvent).submitter)) {
        if (typeof value !== "string" || /^bus:/.test(name)) continue;
        args[name] = name in args ? [args[name] as WireValue, value].flat() : value; // cast: it is there
      }
    } else if (!isClick) {
      args["value"] = target.value ?? null; // an element whose content is edited has none
      args["checked"] = target.checked ?? null;
      const { key } = event as KeyboardEvent; // cast: others have none
      if (key) args["key"] = key;
    }
    live._push(
      EVENT,
      [parseInt(handler as string, 10), { ...args, ...JSON.parse(bound) }],
      (_, code) => isSubmit && live._free?.(element, code),
      element,
    );
  };
  const pass = (): void => (live._gate ? live._gate(element, event, go) : go());
  // What locks forms and empties them may still be on its way.
  if (isSubmit && !live._gate) live._need("more").then(pass);
  else pass();
};
