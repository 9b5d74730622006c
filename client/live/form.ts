import { keepDrafts } from "./drafts.ts";
import { hearMore } from "./events.ts";
import { readFields } from "./fields.ts";
import { lock } from "./lock.ts";
import type { LiveTemplate } from "./slots.ts";
import type { More } from "./types.ts";

/** Makes what forms and all events but clicks need, and loads what the page needs of the other scripts. */
export const createForm = (): More => {
  return (live, kit) => {
    const known = new Set<LiveTemplate>();
    const { _need: need } = live;
    const look = (): void => {
      for (const template of live._page._templates) {
        if (known.has(template)) continue;
        known.add(template);
        const text = `${template._markup} ${template._names}`;
        if (/bus-(nav|hook|latency)/.test(text)) need("nav");
        if (/bus-(upload|transition)/.test(text)) need("net");
        live._listen?.(text);
      }
    };
    const change = live._change;
    live._change = (act, isMount) =>
      change(() => {
        live._emit("update");
        act();
        look();
        live._emit("updated");
      }, isMount);
    for (const part of [hearMore, lock, readFields, keepDrafts]) part(live, kit);
    look();
  };
};
