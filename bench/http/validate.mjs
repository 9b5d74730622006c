// Whether the generator counts right: the server counts too. And what asking costs it, next to autocannon.
import assert from "node:assert/strict";
import { ask } from "../session.mjs";
import { CASES } from "./cases.mjs";
import { pin } from "./cores.mjs";
import { NAMES } from "./names.mjs";
import { startServer } from "./session.mjs";

const CASE = "hello text";
const MS = 1000;
const AMOUNT = 20_000;

/** Both generators on one server. @throws when a count is not the server's. */
export async function validateGenerator(area, { loader, cores }) {
  const one = { name: CASE, ...CASES[CASE]() };
  const server = await startServer(area, NAMES.bare, one, true);
  try {
    if (cores !== undefined) pin(server.child.pid, cores.server);
    const options = { port: server.port, requests: one.timed, ms: MS };
    await loader.own(options);
    const own = await counted(server, () => loader.own(options));
    const other = await counted(server, () => loader.autocannon({ ...options, amount: AMOUNT }));
    return [
      { name: "bench/http/load", ...own },
      { name: "autocannon", ...other },
    ];
  } finally {
    server.child.kill();
  }
}

async function counted(server, run) {
  const before = await ask(server, { task: "usage" });
  const { count, total, ns, cpuNs } = await run();
  const after = await ask(server, { task: "usage" });
  const seen = after.requests - before.requests;
  assert.equal(total, seen, "the generator and the server count differently");
  return { total, seen, perSecond: (count / ns) * 1e9, generatorNs: cpuNs / count };
}
