// The load generator, in a process of its own.
import process from "node:process";
import { load } from "./connections.mjs";

process.on("disconnect", () => process.exit());
process.on("message", async ({ task, ...options }) => {
  process.send(task === "autocannon" ? await autocannonLoad(options) : await load(options));
});
process.send({});

/** As many requests as told by autocannon, to compare with. */
async function autocannonLoad({ port, requests: [request], connections, amount }) {
  const { default: autocannon } = await import("autocannon");
  const [cpu, start] = [process.cpuUsage(), process.hrtime.bigint()];
  const result = await autocannon({ url: `http://127.0.0.1:${port}${request.path}`, connections, amount });
  const { user, system } = process.cpuUsage(cpu);
  const ns = Number(process.hrtime.bigint() - start);
  return { count: result["2xx"], total: result["2xx"], ns, cpuNs: (user + system) * 1000 };
}
