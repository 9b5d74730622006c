/** @jsxImportSource busbar/html */
import type { Html } from "busbar/html";
import { component } from "busbar/live";
import { computed, signal } from "busbar/signals";

export interface Action {
  readonly Kind: string;
  readonly By: number;
}

export function reduce(state: number, action: Action): number {
  switch (action.Kind) {
    case "add":
      return state + action.By;
    case "reset":
      return 0;
    default:
      return state;
  }
}

export function Reduced(): Html {
  return component(Reduced, {}, (_props, { id, on }) => {
    const total = signal(0);
    const dispatch = (action: Action): void => total.set(reduce(total.get(), action));
    const fieldID = id();
    const late = computed(() => total.get());
    const isPending = false;
    const startTransition = (run: () => void): void => run();
    return () => (
      <div>
        <label for={fieldID}>Total</label>
        <input id={fieldID} value={total.get()} />
        <p>{late.get()} {isPending ? "wait" : "ready"}</p>
        <button {...on.click(() => dispatch({ Kind: "add", By: 2 }))}>Add</button>
        <button {...on.click(() => startTransition((): void => dispatch({ Kind: "reset", By: 0 })))}>
          Reset
        </button>
      </div>
    );
  });
}
