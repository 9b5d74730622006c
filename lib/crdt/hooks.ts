import type { Hooks } from "./model.ts";

/** Puts listeners behind those that are there. Returns their stop. */
export function listenTo(hooks: Hooks, listeners: Hooks): () => void {
  let isOn = true;
  for (const name of Object.keys(listeners) as (keyof Hooks)[]) chain(hooks, name, listeners, () => isOn); // cast: its keys are hooks
  return () => {
    isOn = false;
  };
}

function chain<Name extends keyof Hooks>(hooks: Hooks, name: Name, listeners: Hooks, isOn: () => boolean): void {
  const before = hooks[name] as ((...args: unknown[]) => void) | undefined; // casts: both are called with the same
  const next = listeners[name] as ((...args: unknown[]) => void) | undefined;
  hooks[name] = ((...args: unknown[]) => {
    before?.(...args);
    if (isOn()) next?.(...args);
  }) as Hooks[Name];
}
