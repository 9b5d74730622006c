import type { Content } from "../../lib/wire/index.ts";
import { type LiveSlot, parentOf } from "./slots.ts";
import type { More } from "./types.ts";

/**
 * What must not be disturbed: a form on its way to the server, until it has answered; what an input method composes in, until it has ended. What the
 * server writes there meanwhile waits.
 */
export const lock: More = (live, { _fill: fill }) => {
  const { _page: page, _root: root, _signal: signal } = live;
  /** What must not be disturbed; of a form what it sent. */
  const busy = new Map<Node, string | undefined>();
  const later = new Map<LiveSlot, Content>();
  const free = (node: Node, code?: string): void => {
    // Emptied once the server has handled it, unless it was touched since. What went wrong is still needed.
    const isOver = !code && busy.get(node) === textOf(node);
    busy.delete(node);
    for (const [slot, value] of [...later]) fill(page, slot, value);
    if (isOver && !(node as Element).querySelector("[aria-invalid=true]")) HTMLFormElement.prototype.reset.call(node); // cast: only of a form there is a text
  };
  page._later = later;
  page._wait = (slot, value) => {
    later.delete(slot);
    const waits = [...busy.keys()].some((node) => node.contains(parentOf(slot)));
    if (waits) later.set(slot, value);
    return waits;
  };
  const { _gate: gate } = live;
  live._gate = (element, event, go) => {
    const send = (): void => {
      if (event.type === "submit") {
        if (busy.has(element)) return; // it is on its way
        busy.set(element, textOf(element));
      }
      go();
    };
    gate?.(element, event, send); // that of events.ts
  };
  live._free = free;
  // casts: what one composes in is an element
  root.addEventListener("compositionstart", ({ target }) => busy.set(target as Node, undefined), { signal });
  root.addEventListener("compositionend", ({ target }) => free(target as Node), { signal });
};

/** What a form would send; of other elements nothing. */
const textOf = (node: Node): string | undefined =>
  node instanceof HTMLFormElement ? JSON.stringify([...new FormData(node)]) : "-";
