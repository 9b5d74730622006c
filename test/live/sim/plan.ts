import { createRandom, type Random } from "./random.ts";
import { type Kind, kinds, plainKinds } from "./views.ts";

/** What users do, and what happens to them. */
export const stepKinds = [
  "act",
  "draft",
  "reload",
  "cut",
  "cut unheard",
  "half-open up",
  "half-open down",
  "stall up",
  "stall down",
  "offline",
  "crash",
  "crash after sending",
  "power loss",
  "deploy",
  "deploy another build",
  "move",
  "freeze tab",
  "freeze server",
  "server clock",
  "tab clock",
  "cut at event",
  "cut at patch",
  "crash at event",
  "crash at run",
  "crash at patch",
  "crash at hello",
  "crash at write",
  "store fails",
  "store stalls",
  "posts fail",
] as const;
export type StepKind = (typeof stepKinds)[number];

/** One thing that happens. */
export interface Step {
  readonly atMs: number;
  readonly kind: StepKind;
  readonly tab: number;
  readonly node: number;
  /** For how long, how far, or how soon. */
  readonly ms: number;
  /** What is left to choose. */
  readonly pick: number;
}

/** All of a run but its dice. */
export interface Plan {
  readonly seed: number;
  readonly view: Kind;
  readonly tabs: number;
  readonly nodes: number;
  /** A message takes half to one and a half times as long. */
  readonly latencyMs: number;
  readonly windowFrames: number;
  /** Chance that a message which may come twice does. */
  readonly duplicates: number;
  /** What something on the way does not let through, of sockets and streams of events. */
  readonly blocked: "neither" | "sockets" | "streams";
  /** Whether the processes share a store of snapshots. */
  readonly isStored: boolean;
  /** After how long without traffic a session sleeps; 0 for never. */
  readonly hibernateMs: number;
  readonly steps: readonly Step[];
}

/** Steps that are faults, with how often they are drawn and the range of their milliseconds. */
const faults: readonly (readonly [kind: StepKind, weight: number, leastMs: number, mostMs: number])[] = [
  ["reload", 1, 0, 0],
  ["cut", 5, 0, 300],
  ["cut unheard", 3, 0, 0],
  ["half-open up", 2, 0, 0],
  ["half-open down", 2, 0, 0],
  ["stall up", 3, 100, 20_000],
  ["stall down", 4, 100, 40_000],
  ["offline", 3, 200, 90_000],
  ["crash", 2, 50, 5_000],
  ["crash after sending", 2, 50, 5_000],
  ["power loss", 1, 500, 20_000],
  ["deploy", 2, 100, 3_000],
  ["deploy another build", 2, 100, 3_000],
  ["move", 3, 0, 0],
  ["freeze tab", 3, 500, 200_000],
  ["freeze server", 2, 100, 30_000],
  ["server clock", 2, -3_600_000, 3_600_000],
  ["tab clock", 1, -3_600_000, 3_600_000],
  ["cut at event", 3, 0, 50],
  ["cut at patch", 3, 0, 50],
  ["crash at event", 2, 50, 3_000],
  ["crash at run", 2, 50, 3_000],
  ["crash at patch", 2, 50, 3_000],
  ["crash at hello", 1, 50, 3_000],
];
/** The same, of what keeps sessions beyond their process, and of what stands in for sockets. */
const moreFaults: typeof faults = [
  ["crash at write", 3, 50, 3_000],
  ["store fails", 1, 20, 5_000],
  ["store stalls", 2, 20, 5_000],
  ["posts fail", 3, 20, 5_000],
  ["crash", 2, 50, 5_000],
  ["power loss", 1, 500, 20_000],
  ["crash at run", 2, 50, 3_000],
  ["move", 3, 0, 0],
  ["freeze server", 1, 100, 90_000],
  ["deploy another build", 1, 100, 3_000],
  ["cut", 2, 0, 300],
];

