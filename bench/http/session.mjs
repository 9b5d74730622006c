// Times servers in rounds, each in a process of its own.
import { ask, startWorker } from "../session.mjs";
import { assertAnswers } from "./check.mjs";
import { pin } from "./cores.mjs";

const SERVER = new URL("./server.mjs", import.meta.url);
const WARM_UP_MS = 800;

/**
 * One case: every subject is started and checked, then warmed up, then timed in turn.
 * @returns For each subject its rounds: `{ perSecond, serverNs, serverShare, generatorShare }`.
 */
export async function measureServers(area, one, { names, rounds, ms, loader, cores }) {
  const servers = [];
  try {
    for (const name of names) servers.push(await startServer(area, name, one));
    console.error(`${one.name}: ${servers.length} subjects give the expected answers`);
    for (const { child } of cores === undefined ? [] : servers) pin(child.pid, cores.server);
    for (const { port } of rounds > 0 ? servers : []) await loader.load({ port, ms: WARM_UP_MS, requests: one.timed });
    for (let round = 0; round < rounds; round++) {
      for (const at of orderOf(servers.length, round))
        servers[at].rounds.push(await time(servers[at], one, ms, loader));
    }
    return servers.map(({ name, rounds: measured }) => ({ name, rounds: measured }));
  } finally {
    for (const { child } of servers) child.kill();
  }
}

/** Starts a server and checks its answers. */
export async function startServer(area, name, one, counts = false) {
  const { file, make } = area.subjects[name];
  const server = { name, rounds: [], child: await startWorker(area, name, [], SERVER) };
  try {
    const { port } = await ask(server, { task: "listen", file, make, caseName: one.name, counts });
    await assertAnswers(port, one);
    return { ...server, port };
  } catch (error) {
    server.child.kill();
    throw new Error(`${name}, ${one.name}: ${error.message}`, { cause: error });
  }
}

/** Turned by one each round, and every other round backwards: neighbours stay neighbours, and nobody is always first. */
export function orderOf(count, round) {
  const order = Array.from({ length: count }, (_, i) => (i + round) % count);
  return round % 2 === 0 ? order : order.reverse();
}

async function time(server, one, ms, loader) {
  const before = await ask(server, { task: "usage" });
  const { count, ns, total, cpuNs } = await loader.load({ port: server.port, requests: one.timed, ms });
  const after = await ask(server, { task: "usage" });
  const serverNs = ((after.user - before.user + after.system - before.system) * 1000) / total;
  return {
    perSecond: (count / ns) * 1e9,
    serverNs,
    serverShare: (serverNs * count) / ns,
    generatorShare: cpuNs === undefined ? undefined : cpuNs / ns,
  };
}
