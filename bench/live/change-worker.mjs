// One kind of page with one number of rows, in a process of its own: first equal answers, then the time from the bytes of an event to the bytes of its patch.
import assert from "node:assert/strict";
import process from "node:process";
import { now } from "../signals/clock.mjs";
import { wire } from "./busbar.mjs";
import { frameOf, serve } from "./join.mjs";
import { applyTo, modelOf, textsIn } from "./oracle.mjs";
import { ACTIONS, apply, pageOf, rowOf, textsOf } from "./rows.mjs";
import { handlerOf, viewOf } from "./view.mjs";

const { ACK, EVENT, MOUNT, PATCH, encodeLiveFrame } = wire;
const STEP = 7919; // a prime: changes are all over the list
const CHECKS = 3;

/** The events of a case: at each call the next one's handler and arguments. */
const CASES = {
  "a text in a row": (rows) => (turn) => ["set", { at: (turn * STEP) % rows, value: -turn }], // never what was there
  "the counter": () => () => ["add", null],
  "a row in, a row out": (rows) => (turn) =>
    turn % 2 === 1 ? ["put", { at: rows >> 1, id: rows + turn }] : ["cut", { at: rows >> 1 }],
};
export const CASE_NAMES = Object.keys(CASES);

/** Every action, and those that are timed, against what the data say. Wrong answers are never timed. */
export async function assertAnswers(kind, count) {
  const server = serve(viewOf(kind, count));
  const client = await server.join(true);
  assert.equal(client.first[0], MOUNT);
  const model = modelOf(client.first[4]);
  const page = pageOf(count);
  const state = { ref: 0, seq: client.first[2] };
  const check = (what) => assert.deepEqual(textsIn(model), textsOf(page), `${kind}, ${count} rows, ${what}`);
  check("mount");
  const tell = async (name, args) => {
    const frame = frameOf(await told(client, eventOf(state, name, args)));
    if (frame[0] === ACK) return assert.equal(frame[1], state.ref);
    assert.deepEqual(frame.slice(0, 3), [PATCH, state.seq + 1, state.ref]);
    state.seq++;
    applyTo(model, frame.slice(3));
  };
  for (let round = 0; round < CHECKS; round++) {
    for (const { name, plan } of ACTIONS) {
      await tell(name, null);
      apply(page, plan(page));
      check(name);
    }
  }
  for (let turn = 1; turn <= CHECKS * 2; turn++) {
    const [at, value] = [(turn * STEP) % count, turn];
    // a collection takes the row's key, plain data its place
    const place = kind === "plain" ? at : page.rows.findIndex(({ id }) => id === at);
    if (place < 0) continue; // taken out above
    await tell("set", { at, value });
    page.rows[place] = { ...page.rows[place], value };
    check("set");
    const middle = page.rows.length >> 1;
    await tell("put", { at: middle, id: page.next });
    page.rows.splice(middle, 0, rowOf(page.next++));
    check("put");
    await tell("cut", { at: middle });
    page.rows.splice(middle, 1);
    check("cut");
  }
  server.close();
}

/** Makes the subject of a case; `round(events)` gives the nanoseconds of one event. */
export async function createSubject(kind, count, caseName) {
  const server = serve(viewOf(kind, count));
  const client = await server.join();
  const next = CASES[caseName](count);
  const state = { ref: 0, seq: 0 };
  return {
    async round(events) {
      const frames = packed(Array.from({ length: events }, () => eventOf(state, ...next(state.ref + 1), state.seq++)));
      const start = now();
      for (let at = 0; at < events; at++) await told(client, frames.at(at));
      const ns = (now() - start) / events;
      const [kindOfFrame, , ref] = frameOf(client.last);
      if (kindOfFrame !== PATCH || ref !== state.ref) throw new Error("no patch");
      return { ns, bytes: client.last.length };
    },
    close: server.close,
  };
}

/**
 * Frames in one piece of memory, each read out as a view, as of a socket's buffer. Thousands of arrays that wait for their turn would be copied by the
 * collector again and again, which took half of its time: frames of a socket are gone before it comes.
 */
function packed(frames) {
  const ends = [];
  for (const { length } of frames) ends.push((ends.at(-1) ?? 0) + length);
  const bytes = new Uint8Array(ends.at(-1));
  for (const [at, frame] of frames.entries()) bytes.set(frame, ends[at] - frame.length);
  return { at: (at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], ends[at]) };
}

/** What the bench itself and a turn of microtasks take: a channel that answers with the same bytes. */
export async function floorRound(events) {
  const answer = new Uint8Array(20);
  const frames = packed(new Array(events).fill(answer));
  const client = { onFrame: () => {}, receive: () => queueMicrotask(() => client.onFrame(answer)) };
  const start = now();
  for (let at = 0; at < events; at++) await told(client, frames.at(at));
  return (now() - start) / events;
}

function eventOf(state, name, args, seq = state.seq) {
  return encodeLiveFrame([EVENT, ++state.ref, seq, handlerOf(name), args]);
}

function told(client, frame) {
  return new Promise((done, fail) => {
    client.onEnd = fail; // an answer that does not come would be waited for
    client.onFrame = done;
    client.receive(frame);
  });
}

if (process.send !== undefined) {
  const [kind, count, caseName] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
  if (kind === "floor") process.on("message", ({ events }) => floorRound(events).then((ns) => process.send({ ns })));
  else {
    await assertAnswers(kind, Math.min(count, Number(process.argv[5])));
    const subject = await createSubject(kind, count, caseName);
    process.on("message", ({ events }) => subject.round(events).then((answer) => process.send(answer)));
  }
  process.on("disconnect", () => process.exit());
  process.send({});
}
