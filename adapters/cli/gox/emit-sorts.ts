import type { Expr, GoType } from "./ast.ts";
import { atom, type Code } from "./code.ts";
import { writable } from "./emit-assign.ts";
import { type Env, emit } from "./emit-env.ts";
import { isInteger, isNamed, underlying } from "./emit-types.ts";
import { helper } from "./scope.ts";

type Call = Extract<Expr, { kind: "call" }>;

/** Functions of `sort` and `slices` that change a slice in place. */
export function emitSort(env: Env, name: string, expr: Call): Code | undefined {
  const [first, second] = expr.args;
  if (first === undefined) return undefined;
  switch (name) {
    case "slices.Reverse":
      return done(`${writable(env, first)}.reverse()`);
    case "sort.Strings":
    case "sort.Ints":
    case "sort.Float64s":
    case "slices.Sort": {
      const order = orderOf(env, emit(env, first).type);
      return order === undefined ? undefined : done(`${writable(env, first)}.sort(${order})`);
    }
    case "slices.SortFunc":
    case "slices.SortStableFunc":
      return second === undefined ? undefined : done(`${writable(env, first)}.sort(${emit(env, second).text})`);
    case "sort.Slice":
    case "sort.SliceStable":
      return second === undefined
        ? undefined
        : done(
            `${helper(env.unit, "sortSlice")}(${writable(env, first).replace(/^\((.*)\)$/, "$1")}, ${emit(env, second).text})`,
          );
  }
  return undefined;
}

function done(text: string): Code {
  return { ...atom(text), isVoid: true };
}

/** What `sort` is given; texts need nothing. */
function orderOf({ unit }: Env, type: GoType | undefined): string | undefined {
  const list = underlying(unit, type);
  const element = list?.kind === "slice" ? list.element : undefined;
  if (isNamed(unit, element, "string")) return "";
  const isNumber = isInteger(unit, element) || isNamed(unit, element, "float64") || isNamed(unit, element, "float32");
  return isNumber ? "(a, b) => a - b" : undefined;
}
