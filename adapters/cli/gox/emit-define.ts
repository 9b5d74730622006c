import type { Expr, GoType, Stmt } from "./ast.ts";
import { type Code, tight } from "./code.ts";
import { emitAssertionPair } from "./emit-assertions.ts";
import { type Env, emit, emitFunc, zeroCode } from "./emit-env.ts";
import { copied } from "./emit-promoted.ts";
import { INT, isNode, isNullable, STRING, tsType, UNTYPED, underlying, zeroOf } from "./emit-types.ts";
import { assignedIn, freshName, namesIn, walk } from "./scope.ts";
import { safeName } from "./text.ts";

type Define = Extract<Stmt, { kind: "define" }> | Extract<Stmt, { kind: "var" }>;

export function emitDefine(env: Env, statement: Define, all: readonly Stmt[], index: number): string[] {
  const { scope } = env;
  const { names, values } = statement;
  const declared = statement.kind === "var" ? statement.type : undefined;
  const assigned = assignedIn(all.slice(index + 1));
  const earlier = namesIn([all.slice(0, index), values]);
  const codes = names.map((name) => {
    const outer = scope.parent?.find(name);
    const clashes = scope.names.has(name) || (earlier.has(name) && outer !== undefined);
    return clashes ? freshName(scope, safeName(name)) : safeName(name);
  });
  const word = names.some((name) => assigned.has(name)) ? "let" : "const";
  if (names.length > 1 && values.length === 1) return emitTuple(env, statement, codes, word);
  // A function may call itself by its name.
  if (underlying(env.unit, declared)?.kind === "func")
    names.forEach((name, i) => {
      scope.set(name, { kind: "value", code: codes[i] ?? name, type: declared });
    });
  const lines: string[] = [];
  const types: (GoType | undefined)[] = [];
  const owned = new Set<string>();
  names.forEach((name, i) => {
    const value = values[i];
    const own = assigned.has(name) ? "let" : "const";
    if (name === "_") {
      if (value !== undefined) lines.push(`void ${tight(emit(env, value), 15)};`);
      types.push(undefined);
      return;
    }
    const code =
      value === undefined
        ? zeroCode(env, statement.at, declared)
        : value.kind === "func"
          ? emitFunc(env, value, declared)
          : placed(env, value, emit(env, value, declared));
    const type = declared ?? settled(code.type);
    types.push(type);
    const isOwn = isMadeHere(value) && isMadeHereLater(all.slice(index + 1), name);
    if (isOwn) owned.add(name);
    lines.push(
      `${own} ${codes[i]}${annotation(env, { declared, value, code, isLet: own === "let", isOwn })} = ${code.text};`,
    );
  });
  names.forEach((name, i) => {
    const value = values[i];
    const isNew = value?.kind === "call" && value.callee.kind === "name" && value.callee.name === "new";
    const isPresent = ((value?.kind === "unary" && value.op === "&") || isNew) && !assigned.has(name); // never nil
    const isWritable = owned.has(name);
    const isFixed = !assigned.has(name);
    scope.set(name, {
      ...{ kind: "value", code: codes[i] ?? name, type: types[i] },
      ...(isPresent && { isPresent }),
      ...(isFixed && { isFixed }),
      ...(isWritable && { isWritable }),
    });
  });
  return lines;
}

function placed(env: Env, value: Expr, code: Code): Code {
  return { ...code, text: copied(env.unit, value, code) };
}

/** Whether a slice or map is made by the expression: one that comes from elsewhere is `readonly`. */
function isMadeHere(value: Expr | undefined): boolean {
  if (value === undefined || value.kind === "composite" || value.kind === "slice") return true;
  if (value.kind === "name") return value.name === "nil";
  return value.kind === "call" && value.callee.kind === "name" && /^(?:append|make)$/.test(value.callee.name);
}

