// What a way to write a reply gains over the one it is compared with.
import { timeRatio } from "./interval.mjs";
import { rateOf } from "./targets.mjs";

const WORTH = 1.05; // an interval that reaches further is too wide to say that there is nothing to gain

/** One row for each variant: its rate, the ratio to what it is compared with, and what that says. */
export function fastPathRows({ subjects, variants }) {
  return variants.map(({ name, baseline }) => {
    const [ours, theirs] = [name, baseline].map((wanted) => subjects.find((subject) => subject.name === wanted));
    if (name === baseline) return { name, rate: rateOf(ours), ratio: undefined, verdict: "compared with" };
    const ratio = timeRatio(ours, theirs);
    return { name, rate: rateOf(ours), ratio, verdict: verdictOf(ratio) };
  });
}

function verdictOf({ mean, low, high }) {
  const change = `${Math.abs((mean - 1) * 100).toFixed(0)} %`;
  if (low > 1) return `gains ${change}`;
  if (high < 1) return `costs ${change}`;
  return high < WORTH ? "no gain" : "no gain shown";
}
