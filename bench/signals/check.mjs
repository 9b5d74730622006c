// What a shape must yield: the sums of some steps, and how often its functions run.
const STEPS = 3;

/** Runs a few steps of a shape. */
export function answersOf(shape, lib) {
  const tally = { runs: 0 };
  const graph = shape.make(lib, tally);
  const answers = [];
  for (let number = 0; number < STEPS; number++) {
    graph.prepare?.();
    const sum = graph.step(number);
    graph.settle?.();
    answers.push({ sum, runs: tally.runs });
  }
  graph.stop();
  return answers;
}

/** What is wrong with the answers, if anything is. `moreRuns` says that more runs than needed are no error. */
export function faultIn(answers, expected, moreRuns) {
  for (const [i, { sum, runs }] of expected.entries()) {
    const actual = answers[i];
    if (!Object.is(actual.sum, sum)) return `step ${i} yields ${actual.sum}, not ${sum}`;
    if (moreRuns ? actual.runs < runs : actual.runs !== runs) return `${actual.runs} runs after step ${i}, not ${runs}`;
  }
  return undefined;
}
