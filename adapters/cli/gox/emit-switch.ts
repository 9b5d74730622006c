import type { Case, Expr, GoType, Stmt } from "./ast.ts";
import { type Code, tight } from "./code.ts";
import { emitTypeTest } from "./emit-assertions.ts";
import { type Env, emit, emitInner, gapCode, inner } from "./emit-env.ts";
import { BOOL, isInteger, isNullable } from "./emit-types.ts";
import { freshName } from "./scope.ts";
import { block, safeName } from "./text.ts";

type Switch = Extract<Stmt, { kind: "switch" }>;

/** A case as it is written: its conditions, and its body where its own names are known. */
interface Branch {
  readonly tests: readonly Code[];
  readonly body: readonly Stmt[];
  readonly env: Env;
}

/** A `switch` over values, over conditions or over types. */
export function emitSwitch(env: Env, statement: Switch, results: readonly GoType[]): string {
  const { subject } = statement;
  const cases = withoutFallthrough(env, statement.cases);
  if (subject?.kind === "assert" && subject.type === undefined) return emitTypeSwitch(env, statement, cases, results);
  const value = subject === undefined ? TRUE : emit(env, subject);
  const branches = cases.map(({ tests, body }) => ({
    tests: tests.map((test) => emit(env, test, value.type)),
    body,
    env,
  }));
  if (subject === undefined && !cases.some(({ body }) => breaks(body))) return emitChain(branches, results);
  return emitCases(value, branches, results);
}

const TRUE: Code = { text: "true", level: 20, type: BOOL };

/** `fallthrough` runs the body behind too: it is written in its place. */
function withoutFallthrough(env: Env, cases: readonly Case[]): Case[] {
  const out: Case[] = [];
  for (const { tests, body } of [...cases].reverse()) {
    const last = body[body.length - 1];
    if (last?.kind !== "jump" || last.word !== "fallthrough") out.unshift({ tests, body });
    else if (out[0] === undefined) {
      gapCode(env, last.at, "fallthrough stands at the end of a case that another follows");
      out.unshift({ tests, body: body.slice(0, -1) });
    } else {
      const next = out[0].body;
      const declares = next.some(({ kind }) => kind === "define" || kind === "var");
      const more: Stmt[] = declares ? [{ kind: "block", at: last.at, comments: last.comments, body: next }] : [...next];
      out.unshift({ tests, body: [...body.slice(0, -1), ...more] });
    }
  }
  return out;
}

/** The value has a name of its own, which TypeScript narrows in each case. */
function emitTypeSwitch(env: Env, statement: Switch, cases: readonly Case[], results: readonly GoType[]): string {
  const { subject, binds } = statement;
  if (subject?.kind !== "assert") return "";
  const value = emit(env, subject.target);
  const own = inner(env);
  const code = freshName(env.scope, safeName(binds === "" ? "value" : binds));
  const tests = typeTests(env, cases, code);
  const branches = cases.map(({ tests: types, body }, index): Branch => {
    const [only] = types;
    const type = types.length === 1 && only?.kind === "type" ? only.type : value.type;
    const around = inner(own);
    const isPresent = types.length === 1 && type !== undefined && isNullable(env.unit, type);
    if (binds !== "") around.scope.set(binds, { kind: "value", code, type, ...(isPresent && { isPresent }) });
    return { tests: tests[index] ?? [], body, env: around };
  });
  const chain = cases.some(({ body }) => breaks(body))
    ? emitCases(TRUE, branches, results)
    : emitChain(branches, results);
  return block("", [`const ${code}${value.isGap ? ": any" : ""} = ${value.text};`, chain]).trimStart();
}

/** The conditions of each case. */
function typeTests(env: Env, cases: readonly Case[], value: string): Code[][] {
  const typeOf = (test: Expr): GoType | undefined => (test.kind === "type" ? test.type : undefined);
  const seen = new Set<string>();
  return cases.map(({ tests }, index) => {
    const isBeforeInts = cases.slice(index).some((one) => one.tests.some((test) => isInteger(env.unit, typeOf(test))));
    const found = new Map<string, Code>();
    for (const test of tests) {
      const code = emitTypeTest(env, test.at, typeOf(test), { value, seen, isBeforeInts });
      found.set(code.text, code);
    }
    for (const text of found.keys()) seen.add(text);
    return [...found.values()];
  });
}

function emitCases(value: Code, branches: readonly Branch[], results: readonly GoType[]): string {
  const parts = branches.map(({ tests, body, env }) => {
    const labels = tests.length === 0 ? ["default"] : tests.map((test) => `case ${test.text}`);
    const lines = emitInner(env, body, results);
    if (!leaves(body)) lines.push("break;");
    const declares = body.some(({ kind }) => kind === "define" || kind === "var");
    const head = labels.map((label) => `${label}:`).join("\n");
    return declares
      ? block(`${head} `, lines)
      : `${head}\n${lines.map((line) => `  ${line.replaceAll("\n", "\n  ")}`).join("\n")}`;
  });
  return block(`switch (${value.text}) `, parts);
}

/** Whether nothing behind the statements is reached. */
function leaves(body: readonly Stmt[]): boolean {
  const last = body[body.length - 1];
  return last?.kind === "return" || last?.kind === "jump" || (last?.kind === "block" && leaves(last.body));
}

/** Whether a `break` in the statements leaves the switch they stand in. */
function breaks(statements: readonly Stmt[]): boolean {
  return statements.some((one) => {
    if (one.kind === "jump") return one.word === "break";
    if (one.kind === "block") return breaks(one.body);
    return one.kind === "if" && (breaks(one.yes) || (one.no !== undefined && breaks(one.no)));
  });
}

/** A switch without a subject is a chain of conditions, where no `break` leaves it. */
function emitChain(branches: readonly Branch[], results: readonly GoType[]): string {
  const tested = branches.filter(({ tests }) => tests.length > 0);
  const rest = branches.find(({ tests }) => tests.length === 0);
  const parts = tested.map(({ tests, body, env }) => {
    const test = tests.length === 1 ? tests[0]?.text : tests.map((one) => tight(one, 5)).join(" || ");
    return block(`if (${test}) `, emitInner(env, body, results));
  });
  if (rest !== undefined) parts.push(block("", emitInner(rest.env, rest.body, results)).trimStart());
  return parts.join(" else ");
}
