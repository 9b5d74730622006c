import { describePlan, type Plan, planOf, type Step } from "./plan.ts";
import { type Mutation, type Outcome, simulate } from "./simulate.ts";

const MOST_RUNS = 250;

/** The smallest plan found that still fails, by leaving out steps, tabs and nodes. */
export async function shrink(
  plan: Plan,
  mutation?: Mutation,
): Promise<{ readonly plan: Plan; readonly outcome: Outcome }> {
  let best = plan;
  let outcome = await simulate(plan, mutation);
  let runs = 0;
  const attempt = async (smaller: Plan): Promise<boolean> => {
    if (runs++ >= MOST_RUNS) return false;
    const result = await simulate(smaller, mutation);
    if (result.failure === undefined) return false;
    best = smaller;
    outcome = result;
    return true;
  };
  for (let size = Math.ceil(plan.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.steps.length; ) {
      if (!(await attempt({ ...best, steps: best.steps.toSpliced(at, size) }))) at += size;
    }
  }
  for (const smaller of simpler(best)) await attempt({ ...best, ...smaller });
  return { plan: best, outcome };
}

function simpler(plan: Plan): readonly Partial<Plan>[] {
  const used = (of: (step: Step) => number): number => Math.max(0, ...plan.steps.map(of)) + 1;
  return [
    { tabs: used((step) => step.tab) },
    { nodes: used((step) => step.node) },
    { duplicates: 0 },
    { windowFrames: 8 },
    { latencyMs: 10 },
  ];
}

/** What a failing seed has to say. */
export async function explain(seed: number, mutation?: Mutation): Promise<string> {
  const { plan, outcome } = await shrink(planOf(seed), mutation);
  const log = outcome.log.slice(-40).join("\n  ");
  return `seed ${seed}: ${outcome.failure}\n${describePlan(plan)}\n  ...\n  ${log}\nagain: npm run sim -- --from ${seed} --seeds 1`;
}
