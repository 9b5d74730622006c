import type { Expr, FuncLiteral, GoType, Stmt } from "./ast.ts";
import { settled } from "./emit-define.ts";
import { type Env, emit, emitFunc, gapCode, ofOwn, zeroCode } from "./emit-env.ts";
import { STRING, tsType, underlying } from "./emit-types.ts";
import { typeOf as typeExpr } from "./parse-expressions.ts";
import { imported } from "./scope.ts";
import { list, safeName } from "./text.ts";

/** A call of `gox.UseX[T](...)`. */
export interface Hook {
  readonly at: number;
  readonly name: string;
  readonly types: readonly GoType[];
  readonly args: readonly Expr[];
}

export function hookOf(expr: Expr | undefined): Hook | undefined {
  if (expr?.kind !== "call") return undefined;
  let { callee } = expr;
  let types: readonly GoType[] = [];
  if (callee.kind === "instance") {
    types = callee.args;
    callee = callee.target;
  } else if (callee.kind === "index") {
    types = callee.indexes.flatMap((index) => typeExpr(index) ?? []);
    callee = callee.target;
  }
  if (callee.kind !== "select" || callee.target.kind !== "name" || callee.target.name !== "gox") return undefined;
  return { at: expr.at, name: callee.name, types, args: expr.args };
}

/** A hook whose results get names. */
export function emitHook(env: Env, hook: Hook, names: readonly string[]): string[] {
  const [first = "_", second = "_"] = names;
  const [arg] = hook.args;
  const { unit, scope } = env;
  switch (hook.name) {
    case "UseState":
      return emitState(env, { at: hook.at, name: first, setter: second, type: hook.types[0], initial: arg });
    case "UseMemo":
      return arg === undefined ? missing(env, hook) : emitMemo(env, hook, first, arg);
    case "UseCallback": {
      if (arg === undefined) return missing(env, hook);
      const func = arg.kind === "func" ? emitFunc(env, arg) : emit(env, arg);
      scope.set(first, { kind: "value", code: safeName(first), type: func.type });
      return [`const ${safeName(first)} = ${func.text};`];
    }
    case "UseRef":
      return emitRef(env, hook.at, first, hook.types[0], arg);
    case "UseReducer":
      return emitReducer(env, hook, first, second);
    case "UseId":
      scope.set(first, { kind: "value", code: safeName(first), type: STRING });
      return [`const ${safeName(first)} = ${ofOwn(env, "id")}();`];
    case "UseDeferredValue": {
      unit.reporter.note(hook.at, "UseDeferredValue gives the value itself: patches are sent when the server has time");
      const value = arg === undefined ? undefined : emit(env, arg);
      scope.set(first, { kind: "computed", code: safeName(first), type: settled(value?.type) });
      return [
        `const ${safeName(first)} = ${imported(unit, "busbar/signals", "computed")}(() => ${value?.text ?? "undefined"});`,
      ];
    }
    case "UseTransition":
      unit.reporter.note(hook.at, "UseTransition runs its function at once, and is never pending");
      scope.set(first, { kind: "value", code: safeName(first), type: { kind: "name", name: "bool", args: [] } });
      scope.set(second, { kind: "value", code: safeName(second), type: { kind: "func", params: [], results: [] } });
      return [`const ${safeName(first)} = false;`, `const ${safeName(second)} = (run: () => void): void => run();`];
    default:
      for (const name of names) scope.set(name, { kind: "value", code: safeName(name), type: undefined });
      if (names.length === 0) return [`${gapCode(env, hook.at, `gox.${hook.name} is not ported`).text};`];
      return [
        `const [${names.map(safeName).join(", ")}] = ${gapCode(env, hook.at, `gox.${hook.name} is not ported`).text};`,
      ];
  }
}

function missing(env: Env, hook: Hook): string[] {
  return [`${gapCode(env, hook.at, `gox.${hook.name} needs a function`).text};`];
}

/** One state, as it is declared. */
export interface State {
  readonly at: number;
  readonly name: string;
  readonly setter: string;
  readonly type: GoType | undefined;
  readonly initial: Expr | undefined;
}

/** State: a signal, and the function that sets it. */
export function emitState(env: Env, { at, name, setter, type, initial }: State): string[] {
  const { unit, scope } = env;
  const value = initial === undefined ? zeroCode(env, at, type) : emit(env, initial, type);
  const own = type ?? settled(value.type);
  const code = name === "_" ? `${setter}Value` : safeName(name);
  scope.set(name, { kind: "signal", code, type: own });
  scope.set(setter, { kind: "setter", code, type: own });
  const shown = tsType(unit, own);
  const isPlain =
    ["string", "number", "boolean"].includes(shown) &&
    /^(?:"[^"]*"|-?\d[\d_.]*|true|false)$/.test(value.text) &&
    shown !== "boolean";
  const types = own === undefined || isPlain ? "" : `<${shown}>`;
  return [`const ${code} = ${imported(unit, "busbar/signals", "signal")}${types}(${value.text});`];
}

