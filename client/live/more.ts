import { EVENT } from "../../lib/wire/index.ts";
import { hearMore } from "./events.ts";
import { lock } from "./lock.ts";
import { applyMore } from "./operations.ts";
import { pinRows } from "./pins.ts";
import type { LiveTemplate } from "./slots.ts";
import type { More, Script } from "./types.ts";

/** Operations on streams, and lists that are some. */
const STREAMS = /\[(-4|10),/;

/** Makes what patches and forms need beyond the usual, and loads what the page needs of the other scripts. */
export const createMore = (): More => {
  const loaded = new Map<Script, Promise<More>>();
  return (live, kit) => {
    const known = new Set<LiveTemplate | Script>();
    const need = async (name: Script): Promise<boolean> => {
      if (!loaded.has(name))
        loaded.set(
          name,
          kit._load(name).then((create) => create()),
        );
      try {
        const start = (await loaded.get(name)) as More; // cast: it was put there
        if (!known.has(name)) start(live, kit);
        known.add(name);
        return true;
      } catch {
        return !loaded.delete(name); // perhaps the next time
      }
    };
    live._need = need;
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
    live._change = (act) =>
      change(() => {
        live._emit("update");
        act();
        look();
        live._emit("updated");
      });
    live._before = async (frame, epoch) => {
      if (epoch && (frame[0] as number) < EVENT) await need("nav"); // it keeps what was typed
      if (STREAMS.test(JSON.stringify(frame))) await need("net");
    };
    live._command = async (name, args) => {
      if (await need("net")) live._command?.(name, args);
    };
    live._switch = async () => {
      if (await need("net")) live._switch?.();
    };
    for (const part of [applyMore, pinRows, hearMore, lock]) part(live, kit);
    look();
  };
};
