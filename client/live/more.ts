import { hearMore } from "./events.ts";
import { lock } from "./lock.ts";
import { applyMore } from "./operations.ts";
import type { LiveTemplate } from "./slots.ts";
import type { More } from "./types.ts";

/** Operations on streams, and lists that are some. */
const STREAMS = /\[(-4|10),/;

/** Makes what patches and forms need beyond the usual, and loads what the page needs of the other scripts. */
export const createMore = (): More => {
  return (live, kit) => {
    const known = new Set<LiveTemplate>();
    const { _need: need } = live;
    const look = (): void => {
      for (const template of live._page._templates) {
        if (known.has(template)) continue;
        known.add(template);
        const text = `${template._markup} ${template._names}`;
        if (/bus-(nav|hook)/.test(text)) need("nav");
        if (/bus-(upload|transition|latency)/.test(text)) need("net");
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
    live._before = async (frame) => STREAMS.test(JSON.stringify(frame)) && need("net");
    live._command = async (name, args) => {
      if (await need("net")) live._command?.(name, args);
    };
    for (const part of [applyMore, hearMore, lock]) part(live, kit);
    look();
  };
};
