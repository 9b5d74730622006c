// The library as it is built. BUSBAR_DIST=<folder> takes another build.
import process from "node:process";
import { pathToFileURL } from "node:url";

const dist = pathToFileURL(`${process.env.BUSBAR_DIST ?? new URL("../../dist", import.meta.url).pathname}/`).href;
const load = (name) => import(new URL(`${name}/index.js`, dist).href);

export const [app, crdt, level, node, redis, sync, ws] = await Promise.all(
  ["lib/app", "lib/crdt", "adapters/level", "adapters/node", "adapters/redis", "lib/sync", "adapters/ws"].map(load),
);
