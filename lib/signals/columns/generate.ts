import { IDENTITY, type Kernel } from "./kernel.ts";
import type { Fold, Plan, Step } from "./plan.ts";

const LANES = [0, 1, 2, 3];

/**
 * One fused loop for a plan, as JavaScript. The code consists of our own words and of numbers we counted: names, strings and constants of users
 * come in as data.
 * @throws EvalError, or what the engine throws, where code may not be generated.
 */
export function generate(plan: Plan): Kernel {
  const source = sourceOf(plan);
  return new Function("frame", "from", "to", "out", "valid", source) as Kernel; // cast: it takes exactly these
}

/** The body of a kernel. */
export function sourceOf(plan: Plan): string {
  const { mode, folds } = plan;
  if (mode === "map") {
    return `${prelude(plan)}for (let i = from; i < to; i++) { ${stepsCode(plan, "i")} out[i - from] = ${numberOf(plan)}; valid[i - from] = ${validOf(plan, plan.output)} ? 1 : 0; }`;
  }
  if (mode === "groups") {
    const known = validOfSlot(plan, plan.groupSlot, "i");
    const group = `const g = (${known} ? v${plan.groupSlot}[i] + 1 : 0) * ${folds.length};`;
    const body = folds.map((fold, at) => addCode(plan, fold, `out[g + ${at}]`)).join(" ");
    return `${prelude(plan)}for (let i = from; i < to; i++) { ${stepsCode(plan, "i")} ${ifCode(passes(plan), `${group} ${body}`)} }`;
  }
  const bits = bitmaps(plan).map((name) => `const n${name} = ${name}[i >> 3] >> (i & 4);`);
  const row = (lane: number): string => {
    const adds = folds.map((fold, at) => laneCode(plan, fold, at, lane)).join(" ");
    return `{ const r = i + ${lane}; ${stepsCode(plan, "r", lane)} ${ifCode(passes(plan), adds)} }`;
  };
  const pairs = folds.map(({ op }, at) => `p[${2 * at}] = ${IDENTITY[op]};`).join(" ");
  const chooses = plan.filter < 0 && folds.some(({ step }) => bitOf(plan, step, 0) !== undefined);
  const choice = chooses ? `const p = new Float64Array(${2 * folds.length}); ${pairs}` : "";
  const lanes = folds.map(({ op }, at) => `let ${LANES.map((lane) => `s${at}_${lane} = ${IDENTITY[op]}`).join(", ")};`);
  // 2x faster than one running sum, whose additions wait for each other (docs/decisions/0010). Twin: interpret.ts.
  const loop = `let i = from; for (; i + 3 < to; i += 4) { ${bits.join(" ")} ${LANES.map(row).join(" ")} }`;
  const rest = LANES.slice(0, 3).map((lane) => `if (i + ${lane} < to) ${row(lane)}`);
  return [
    prelude(plan),
    choice,
    ...lanes,
    loop,
    `if (i < to) { ${bits.join(" ")} ${rest.join(" ")} }`,
    ...folds.map(outCode),
  ].join("\n");
}

/** The bitmaps a plan reads. `i` begins a block of rows, so its four bits stand in one byte and are taken out once. */
function bitmaps({ inputs }: Plan): string[] {
  return inputs.flatMap((store, slot) => [
    ...(store.kind === "bool" ? [`v${slot}`] : []),
    ...(store.valid === undefined ? [] : [`b${slot}`]),
  ]);
}

function prelude({ inputs, numbers, sets, steps }: Plan): string {
  const lines = inputs.map((store, slot) => {
    const valid = store.valid === undefined ? "" : `, b${slot} = frame.valid[${slot}]`;
    return `const v${slot} = frame.values[${slot}]${valid};`;
  });
  lines.push(...numbers.map((_, at) => `const c${at} = frame.numbers[${at}];`));
  for (const step of steps)
    if (step.op === "inSet")
      for (let at = step.from; at < step.from + step.count; at++) lines.push(`const k${at} = frame.codes[${at}];`);
  for (const set of sets) if (set.isTable) lines.push(`const t${set.at} = frame.tables[${set.at}];`);
  return `"use strict"; ${[...new Set(lines)].join(" ")}\n`;
}

/** Declares `x0`, `x1`... for the values of row `row`, and `m0`... for whether they are not null, where they can be. */
function stepsCode(plan: Plan, row: string, lane?: number): string {
  return plan.steps.map((step, at) => stepCode(plan, step, at, row, lane)).join(" ");
}

function stepCode(plan: Plan, step: Step, at: number, row: string, lane: number | undefined): string {
  const [value, valid] = parts(plan, step, row, lane);
  return `const x${at} = ${value};${step.nullable ? ` const m${at} = ${valid};` : ""}`;
}

