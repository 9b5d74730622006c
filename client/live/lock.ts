import type { Content } from "../../lib/wire/index.ts";
import { type LiveSlot, parentOf } from "./slots.ts";
import type { More } from "./types.ts";

/**
 * What must not be disturbed: a form on its way to the server, until it has answered; what an input method composes in, until it has ended. What the
 * server writes there meanwhile waits.
 */
export const lock: More = (live, { _fill: fill }) => {
  const { _page: page, _root: root, _signal: signal } = live;
  const busy = new Set<Node>();
  const later = new Map<LiveSlot, Content>();
  const free = (node: Node): void => {
    busy.delete(node);
    for (const [slot, value] of [...later]) fill(page, slot, value);
  };
  page._later = later;
  page._wait = (slot, value) => {
    later.delete(slot);
    const waits = [...busy].some((node) => node.contains(parentOf(slot)));
    if (waits) later.set(slot, value);
    return waits;
  };
  const { _gate: gate } = live;
  live._gate = (element, event, go) => {
    const send = (): void => {
      if (event.type === "submit") {
        if (busy.has(element)) return; // it is on its way
        busy.add(element);
      }
      go();
    };
    gate?.(element, event, send); // that of events.ts
  };
  live._free = free;
  // casts: what one composes in is an element
  root.addEventListener("compositionstart", ({ target }) => busy.add(target as Node), { signal });
  root.addEventListener("compositionend", ({ target }) => free(target as Node), { signal });
};
