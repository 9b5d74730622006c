// The load generator, in a process of its own.
import process from "node:process";
import { load, openConnections } from "./connections.mjs";

const kept = new Map();
const tasks = { load, kept: keptLoad, autocannon: autocannonLoad };

process.on("disconnect", () => process.exit());
process.on("message", async ({ task, ...options }) => process.send(await tasks[task](options)));
process.send({});

/** Over the connections this port was asked by before; without a time they are closed. */
async function keptLoad({ ms, ...options }) {
  const { port } = options;
  if (ms === undefined) {
    kept.get(port)?.close();
    kept.delete(port);
    return {};
  }
  if (!kept.has(port)) kept.set(port, await openConnections(options));
  return kept.get(port).run(ms);
}

/** As many requests as told by autocannon, to compare with. */
async function autocannonLoad({ port, requests: [request], connections, amount }) {
  const { default: autocannon } = await import("autocannon");
  const [cpu, start] = [process.cpuUsage(), process.hrtime.bigint()];
  const result = await autocannon({ url: `http://127.0.0.1:${port}${request.path}`, connections, amount });
  const { user, system } = process.cpuUsage(cpu);
  const ns = Number(process.hrtime.bigint() - start);
  return { count: result["2xx"], total: result["2xx"], ns, cpuNs: (user + system) * 1000 };
}
