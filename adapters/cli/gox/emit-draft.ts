import type { Expr, Part, Stmt } from "./ast.ts";
import { emitComputed } from "./emit-derived.ts";
import { type Env, emit, emitFunc, inner, ofOwn, zeroCode } from "./emit-env.ts";
import { effectCall, effectFunc, emitState, isElementType } from "./emit-hooks.ts";
import { emitStatements } from "./emit-statements.ts";
import { tsType } from "./emit-types.ts";
import { block, safeName } from "./text.ts";

/** The blocks of the newer draft. */
export function emitDraft(env: Env, part: Part): string[] {
  const { unit, scope } = env;
  switch (part.kind) {
    case "state":
      return part.variables.flatMap(({ at, name, type, value }) =>
        emitState(env, { at, name, setter: "_", type, initial: value }),
      );
    case "compute":
      return part.variables.flatMap((variable) => emitComputed(env, variable));
    case "effect":
      return [
        effectCall(
          env,
          effectFunc(env, literal(part.at, withCleanup(part.body))),
          part.dependencies.map((one) => emit(env, one).text),
        ),
      ];
    case "mount":
      return [effectCall(env, effectFunc(env, literal(part.at, part.body)), [])];
    case "unmount":
      return [`${ofOwn(env, "onCleanup")}(${emitFunc(env, literal(part.at, part.body), undefined, false).text});`];
    case "watch":
      return emitWatch(env, part);
    case "ref": {
      const { at, name, type, value } = part.variable;
      const code = safeName(name);
      if (isElementType(type)) {
        scope.set(name, { kind: "element", code, type: undefined });
        return [`const ${code} = ${ofOwn(env, "elementRef")}();`];
      }
      const initial = (value === undefined ? zeroCode(env, at, type) : emit(env, value, type)).text;
      scope.set(name, { kind: "value", code: `${code}.current`, type });
      return [`const ${code}: { current: ${tsType(unit, type)} } = { current: ${initial} };`];
    }
    default:
      return [];
  }
}

function literal(at: number, body: readonly Stmt[]): Extract<Expr, { kind: "func" }> {
  return { kind: "func", at, params: [], results: [], body, isArrow: false };
}

/** `cleanup { ... }` is what the effect returns. */
function withCleanup(body: readonly Stmt[]): Stmt[] {
  const cleanup = body.find((one) => one.kind === "cleanup");
  if (cleanup?.kind !== "cleanup") return [...body];
  const rest = body.filter((one) => one !== cleanup);
  return [
    ...rest,
    { kind: "return", at: cleanup.at, comments: cleanup.comments, values: [literal(cleanup.at, cleanup.body)] },
  ];
}

/** Not at first, and with the value before. */
function emitWatch(env: Env, part: Extract<Part, { kind: "watch" }>): string[] {
  const { before, now, subject, body } = part;
  const value = emit(env, subject);
  const own = inner(env);
  const [old, current] = [safeName(before), safeName(now)];
  own.scope.set(before, { kind: "value", code: old, type: value.type });
  own.scope.set(now, { kind: "value", code: current, type: value.type });
  const lines = emitStatements(own, body);
  return [`${ofOwn(env, "watch")}(() => ${value.text}, ${block(`(${old}, ${current}) => `, lines)});`];
}
