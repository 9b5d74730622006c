// The classic script: no module, so what it loads comes by a tag beside its own, with the same nonce, and says so on the object both know.
import { doc, trust } from "./slots.ts";
import { startRoots } from "./start.ts";
import type { Load, More, Script } from "./types.ts";

declare global {
  var busbarLive: { startLive(node: ParentNode): () => void } & Partial<Record<Script, () => More>>;
}

/** Its own tag. Its `data-more` and so on: address and integrity of the other scripts. cast: it is a classic script */
const tag = doc.currentScript as HTMLScriptElement;

const load: Load = (name) =>
  new Promise((onload, onerror) => {
    const [src, integrity = ""] = (tag.dataset[name] ?? tag.src.replace("-live", `-live-${name}`)).split(" ");
    const script = {
      src: trust(src as string, "createScriptURL"), // cast: it is never empty
      integrity,
      nonce: tag.nonce,
      onload,
      onerror,
    };
    doc.head.append(Object.assign(doc.createElement("script"), script));
  }).then(() => (busbarLive[name] as () => More)()); // cast: it has set it

const startLive = startRoots(load);
self.busbarLive = { startLive };

// "loading", not "interactive" nor "complete"
if (/g/.test(doc.readyState)) addEventListener("DOMContentLoaded", () => startLive(doc));
else startLive(doc);
