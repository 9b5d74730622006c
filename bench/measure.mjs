// What is measured, and how. An area provides:
//   input(table, kind)         everything a case needs, made the same way every time
//   received(input)            the same, after it came from another process
//   copy(input, number)        the same with other names, for a second table beside the first
//   requests(input)            the operations, each with the answer it must have
//   build(subject, input)      the subject, filled
//   answer(subject, built, request)   one answer in the area's common form, for comparing
//   fresh(requests, count)     arguments never used before
//   inOrder(requests, start, count)   the same, from one request on
//   loop(built, arguments)     the measured loop; returns a number made from the answers
//   emptyLoop(arguments)       the same loop without the subject, to be subtracted
import assert from "node:assert/strict";
import process from "node:process";

const CHECK_NS = 10e9;
const CHECK_STEP = 7919; // a prime: every request is asked once before one is asked again
const BATCH = 1024;
const MIN_BATCH = 64;
const LONG_BATCH_NS = 20e6;
const ROUND_NS = 12e6;
const WARM_UP_NS = 300e6;
const EMPTY_EVERY = 4;

/**
 * Throws when a subject gives one wrong answer: wrong answers are never timed. A subject that takes milliseconds for
 * one is asked as much as there is time for, from all over the table.
 */
export function assertEqualAnswers(area, subject, input) {
  const built = area.build(subject, input);
  const requests = area.requests(input);
  const start = process.hrtime.bigint();
  for (let i = 0; i < requests.length && process.hrtime.bigint() - start < CHECK_NS; i++) {
    const request = requests[(i * CHECK_STEP) % requests.length];
    const actual = area.answer(subject, built, request);
    assert.deepEqual(actual, request.expected, `wrong answer for ${JSON.stringify(request.name)}`);
  }
}

export function createTimer(area, subject, input) {
  const built = area.build(subject, input);
  const requests = area.requests(input);
  let size = MIN_BATCH;
  let sink = 0;

  // Every string is new and flat, as it would be from a socket: strings used twice keep their hash, and literals are
  // interned. They are made outside the clock; what reading them costs is measured by the empty loop and subtracted.
  // Medians over the batches of a round, because a batch is short: one that the machine interrupts stands out alone.
  function runFor(budgetNs) {
    const loops = [];
    const empties = [];
    for (let spent = 0; spent < budgetNs; ) {
      const batch = area.fresh(requests, size);
      const start = process.hrtime.bigint();
      sink += area.loop(built, batch);
      const ns = Number(process.hrtime.bigint() - start);
      loops.push(ns / batch.length);
      if (loops.length % EMPTY_EVERY === 1) empties.push(runEmpty());
      // a slow subject gets as many rounds, of fewer operations
      size = Math.round(Math.max(MIN_BATCH, Math.min(BATCH, (size * LONG_BATCH_NS) / ns)));
      spent += ns;
    }
    return Math.max(0, medianOf(loops) - medianOf(empties));
  }

  function runEmpty() {
    const batch = area.fresh(requests, size);
    const start = process.hrtime.bigint();
    sink += area.emptyLoop(batch);
    return Number(process.hrtime.bigint() - start) / batch.length;
  }

  return {
    built,
    warmUp: () => runFor(WARM_UP_NS),
    round: () => {
      const result = runFor(ROUND_NS);
      if (!Number.isFinite(sink)) throw new Error("the sink must stay a number"); // keeps the answers alive
      return result;
    },
  };
}

export function medianOf(numbers) {
  return quantile(numbers, 0.5);
}

export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
}
