import type { Expr, GoType } from "./ast.ts";
import { atom, type Code } from "./code.ts";
import { type Env, emit, gapCode, zeroCode } from "./emit-env.ts";
import { BOOL, isInteger, isNamed, tsType, underlying } from "./emit-types.ts";
import { helper, type Unit } from "./scope.ts";

type Assertion = Extract<Expr, { kind: "assert" }>;

/** `value.(T)`, which throws where the value is no T. */
export function emitAssertion(env: Env, expr: Assertion): Code {
  const { unit } = env;
  const parts = assertionParts(env, expr);
  if (parts.isGap) return parts.test;
  return atom(`${helper(unit, "asserted")}<${parts.type}>(${parts.value}, ${parts.test.text})`, expr.type);
}

/** `value, ok := value.(T)` */
export function emitAssertionPair(env: Env, expr: Assertion): Code {
  const { unit } = env;
  const parts = assertionParts(env, expr);
  if (parts.isGap || expr.type === undefined) return parts.test;
  const zero = zeroCode(env, expr.at, expr.type);
  const text = `${helper(unit, "tested")}<${parts.type}>(${parts.value}, ${parts.test.text}, ${zero.text})`;
  return { ...atom(text), tuple: [expr.type, BOOL] };
}

function assertionParts(
  env: Env,
  { at, target, type }: Assertion,
): { value: string; test: Code; type: string; isGap: boolean } {
  const value = emit(env, target).text;
  if (type === undefined) {
    const test = gapCode(env, at, ".(type) stands only in a switch");
    return { value, test, type: "never", isGap: true };
  }
  const test = emitTypeTest(env, at, type, { value: "value", seen: NONE, isBeforeInts: false });
  if (test.isGap) return { value, test, type: "never", isGap: true };
  return { value, test: atom(`(value) => ${test.text}`), type: tsType(env.unit, type), isGap: false };
}

const NONE: ReadonlySet<string> = new Set();

/** What is looked at. */
interface Looks {
  /** The code that reads it. */
  readonly value: string;
  /** The conditions of the cases before. */
  readonly seen: ReadonlySet<string>;
  /** A case for whole numbers stands here or behind. */
  readonly isBeforeInts: boolean;
}

/**
 * The condition under which a value has a type; nil is no type. Go knows the type of every value: here it is told by what the value looks
 * like, and a type that looks like one of a case before is a gap.
 */
export function emitTypeTest(env: Env, at: number, type: GoType | undefined, looks: Looks): Code {
  const test = type === undefined ? `${looks.value} === null` : testOf(env, type, looks);
  if (test === undefined) return gapCode(env, at, "values of this type cannot be told from others here");
  if (looks.seen.has(test))
    return gapCode(env, at, "values of this type look like those of a case before, and cannot be told apart");
  if (type !== undefined) noteLooks(env, at, type);
  return { text: test, level: test.includes(" && ") ? 5 : /^[\w.]+[(<]/.test(test) ? 20 : 9, type: BOOL };
}

function testOf(env: Env, type: GoType, { value, isBeforeInts }: Looks): string | undefined {
  const { unit } = env;
  const found = underlying(unit, type.kind === "pointer" ? type.element : type);
  if (type.kind === "pointer" && found?.kind !== "struct") return undefined;
  switch (found?.kind) {
    case "slice":
      return `Array.isArray(${value})`;
    case "map":
      return `${value} instanceof Map`;
    case "func":
      return `typeof ${value} === "function"`;
    case "struct": {
      const names = found.fields.map(({ name }) => name);
      if (alikeStructs(unit, names) > 1) return undefined;
      // What is no `{}` would be null alone to TypeScript, in the cases behind.
      const typeText = names.length === 0 ? "object" : tsType(unit, type.kind === "pointer" ? type.element : type);
      return `${helper(unit, "hasFields")}<${typeText}>(${[value, ...names.map((name) => JSON.stringify(name))].join(", ")})`;
    }
    case "name":
      break;
    default:
      return undefined;
  }
  if (found.pkg !== undefined)
    return found.pkg === "time" && found.name === "Time" ? `${value} instanceof Date` : undefined;
  if (isInteger(unit, found)) return `${helper(unit, "isWhole")}(${value})`;
  if (found.name === "string") return `typeof ${value} === "string"`;
  if (found.name === "bool") return `typeof ${value} === "boolean"`;
  const isFloat = found.name === "float64" || found.name === "float32";
  if (isFloat) return `typeof ${value} === "number"${isBeforeInts ? ` && !${helper(unit, "isWhole")}(${value})` : ""}`;
  return found.name === "error" ? `${value} instanceof Error` : undefined;
}

/** How many structs of the file have just these fields. */
export function alikeStructs(unit: Unit, names: readonly string[]): number {
  const key = [...names].sort().join();
  return [...unit.types.values()].filter(
    ({ type }) =>
      type.kind === "struct" &&
      type.fields
        .map(({ name }) => name)
        .sort()
        .join() === key,
  ).length;
}

function noteLooks(env: Env, at: number, type: GoType): void {
  const { unit } = env;
  const found = underlying(unit, type.kind === "pointer" ? type.element : type);
  if (isInteger(unit, found) || isNamed(unit, found, "float64") || isNamed(unit, found, "float32"))
    unit.reporter.note(at, "a whole number is an int here, whatever type it has in Go, and every number a float");
  else if (found?.kind === "struct") unit.reporter.note(at, "a struct is told by the names of its fields here");
  else if (found?.kind === "slice" || found?.kind === "map")
    unit.reporter.note(at, "slices are told from other values here, and so are maps, but not by what they hold");
}