function emitMemo(env: Env, hook: Hook, name: string, arg: Expr): string[] {
  const result = hook.types[0] ?? (arg.kind === "func" ? arg.results[0] : undefined);
  const func =
    arg.kind === "func"
      ? emitFunc(env, { ...arg, results: result === undefined ? [] : [result] }, undefined, result !== undefined)
      : emit(env, arg);
  env.scope.set(name, { kind: "computed", code: safeName(name), type: result });
  return [`const ${safeName(name)} = ${imported(env.unit, "busbar/signals", "computed")}(${func.text});`];
}

function emitRef(env: Env, at: number, name: string, type: GoType | undefined, initial: Expr | undefined): string[] {
  const { unit, scope } = env;
  const code = safeName(name);
  if (isElementType(type)) {
    scope.set(name, { kind: "element", code, type: undefined });
    return [`const ${code} = ${ofOwn(env, "elementRef")}();`];
  }
  const value = initial === undefined ? undefined : emit(env, initial, type);
  const own = type ?? settled(value?.type);
  scope.set(name, { kind: "value", code, type: { kind: "name", name: "$ref", args: own === undefined ? [] : [own] } });
  return [`const ${code}: { current: ${tsType(unit, own)} } = { current: ${(value ?? zeroCode(env, at, own)).text} };`];
}

export function isElementType(type: GoType | undefined): boolean {
  if (type?.kind === "pointer") return isElementType(type.element);
  return (
    type?.kind === "name" &&
    ((type.pkg === "js" && type.name === "Value") ||
      (type.name === "Element" && (type.pkg === undefined || type.pkg === "gox")))
  );
}

function emitReducer(env: Env, hook: Hook, name: string, dispatch: string): string[] {
  const { unit, scope } = env;
  const [reducer, initial] = hook.args;
  if (reducer === undefined || initial === undefined) return missing(env, hook);
  const func = emit(env, reducer);
  const shape = underlying(unit, func.type);
  const params = shape?.kind === "func" ? shape.params : [];
  const [state, action] = [hook.types[0] ?? params[0]?.type, hook.types[1] ?? params[1]?.type];
  const lines = emitState(env, { at: hook.at, name, setter: "_", type: state, initial });
  const code = safeName(name);
  scope.set(dispatch, {
    kind: "value",
    code: safeName(dispatch),
    type: { kind: "func", params: [{ name: "action", type: action, variadic: false }], results: [] },
  });
  const reduce = func.level < 20 ? `(${func.text})` : func.text;
  return [
    ...lines,
    `const ${safeName(dispatch)} = (action: ${tsType(unit, action)}): void => ${code}.set(${reduce}(${code}.get(), action));`,
  ];
}

/** `gox.UseEffect(run, deps)`; without dependencies it follows what it reads. */
export function emitEffect(env: Env, hook: Hook): string[] {
  const [run, dependencies] = hook.args;
  if (run === undefined) return missing(env, hook);
  const func = run.kind === "func" ? effectFunc(env, run) : emit(env, run).text;
  const isEvery = dependencies === undefined || (dependencies.kind === "name" && dependencies.name === "nil");
  if (isEvery) {
    env.unit.reporter.note(
      hook.at,
      "an effect without dependencies runs when what it reads has changed, not after each render",
    );
    return [`${ofOwn(env, "effect")}(${func});`];
  }
  const items =
    dependencies.kind === "composite"
      ? dependencies.items.map(({ value }) => emit(env, value).text)
      : [emit(env, dependencies).text];
  return [effectCall(env, func, items)];
}

export function effectCall(env: Env, func: string, dependencies: readonly string[]): string {
  return `${ofOwn(env, "effect")}${list("(", [func, `() => ${list("[", dependencies, "]")}`], ")").replace(/^\(\n[\s\S]*$/, `(${func}, () => ${list("[", dependencies, "]")})`)};`;
}

/** The function of an effect: `return nil` means that there is nothing to clean up. */
export function effectFunc(env: Env, func: FuncLiteral): string {
  const body = withoutNil(func.body);
  const last = body[body.length - 1];
  const trimmed = last?.kind === "return" && last.values.length === 0 ? body.slice(0, -1) : body;
  return emitFunc(env, { ...func, results: [], body: trimmed }, undefined, false).text;
}

function withoutNil(body: readonly Stmt[]): Stmt[] {
  return body.map((statement): Stmt => {
    if (statement.kind === "return" && statement.values[0]?.kind === "name" && statement.values[0].name === "nil")
      return { ...statement, values: [] };
    if (statement.kind === "if")
      return { ...statement, yes: withoutNil(statement.yes), no: statement.no && withoutNil(statement.no) };
    return statement;
  });
}