/** What happens under a seed: a plain plan, most of them with more that may go wrong, drawn apart. */
export function planOf(seed: number): Plan {
  const plan = plainPlanOf(seed);
  const random = createRandom(seed, 4);
  if (random.chance(0.4)) return plan;
  const view = random.chance(0.5) ? random.pick(kinds) : plan.view;
  const isStored = random.chance(0.5);
  const { tabs } = plan;
  const nodes = isStored && random.chance(0.5) ? 2 : plan.nodes;
  const lastMs = plan.steps.at(-1)?.atMs ?? 1_000;
  const chosen = drawFaults(random, random.pick([0, 0, 1, 2]), moreFaults);
  const steps = chosen.flatMap(([kind, , leastMs, mostMs]) =>
    Array.from({ length: 1 + random.below(3) }, (): Step => {
      const ms = Math.round(leastMs + random.next() * (mostMs - leastMs));
      return { atMs: random.below(lastMs), kind, tab: random.below(tabs), node: random.below(nodes), ms, pick: 0 };
    }),
  );
  return {
    ...{ ...plan, view, nodes, isStored },
    blocked: random.pick(["neither", "sockets", "streams"]),
    hibernateMs: random.pick([0, 300, 3_000]),
    steps: [...plan.steps, ...steps].sort((left, right) => left.atMs - right.atMs),
  };
}

/**
 * What happens under a seed where nothing is kept beyond its process, and sockets are let through. Each seed has a few kinds of faults and no others: worlds in which everything may happen rarely see the same
 * thing twice in a row, which is where recoveries meet.
 */
export function plainPlanOf(seed: number): Plan {
  const random = createRandom(seed, 1);
  const chosen = drawFaults(random, random.pick([0, 1, 2, 2, 3, 6]), faults);
  const tabs = 1 + Math.floor(random.next() ** 2 * 3);
  const nodes = chosen.some(([kind]) => kind === "move") || random.chance(0.2) ? 2 : 1;
  const lengthMs = random.pick([1_000, 4_000, 12_000, 60_000]);
  const faultRate = chosen.length === 0 ? 0 : random.pick([0.15, 0.3, 0.5]);
  const steps: Step[] = [];
  while (steps.length < 6 + random.below(14)) {
    // Some things happen at nearly the same time.
    const last = steps.at(-1)?.atMs;
    const atMs = last !== undefined && random.chance(0.4) ? last + random.below(30) : 50 + random.below(lengthMs);
    const at = { atMs, tab: random.below(tabs), node: random.below(nodes), pick: random.below(2 ** 30) };
    const fault = random.chance(faultRate) ? random.pick(chosen) : undefined;
    if (fault === undefined) steps.push({ ...at, kind: random.chance(0.15) ? "draft" : "act", ms: 0 });
    else steps.push({ ...at, kind: fault[0], ms: Math.round(fault[2] + random.next() * (fault[3] - fault[2])) });
  }
  return {
    ...{ seed, tabs, nodes },
    ...{ blocked: "streams", isStored: false, hibernateMs: 0 },
    view: random.pick(plainKinds),
    latencyMs: random.pick([1, 10, 40, 400]),
    windowFrames: random.pick([8, 8, 2]),
    duplicates: random.pick([0, 0.05]),
    steps: steps.sort((left, right) => left.atMs - right.atMs),
  };
}

type Fault = (typeof faults)[number];

function drawFaults(random: Random, count: number, all: typeof faults): Fault[] {
  const sum = all.reduce((weights, [, weight]) => weights + weight, 0);
  return Array.from({ length: count }, () => {
    let at = random.below(sum);
    for (const fault of all) {
      at -= fault[1];
      if (at < 0) return fault;
    }
    throw new Error("weights add up");
  });
}

/** A plan in a few lines, for whoever has to understand it. */
export function describePlan({ steps, ...rest }: Plan): string {
  const head = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  const lines = steps.map(
    ({ atMs, kind, tab, node, ms, pick }) => `  ${atMs} ms: ${kind}, tab ${tab}, node ${node}, ${ms} ms, pick ${pick}`,
  );
  return `${head.join(", ")}\n${lines.join("\n")}`;
}
