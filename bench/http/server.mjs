// One server in a process of its own: listens on loopback, tells its port, and what processor time it has taken.
import { once } from "node:events";
import process from "node:process";

const HOST = "127.0.0.1";
const KEEP_ALIVE_MS = 60_000;
let requests = 0;

process.on("disconnect", () => process.exit());
process.on("message", async ({ task, file, make, caseName, counts }) => {
  if (task === "usage") return process.send({ ...process.cpuUsage(), requests });
  const { servers } = await import(new URL(`./servers/${file}`, import.meta.url).href);
  const server = await servers[make](caseName);
  server.keepAliveTimeout = KEEP_ALIVE_MS; // the connections wait while the others have their turn
  if (counts) server.prependListener("request", () => requests++);
  server.listen(0, HOST);
  await once(server, "listening");
  process.send({ port: server.address().port });
});
process.send({});
