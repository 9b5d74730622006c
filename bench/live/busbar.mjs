// The library as it is built. BUSBAR_DIST=<folder> takes another build.
import { readFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";

const dist = pathToFileURL(`${process.env.BUSBAR_DIST ?? new URL("../../dist", import.meta.url).pathname}/`).href;
const load = (name) => import(new URL(`${name}/index.js`, dist).href);

export const [app, html, live, signals, collections, wire, node, ws] = await Promise.all(
  [
    "lib/app",
    "lib/html",
    "lib/live",
    "lib/signals",
    "lib/signals/collections",
    "lib/wire",
    "adapters/node",
    "adapters/ws",
  ].map(load),
);
const LIVE = "busbar-live";
/** The browser's script of live views, and those that it loads when it needs them, by file name. */
export const clientScripts = new Map(
  ["", "-back", "-more", "-nav", "-net"].map((part) => {
    const file = `${LIVE}${part}.min.js`;
    return [file, readFileSync(new URL(`client/${file}`, dist), "utf8")];
  }),
);
export const CLIENT_SCRIPT = `${LIVE}.min.js`;
