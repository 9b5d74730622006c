import type { Hooks } from "./model.ts";

type Listener = (...args: unknown[]) => void;

interface Chain extends Listener {
  listeners: readonly Listener[];
}

/** Puts listeners behind those that are there. Returns their stop. */
export function listenTo(hooks: Hooks, listeners: Hooks): () => void {
  const names = Object.keys(listeners) as (keyof Hooks)[]; // cast: its keys are hooks
  const stops = names.map((name) => join(hooks, name, listeners[name] as Listener)); // cast: a hook's arguments are its listeners'
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

/** A hook that nobody listens to is undefined: nothing is made for it then. */
function join(hooks: Hooks, name: keyof Hooks, own: Listener): () => void {
  const chain = (hooks[name] as Chain | undefined) ?? createChain(); // cast: nobody else sets hooks
  hooks[name] = chain;
  chain.listeners = [...chain.listeners, own];
  return () => {
    chain.listeners = chain.listeners.filter((other) => other !== own);
    if (chain.listeners.length === 0) hooks[name] = undefined;
  };
}

function createChain(): Chain {
  const chain: Chain = (...args) => {
    for (const listener of chain.listeners) listener(...args);
  };
  chain.listeners = [];
  return chain;
}
