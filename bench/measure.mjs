// What is timed, and how. An area provides:
//   input(caseName)            everything a case needs, made the same way every time
//   requests(input)            the operations, each with the answer it must have
//   build(subject, input)      the subject, ready to run
//   answer(subject, built, request)   one answer in the area's common form, for comparing
//   fresh(requests, count)     arguments never used before
//   loop(built, arguments)     the timed loop; returns a number made from the answers
//   emptyLoop(arguments)       the same loop without the subject, to be subtracted
import assert from "node:assert/strict";
import process from "node:process";

const BATCH = 1024;
const ROUND_NS = 30e6;
const WARM_UP_NS = 200e6;

/** Throws when a subject gives one wrong answer: wrong answers are never timed. */
export function assertEqualAnswers(area, subject, input) {
  const built = area.build(subject, input);
  for (const request of area.requests(input)) {
    const actual = area.answer(subject, built, request);
    assert.deepEqual(actual, request.expected, `wrong answer for ${JSON.stringify(request.name)}`);
  }
}

export function createTimer(area, subject, input) {
  const built = area.build(subject, input);
  const requests = area.requests(input);
  let sink = 0;

  // Every string is new and flat, as it would be from a socket: strings used twice keep their hash, and literals are
  // interned. They are made outside the clock; what reading them costs is measured by the empty loop and subtracted.
  // Medians over the batches of a round, because a batch is short: one that the machine interrupts stands out alone.
  function runFor(budgetNs) {
    const loops = [];
    const empties = [];
    for (let spent = 0; spent < budgetNs; ) {
      const batch = area.fresh(requests, BATCH);
      const other = area.fresh(requests, BATCH);
      const start = process.hrtime.bigint();
      sink += area.loop(built, batch);
      const middle = process.hrtime.bigint();
      sink += area.emptyLoop(other);
      const end = process.hrtime.bigint();
      loops.push(Number(middle - start));
      empties.push(Number(end - middle));
      spent += Number(middle - start);
    }
    return Math.max(0, medianOf(loops) - medianOf(empties)) / BATCH;
  }

  return {
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
