// The generator in use: wrk where it is installed, else our own, in a process of its own.
import { ask, startWorker } from "../../session.mjs";
import { pin } from "../cores.mjs";
import { hasWrk, wrkLoad } from "./wrk.mjs";

export const CONNECTIONS = 50;
const WORKER = new URL("./worker.mjs", import.meta.url);

/** Starts the generator; `stop` ends its process. */
export async function startLoader(area, cores) {
  const name = (await hasWrk()) ? "wrk" : "bench/http/load";
  const worker = { name: "load generator", child: await startWorker(area, "load generator", [], WORKER) };
  if (cores !== undefined) pin(worker.child.pid, cores.generator);
  const core = cores?.generator;
  const own = (task, options) => ask(worker, { task, connections: CONNECTIONS, ...options });
  const kept = { load: (options) => own("kept", options), release: (port) => own("kept", { port }) };
  const wrk = { load: (options) => wrkLoad({ connections: CONNECTIONS, core, ...options }), release: () => {} };
  return {
    name,
    /** `load` asks, `release` lets go of a server's connections, which stay open until then. */
    ...(name === "wrk" ? wrk : kept),
    kept,
    /** Over connections that are opened and closed for it. */
    own: (options) => own("load", options),
    autocannon: (options) => own("autocannon", options),
    stop: () => worker.child.kill(),
  };
}