/** Whether that goes for all that is put into a variable. */
export function isMadeHereLater(statements: readonly Stmt[], name: string): boolean {
  let isOwn = true;
  walk(statements, (node) => {
    const found = node as Stmt; // cast: only the kind is asked of others
    if (found.kind !== "assign") return isOwn;
    const at = found.targets.findIndex((target) => target.kind === "name" && target.name === name);
    if (at >= 0 && (found.values.length !== found.targets.length || !isMadeHere(found.values[at]))) isOwn = false;
    return isOwn;
  });
  return isOwn;
}

interface Defined {
  readonly declared: GoType | undefined;
  readonly value: Expr | undefined;
  readonly code: Code | undefined;
  readonly isLet: boolean;
  /** A slice or map is made here, each time. */
  readonly isOwn: boolean;
}

/** A number takes its type when it is put into a variable. */
export function settled(type: GoType | undefined): GoType | undefined {
  return type === UNTYPED ? INT : type;
}

/** What TypeScript cannot see from the value is written down. */
function annotation(env: Env, { declared, value, code, isLet, isOwn }: Defined): string {
  const { unit } = env;
  if (code?.isGap) return ": any"; // whatever it is used for
  // Its parameters and results say it all.
  if (value?.kind === "func" && !value.results.some((result) => isNode(unit, result))) return "";
  if (declared !== undefined) {
    const isObvious =
      [STRING.kind].includes(declared.kind) &&
      /^(?:"|\d|true|false|`)/.test(code?.text ?? zeroOf(unit, declared)) &&
      underlying(unit, declared) === declared;
    return isObvious ? "" : `: ${tsType(unit, declared, isOwn)}`;
  }
  const type = code?.type;
  const isShared = isLet && !isOwn && value?.kind !== "select"; // a field says itself that it is shared
  if (isShared && (type?.kind === "slice" || type?.kind === "map")) return `: ${tsType(unit, type)}`;
  if (value?.kind === "composite" && type?.kind === "slice" && (code?.text === "[]" || isLet))
    return `: ${tsType(unit, type, true)}`;
  if (value?.kind === "composite" && type?.kind === "name") return `: ${tsType(unit, type)}`;
  const isNew = value?.kind === "call" && value.callee.kind === "name" && value.callee.name === "new";
  if ((isNew || (value?.kind === "unary" && value.op === "&")) && type?.kind === "pointer")
    return `: ${tsType(unit, type.element)}${isLet ? " | null" : ""}`;
  if (value?.kind === "call" && code?.text === "[]") return `: ${tsType(unit, type, true)}`;
  if (isLet && type !== undefined && isNullable(unit, type)) return `: ${tsType(unit, type)}`;
  return "";
}

/** `value, ok := m[k]` and `a, err := f()` */
function emitTuple(env: Env, statement: Define, codes: readonly string[], word: string): string[] {
  const { scope } = env;
  const [value] = statement.values as [Expr]; // cast: there is one
  const bind = (types: readonly (GoType | undefined)[]): void => {
    statement.names.forEach((name, i) => {
      scope.set(name, { kind: "value", code: codes[i] ?? name, type: types[i] });
    });
  };
  if (value.kind === "index" && value.indexes[0] !== undefined) {
    const map = emit(env, value.target);
    const type = underlying(env.unit, map.type);
    const key = emit(env, value.indexes[0]);
    const [first, second] = codes;
    const found = type?.kind === "map" ? type.value : undefined;
    const lines: string[] = [];
    if (statement.names[0] !== "_")
      lines.push(`${word} ${first} = ${tight(map)}.get(${key.text}) ?? ${zeroOf(env.unit, found)};`);
    if (statement.names[1] !== "_") lines.push(`${word} ${second} = ${tight(map)}.has(${key.text});`);
    bind([found, { kind: "name", name: "bool", args: [] }]);
    return lines;
  }
  const code = value.kind === "assert" ? emitAssertionPair(env, value) : emit(env, value);
  bind(code.tuple ?? []);
  const pattern = codes
    .map((one, i) => (statement.names[i] === "_" ? "" : one))
    .join(", ")
    .replace(/^, /, ", ")
    .replace(/(?:, )+$/, "");
  return [`${word} [${pattern}]${code.isGap ? ": any" : ""} = ${code.text};`];
}
