import type { Expr, Variable } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { emitAssertionPair } from "./emit-assertions.ts";
import { settled } from "./emit-define.ts";
import { type Env, emit, emitFunc } from "./emit-env.ts";
import { BOOL, underlying } from "./emit-types.ts";
import { imported, walk } from "./scope.ts";
import { joinedName, safeName } from "./text.ts";

/** Nothing that could have another value at the next render. */
export function isConstant(env: Env, value: Expr): boolean {
  let constant = true;
  walk(value, (node) => {
    if (node.kind === "call" || node.kind === "func") constant = false;
    const name = node.kind === "name" ? (node as { name?: unknown }).name : undefined; // cast: a name has one
    const binding = typeof name === "string" ? env.scope.find(name) : undefined;
    if (binding?.kind === "signal" || binding?.kind === "computed" || binding?.kind === "prop") constant = false;
    return constant;
  });
  return constant;
}

/** A local that is computed from props and state. */
export function emitDerived(env: Env, names: readonly string[], value: Expr, values: readonly Expr[]): string[] {
  const computed = imported(env.unit, "busbar/signals", "computed");
  if (values.length < names.length) {
    const made = pairOf(env, value) ?? emit(env, value);
    const code = joinedName(names.filter((name) => name !== "_"));
    names.forEach((name, i) => {
      env.scope.set(name, { kind: "value", code: `${code}.get()[${i}]`, type: made.tuple?.[i] });
    });
    return [`const ${code} = ${computed}(()${made.isGap ? ": any" : ""} => ${made.text});`];
  }
  return names.flatMap((name, i) => emitComputed(env, { at: value.at, name, type: undefined, value: values[i] }));
}

/** `value, ok := m[key]` and `value, ok := x.(T)`: what says by a second value whether there is a first. */
function pairOf(env: Env, value: Expr): Code | undefined {
  if (value.kind === "assert") return emitAssertionPair(env, value);
  const [key] = value.kind === "index" ? value.indexes : [];
  if (value.kind !== "index" || key === undefined) return undefined;
  const map = emit(env, value.target);
  const type = underlying(env.unit, map.type);
  if (type?.kind !== "map") return undefined;
  const [found, index] = [emit(env, value), emit(env, key)];
  return { ...atom(`[${found.text}, ${tight(map)}.has(${index.text})] as const`), tuple: [type.value, BOOL] };
}

/** A name for a value that is computed anew when what it reads has changed. */
export function emitComputed(env: Env, { at, name, type, value }: Variable): string[] {
  const computed = imported(env.unit, "busbar/signals", "computed");
  const given = value ?? { kind: "gap", at, reason: "a computed value needs an expression", text: "" };
  const code = emitFunc(
    env,
    {
      kind: "func",
      at,
      params: [],
      results: type ? [type] : [],
      isArrow: true,
      body: [{ kind: "return", at, comments: [], values: [given] }],
    },
    undefined,
    type !== undefined,
  );
  const made = type ?? settled(emit(env, given).type);
  env.scope.set(name, { kind: "computed", code: safeName(name), type: made });
  return [`const ${safeName(name)} = ${computed}(${code.text});`];
}
