// Times the cases of a part: one process for each subject, started anew several times, as what an engine makes of the same code differs from one
// process to the next. In each, the answer is compared and the loop warmed up; then rounds, one subject after the other, while the others sleep.
import { ask, startWorker } from "../session.mjs";
import { createSubject } from "./subject.mjs";

const WORKER = new URL("./worker.mjs", import.meta.url);
const SETS = 3;

/** A case with the samples of its subjects, in nanoseconds per operation. */
export async function runCase(part, one, { rounds, names }) {
  const { subjects: urls, times = 1, ...rest } = one;
  const subjects = Object.keys(urls)
    .filter((name) => names.includes(name))
    .map((name) => ({ name, url: String(urls[name]), samples: [] }));
  const sets = Math.min(SETS, rounds) * times;
  if (sets === 0) await checkHere(part, one, subjects);
  for (let set = 0; set < sets; set++) {
    const share = Math.floor(((set + 1) * rounds * times) / sets) - Math.floor((set * rounds * times) / sets);
    await runSet(part, one, subjects, { share, set, last: set === sets - 1 });
  }
  return { ...rest, subjects: subjects.map(({ url, ...result }) => result) };
}

/** Answers only, without processes: quick. */
async function checkHere(part, one, subjects) {
  const answers = [];
  for (const { name, url } of subjects) {
    const subject = await createSubject(url, one.name);
    await subject.check();
    await subject.stop();
    answers.push({ name, answer: subject.answer });
  }
  assertEqual(part, one, answers);
}

async function runSet(part, one, subjects, { share, set, last }) {
  const workers = [];
  try {
    await Promise.all(subjects.map(async (subject) => workers.push(await startSubject(subject))));
    workers.sort((a, b) => subjects.indexOf(a.subject) - subjects.indexOf(b.subject));
    for (const worker of workers) {
      const { answer, bytes } = await asked(worker, { task: "start", url: worker.subject.url, caseName: one.name });
      worker.answer = answer;
      worker.subject.bytes = bytes;
    }
    assertEqual(part, one, workers);
    for (const { child } of workers) child.kill("SIGSTOP");
    for (const worker of workers) await alone(worker, { task: "warmUp" });
    for (let round = 0; round < share; round++) {
      for (let turn = 0; turn < workers.length; turn++) {
        const worker = workers[(turn + round + set) % workers.length];
        worker.subject.samples.push((await alone(worker, { task: "round" })).ns);
      }
    }
    for (const worker of workers) {
      if (last && one.allocates) worker.subject.allocated = (await alone(worker, { task: "allocated" })).allocated;
      await alone(worker, { task: "stop" });
    }
  } finally {
    for (const { child } of workers) child.kill("SIGKILL"); // a process that sleeps hears nothing else
  }
}

async function startSubject(subject) {
  const child = await startWorker({ name: "internals", subjects: {} }, subject.name, [], WORKER);
  return { name: subject.name, subject, child };
}

/** Throws when answers differ: wrong answers are never timed. */
export function assertEqual(part, one, answers) {
  const [first, ...others] = answers;
  const other = others.find(({ answer }) => answer !== first.answer);
  if (other === undefined) return;
  const where = `${part.name}, ${one.name}`;
  const [a, b] = [first, other].map(({ name, answer }) => `${name} says ${answer.slice(0, 200)}`);
  throw new Error(`${where}: ${a}, but ${b}; nothing is written`);
}

/** Asks one while the others sleep: some have threads that spin when there is nothing to do. */
async function alone(worker, message) {
  worker.child.kill("SIGCONT");
  const answer = await asked(worker, message);
  worker.child.kill("SIGSTOP");
  return answer;
}

async function asked(worker, message) {
  const answer = await ask(worker, message);
  const problem = answer.error ?? answer.cannotBuild;
  if (problem !== undefined) throw new Error(`${worker.name}, ${message.caseName ?? message.task}: ${problem}`);
  return answer;
}
