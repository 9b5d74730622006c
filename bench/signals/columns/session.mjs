// Columns: making them, asking them, and asking again after one cell has changed.
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ask, startWorker } from "../../session.mjs";
import { CASES, SIZES } from "./cases.mjs";
import { SUBJECTS } from "./names.mjs";

const WORKER = new URL("./worker.mjs", import.meta.url);
const CONVERSIONS = 5;
const FEW_ROUNDS = 8; // for one that takes a long time; six are the fewest that give an interval
const LONG_NS = 80e6;
const INSTALL_MS = 240_000;

/** For each size: subjects, each with samples in nanoseconds per case, of converting, and of a changed cell; or with the reason why not. */
export async function measureColumns(rounds) {
  const missing = installPeers();
  const measured = [];
  for (const rows of rounds > 0 ? SIZES : SIZES.slice(0, 1)) measured.push(await measureSize(rows, rounds, missing));
  return measured;
}

/** Engines that are too heavy to be a dependency of the project; where one does not install, it is left out. */
function installPeers() {
  const missing = new Map();
  for (const { install } of Object.values(SUBJECTS)) {
    if (install === undefined) continue;
    try {
      const cwd = fileURLToPath(new URL(`../peers/${install}/`, import.meta.url));
      if (isInstalled(cwd)) continue;
      const options = { cwd, stdio: ["ignore", "ignore", "pipe"], timeout: INSTALL_MS };
      execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], options);
    } catch {
      missing.set(install, "not installed: `npm ci` failed");
    }
  }
  return missing;
}

function isInstalled(folder) {
  const [installed, locked] = ["node_modules/.package-lock.json", "package-lock.json"].map((file) => folder + file);
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(locked).mtimeMs;
}

async function measureSize(rows, rounds, missing) {
  const workers = [];
  try {
    for (const [name, { install }] of Object.entries(SUBJECTS)) {
      const worker = { name, samples: {}, converting: [], changing: [], cannot: missing.get(install) };
      workers.push(worker);
      if (worker.cannot === undefined) await load(worker, rows, install !== undefined);
    }
    const running = workers.filter(({ cannot }) => cannot === undefined);
    console.error(`columns, ${rows} rows: ${running.length} of ${workers.length} subjects give the expected answers`);
    if (rounds > 0) await timeAll(running, rounds);
    return { rows, subjects: workers.map(({ child, rounds: _, ...result }) => result) };
  } finally {
    for (const { child } of workers) child?.kill();
  }
}

/** One that came by itself must work; one that was installed may lack something of the machine. */
async function load(worker, rows, mayFail) {
  worker.child = await startWorker({ name: "columns", subjects: SUBJECTS }, worker.name, [], WORKER);
  try {
    const { changes } = await asked(worker, { task: "load", rows });
    worker.changes = changes;
  } catch (error) {
    if (!mayFail || !/Cannot find module|ERR_DLOPEN|GLIBC/.test(error.message)) throw error;
    worker.cannot = "not installed: it does not load here";
  }
}

async function timeAll(workers, rounds) {
  for (const { name } of CASES) {
    for (const worker of workers) {
      worker.samples[name] = [];
      const { ns } = await asked(worker, { task: "warm", name });
      worker.rounds = ns > LONG_NS ? Math.min(rounds, FEW_ROUNDS) : rounds;
    }
    await inTurn(workers, rounds, async (worker) => {
      const samples = worker.samples[name];
      const first = samples.length * 7; // another start each time, the same for all
      if (samples.length < worker.rounds) samples.push((await asked(worker, { task: "round", name, first })).ns);
    });
  }
  const changing = workers.filter(({ changes }) => changes);
  for (const worker of changing) await asked(worker, { task: "change" });
  await inTurn(changing, rounds, async (worker) => {
    worker.changing.push((await asked(worker, { task: "change" })).ns);
  });
  await inTurn(workers, Math.min(CONVERSIONS, rounds), async (worker) => {
    worker.converting.push((await asked(worker, { task: "convert" })).ns);
  });
}

async function inTurn(workers, rounds, run) {
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < workers.length; turn++) await run(workers[(turn + round) % workers.length]);
  }
}

async function asked(worker, message) {
  const answer = await ask(worker, message);
  const problem = answer.error ?? answer.cannotBuild;
  if (problem !== undefined) throw new Error(`${worker.name}, ${message.name ?? message.task}: ${problem}`);
  return answer;
}
