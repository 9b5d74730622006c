// Runs in the page: applies one patch, times its script and the layout that follows, and takes it back.
import { createClock } from "/client/page/clock.mjs";
import { textsOf, variantOf } from "/live/rows.mjs";
import { makeSubject } from "./subjects.mjs";

const PATIENCE_MS = 20_000;
const NOT_FOUND = -1;

const { name, rows, adopt } = JSON.parse(document.getElementById("bench-case").textContent);
const clock = await createClock();
const subject = await makeSubject(name, rows, adopt === undefined ? undefined : bytesOf(adopt));

globalThis.bench = { rounds, assertShows };

/** A round of each of some patches: `[patch, turn, frames]`. */
async function rounds(list) {
  const results = [];
  for (const one of list) results.push(await round(...one));
  return results;
}

/**
 * One patch and its undoing.
 * @param frames - The patch and what undoes it, for the subject that takes frames.
 * @returns Milliseconds of script, and of style and layout after it.
 */
async function round(patch, turn, frames) {
  const [there, back] = frames.map(bytesOf);
  const act = subject.prepare(variantOf(rows, patch, turn), there);
  const undo = subject.prepare(variantOf(rows, "base", 0), back);
  await clock.nextFrame();
  clock.take();
  let syncMs = 0;
  clock.timed(() => {
    const before = performance.now();
    act();
    syncMs = performance.now() - before;
  });
  // Microtasks only: in a task of its own the browser may lay out before the clock looks.
  while (clock.isRunning()) await clock.settled();
  const start = performance.now();
  document.body.getBoundingClientRect(); // what was put off is laid out now
  const layoutMs = performance.now() - start;
  await clock.nextFrame();
  await done();
  // What the clock takes off for itself is more than some patches take; beyond them it counts what came later.
  const scriptMs = Math.max(syncMs, clock.take());
  undo();
  await done();
  document.body.getBoundingClientRect();
  return { scriptMs, layoutMs };
}

/** Throws when a patch does not leave what the data say, or its undoing does not leave the page as it was. */
async function assertShows(patch, turn, frames = []) {
  const [there, back] = frames.map(bytesOf);
  subject.prepare(variantOf(rows, patch, turn), there)();
  await done();
  await assertTexts(patch, variantOf(rows, patch, turn));
  subject.prepare(variantOf(rows, "base", 0), back)();
  await done();
  await assertTexts(`${patch}, undone`, variantOf(rows, "base", 0));
}

/** Waits a while: what a subject loads when it first needs it is loaded here, before anything is timed. */
async function assertTexts(what, page) {
  const expected = textsOf(page);
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
    const at = wrongText(expected);
    if (at === undefined) return;
    await new Promise((again) => setTimeout(again, 20));
  }
  const [at, actual] = wrongText(expected) ?? [];
  if (at !== undefined) throw new Error(`${what}: text ${at} is "${actual}" in place of "${expected[at]}"`);
}

function wrongText(expected) {
  const actual = [
    document.querySelector("p").textContent,
    ...Array.from(document.querySelectorAll("tbody tr"), (row) =>
      Array.from(row.cells, (cell) => cell.textContent).join("|"),
    ),
  ];
  const at = expected.findIndex((text, i) => text !== actual[i]);
  if (at !== NOT_FOUND) return [at, actual[at]];
  return actual.length === expected.length ? undefined : [expected.length, actual[expected.length]];
}

async function done() {
  const end = performance.now() + PATIENCE_MS;
  do {
    await clock.nextTask();
    if (performance.now() > end) throw new Error("it never ended");
  } while (clock.isRunning());
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
