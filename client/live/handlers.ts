import type { WireValue } from "../../lib/wire/index.ts";

/** One event on its way to the server. */
export interface Fired {
  readonly _handler: number;
  readonly _args: { readonly [name: string]: WireValue };
  /** To be called once the server has handled it: empties the form that was sent, unless it was touched since. */
  _done: (() => unknown) | undefined;
}

/** Listens on a root for every kind of event a binding may name, until the signal. */
export const delegate = (root: Element, signal: AbortSignal, fire: (fired: Fired) => void): void => {
  for (const type of ["click", "submit", "input", "change"]) {
    root.addEventListener(type, (event) => onEvent(event, root, fire), { signal });
  }
};

const onEvent = (event: Event, root: Element, fire: (fired: Fired) => void): void => {
  const { type, target } = event as Event & { target: HTMLInputElement }; // cast: what bubbles to an element comes from one
  const click = event as MouseEvent; // cast: other events have no keys
  if (click.defaultPrevented || click.ctrlKey || click.metaKey || click.shiftKey) return;
  const isClick = type === "click";
  const isSubmit = type === "submit";
  const element = target.closest<HTMLFormElement>(
    isClick ? '[name="bus:click"]:not(:disabled)' : isSubmit ? '[action*="bus:submit="]' : `[bus-${type}]`,
  );
  if (!element || !root.contains(element)) return;
  let binding = element.getAttribute(isClick ? "value" : isSubmit ? "action" : `bus-${type}`);
  if (isSubmit) binding = new URL(`http://x/${binding}`).searchParams.get("bus:submit");
  if (isClick || isSubmit) event.preventDefault();
  const [handler, bound = "{}"] = (binding as string).split(/ (.*)/s); // cast: the selector asked for it
  const args: { [name: string]: WireValue } = { __proto__: null }; // visitors may name fields
  const text = isSubmit && textOf(element);
  if (element.elements) {
    for (const [name, value] of new FormData(element, (event as SubmitEvent).submitter)) {
      if (typeof value !== "string" || name.startsWith("bus:")) continue;
      args[name] = name in args ? [args[name] as WireValue, value].flat() : value; // cast: it is there
    }
  } else if (!isClick) {
    args["value"] = target.value ?? null; // an element whose content is edited has none
    args["checked"] = target.checked ?? null;
  }
  fire({
    _handler: Number(handler),
    _args: { ...args, ...JSON.parse(bound) },
    _done: text ? () => text === textOf(element) && HTMLFormElement.prototype.reset.call(element) : undefined,
  });
};

const textOf = (form: HTMLFormElement): string => {
  return JSON.stringify([...new FormData(form)]);
};