function parts(plan: Plan, step: Step, row: string, lane: number | undefined): [value: string, valid: string] {
  switch (step.op) {
    case "column": {
      const { slot, type } = step;
      const value = type === "bool" ? bitCode(`v${slot}`, row, lane) : `v${slot}[${row}]`;
      return [value, validOfSlot(plan, slot, row, lane)];
    }
    case "number":
      return [`c${step.index}`, "true"];
    case "bool":
      return [String(step.value), "true"];
    case "null":
      return ["0", "false"];
  }
  const xs = step.args.map((arg) => `x${arg}`);
  const ms = step.args.map((arg) => validOf(plan, arg));
  const [a = "", b = "", c = ""] = xs;
  const [ma = "", mb = "", mc = ""] = ms;
  switch (step.op) {
    case "inSet": {
      const tests = Array.from({ length: step.count }, (_, i) => `${a} === k${step.from + i}`);
      return [tests.join(" || ") || "false", ma];
    }
    case "inTable":
      return [`t${step.table}[${a}] === 1`, ma];
    case "and":
      return [`${a} && ${b}`, `(${ma} && ${mb}) || (${ma} && !${a}) || (${mb} && !${b})`];
    case "or":
      return step.nullable
        ? [`(${ma} && ${a}) || (${mb} && ${b})`, `(${ma} && ${mb}) || (${ma} && ${a}) || (${mb} && ${b})`]
        : [`${a} || ${b}`, "true"];
    case "isNull":
      return [`!${ma}`, "true"];
    case "fillNull":
      return [`${ma} ? ${a} : ${b}`, `${ma} || ${mb}`];
    case "when":
      return [`${both(ma, a)} ? ${b} : ${c}`, `${both(ma, a)} ? ${mb} : ${mc}`];
    default:
      return [OPERATORS[step.op](a, b), both(...ms)];
  }
}

type Writer = (a: string, b: string) => string;
const infix =
  (sign: string): Writer =>
  (a, b) =>
    `${a} ${sign} ${b}`;

const OPERATORS: Readonly<Record<Exclude<Extract<Step, { args: readonly number[] }>["op"], Special>, Writer>> = {
  add: infix("+"),
  sub: infix("-"),
  mul: infix("*"),
  div: infix("/"),
  mod: infix("%"),
  lt: infix("<"),
  le: infix("<="),
  gt: infix(">"),
  ge: infix(">="),
  eq: infix("==="),
  ne: infix("!=="),
  least: (a, b) => `Math.min(${a}, ${b})`,
  greatest: (a, b) => `Math.max(${a}, ${b})`,
  neg: (a) => `-${a}`,
  abs: (a) => `Math.abs(${a})`,
  not: (a) => `!${a}`,
};

type Special = "inSet" | "inTable" | "and" | "or" | "isNull" | "fillNull" | "when";

function addCode(plan: Plan, { op, step }: Fold, target: string): string {
  const value = `x${step}`;
  const add =
    op === "count"
      ? `${target}++;`
      : op === "sum"
        ? `${target} += ${value};`
        : `${target} = Math.${op}(${target}, ${value});`;
  return ifCode(validOf(plan, step), add);
}

/**
 * Adds a row to its lane. A null that may stand anywhere is a branch that cannot be predicted, so the value is put beside what the operation
 * starts from, and its validity says which of the two is taken: at any share of nulls as fast as vectors (docs/decisions/0010).
 */
function laneCode(plan: Plan, fold: Fold, at: number, lane: number): string {
  const target = `s${at}_${lane}`;
  const bit = plan.filter < 0 ? bitOf(plan, fold.step, lane) : undefined;
  if (bit === undefined) return addCode(plan, fold, target);
  if (fold.op === "count") return `${target} += ${bit};`;
  const chosen = `p[${2 * at} + (${bit})]`;
  const add = fold.op === "sum" ? `${target} += ${chosen};` : `${target} = Math.${fold.op}(${target}, ${chosen});`;
  return `p[${2 * at + 1}] = x${fold.step}; ${add}`;
}

/** Whether a step is not null, as 1 or 0 without a branch; undefined where it never is, or where that takes more than the bits of columns. */
function bitOf(plan: Plan, at: number, lane: number): string | undefined {
  const step = plan.steps[at];
  if (step === undefined || !step.nullable || step.type !== "number") return undefined;
  if (step.op === "column") return `((nb${step.slot} >> ${lane}) & 1)`;
  if (!("args" in step) || step.op === "when" || step.op === "fillNull") return undefined;
  const nullable = step.args.filter((arg) => plan.steps[arg]?.nullable === true);
  const bits = nullable.map((arg) => bitOf(plan, arg, lane));
  return bits.includes(undefined) ? undefined : bits.join(" & ");
}

function outCode({ op }: Fold, at: number): string {
  const [l0, l1, l2, l3] = LANES.map((lane) => `s${at}_${lane}`);
  const merged =
    op === "min" || op === "max"
      ? `Math.${op}(Math.${op}(${l0}, ${l2}), Math.${op}(${l1}, ${l3}))`
      : `(${l0} + ${l2}) + (${l1} + ${l3})`;
  return `out[${at}] = ${merged};`;
}

function numberOf({ steps, output }: Plan): string {
  return steps[output]?.type === "bool" ? `x${output} ? 1 : 0` : `x${output}`;
}

function passes(plan: Plan): string {
  return plan.filter < 0 ? "true" : both(validOf(plan, plan.filter), `x${plan.filter}`);
}

function validOf({ steps }: Plan, step: number): string {
  return steps[step]?.nullable ? `m${step}` : "true";
}

function validOfSlot({ inputs }: Plan, slot: number, row: string, lane?: number): string {
  return inputs[slot]?.valid === undefined ? "true" : bitCode(`b${slot}`, row, lane);
}

/** Whether a bit is set; with a lane, of the four bits taken out before. */
function bitCode(bits: string, row: string, lane?: number): string {
  if (lane !== undefined) return `(n${bits} & ${1 << lane}) !== 0`;
  return `((${bits}[${row} >> 3] >> (${row} & 7)) & 1) === 1`;
}

function both(...tests: readonly string[]): string {
  return tests.filter((test) => test !== "true").join(" && ") || "true";
}

function ifCode(test: string, code: string): string {
  return test === "true" ? code : `if (${test}) { ${code} }`;
}
