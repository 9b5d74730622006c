// Times servers in short rounds, each in a process of its own, which is started anew several times.
import { ask, startWorker } from "../session.mjs";
import { assertAnswers } from "./check.mjs";
import { pin } from "./cores.mjs";

const SERVER = new URL("./server.mjs", import.meta.url);
/**
 * The engine's young generation, in MiB, as large as it becomes under load. It grows by what survives, in one process after 20,000 requests, in another after
 * 130,000, and is collected twice as often until then: what was timed was also how far it had come.
 */
const GROWN = ["--min-semi-space-size=16"];
const WARM_UP_MS = 400;
/** Until the engine has compiled what matters: on a machine that is shared a time alone may be too few requests. */
const WARM_UP_REQUESTS = 8_000;
const MOST_WARM_UPS = 4;

/**
 * One case. In each start every subject gets a new process, is checked, warmed up, and timed in turn, over connections that stay open: two
 * processes of one program differ by more than the rounds of one process do, so that many rounds of one process say little.
 * @returns For each subject its rounds: `{ start, perSecond, serverNs, serverShare, generatorShare }`.
 */
export async function measureServers(area, one, { names, starts, rounds, ms, loader, cores }) {
  const measured = names.map((name) => ({ name, rounds: [] }));
  for (let start = 0; start < Math.max(1, starts); start++) {
    const servers = [];
    try {
      for (const name of names) servers.push(await startServer(area, name, one));
      if (start === 0) console.error(`${one.name}: ${servers.length} subjects give the expected answers`);
      if (starts === 0) break;
      for (const { child } of cores === undefined ? [] : servers) pin(child.pid, cores.server);
      for (const server of servers) await warmUp(server, one, loader);
      for (let round = 0; round < rounds; round++) {
        for (const at of orderOf(servers.length, start + round))
          measured[at].rounds.push({ start, ...(await time(servers[at], one, ms, loader)) });
      }
      for (const { port } of servers) await loader.release(port);
    } finally {
      for (const { child } of servers) child.kill();
    }
  }
  return measured;
}

async function warmUp({ port }, one, loader) {
  let asked = 0;
  for (let i = 0; i < MOST_WARM_UPS && asked < WARM_UP_REQUESTS; i++) {
    asked += (await loader.load({ port, ms: WARM_UP_MS, requests: one.timed })).total;
  }
}

/** Starts a server and checks its answers. */
export async function startServer(area, name, one, counts = false) {
  const { file, make } = area.subjects[name];
  const server = { name, child: await startWorker(area, name, GROWN, SERVER) };
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
