// Times the shapes: one process for each library and family of shapes, which are started anew several times, as what an engine makes of the same
// code differs from one process to the next. In each, every shape is checked and warmed up, then timed in rounds, one library after the other.
import { ask, startWorker } from "../session.mjs";
import { answersOf, faultIn } from "./check.mjs";
import { oracle } from "./oracle.mjs";
import { FAMILIES } from "./shapes/index.mjs";

const SETS = 3;

/**
 * Families with their shapes, and for each subject its samples in nanoseconds per step.
 * @param options - `names` of subjects; `rounds`, 0 to check only; `wants(text)` tells whether a shape was asked for.
 */
export async function measureCore(area, { names, rounds, wants }) {
  const measured = [];
  for (const family of FAMILIES) {
    const shapes = family.shapes.filter(({ name }) => wants(`${family.name}: ${name}`));
    if (shapes.length === 0) continue;
    const results = shapes.map((shape) => ({
      name: shape.name,
      shape,
      expected: answersOf(shape, oracle),
      subjects: names.map((name) => ({ name, samples: [] })),
    }));
    const sets = Math.max(1, Math.min(SETS, rounds));
    for (let set = 0; set < sets; set++) {
      const share = Math.floor(((set + 1) * rounds) / sets) - Math.floor((set * rounds) / sets);
      await runSet(area, family.name, rotated(results, Math.floor((set * results.length) / sets)), share, set);
    }
    measured.push({ name: family.name, shapes: results.map(({ shape, expected, ...result }) => result) });
  }
  return measured;
}

async function runSet(area, family, results, rounds, set) {
  const names = results[0].subjects
    .map(({ name }) => name)
    .filter((name) => area.subjects[name].cannot?.[family] === undefined);
  const workers = [];
  try {
    await Promise.all(names.map(async (name) => workers.push({ name, child: await startWorker(area, name, []) })));
    workers.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
    for (const result of results) {
      if (set === 0) await checkAll(area, workers, result);
      if (rounds > 0) await timeInTurn(workers, result, rounds, set);
    }
  } finally {
    for (const { child } of workers) child.kill();
  }
}

async function checkAll(area, workers, { name, expected }) {
  for (const worker of workers) {
    const { answers } = await asked(worker, { task: "answers", shape: name });
    const fault = faultIn(answers, expected, area.subjects[worker.name].moreRuns !== undefined);
    if (fault !== undefined) throw new Error(`${worker.name}, ${name}: ${fault}; nothing is written`);
  }
  console.error(`${name}: ${workers.length} subjects give the expected sums and runs`);
}

async function timeInTurn(workers, { name, subjects }, rounds, set) {
  for (const worker of workers) await asked(worker, { task: "start", shape: name });
  for (let round = 0; round < rounds; round++) {
    for (const worker of rotated(workers, (round + set) % workers.length)) {
      const { ns } = await asked(worker, { task: "round" });
      subjects.find((subject) => subject.name === worker.name).samples.push(ns);
    }
  }
  for (const worker of workers) await asked(worker, { task: "stop" });
}

async function asked(worker, message) {
  const answer = await ask(worker, message);
  const problem = answer.error ?? answer.cannotBuild;
  if (problem !== undefined) throw new Error(`${worker.name}, ${message.shape ?? message.task}: ${problem}`);
  return answer;
}

function rotated(list, by) {
  return [...list.slice(by), ...list.slice(0, by)];
}
