import type { Expr, GoType } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { writable } from "./emit-assign.ts";
import { type Env, emit, gapCode, zeroCode } from "./emit-env.ts";
import { copied } from "./emit-promoted.ts";
import { FLOAT, INT, isBuilder, isInteger, isNamed, STRING, tsResults, tsType, underlying } from "./emit-types.ts";
import { helper } from "./scope.ts";
import { list } from "./text.ts";

type Call = Extract<Expr, { kind: "call" }>;

/** What Go has without an import; `undefined` for a name that is none of it. */
export function builtIn(env: Env, name: string, expr: Call, want: GoType | undefined): Code | undefined {
  const { unit } = env;
  const [first, second] = expr.args;
  switch (name) {
    case "len":
    case "cap": {
      if (name === "cap") unit.reporter.note(expr.at, "cap is the length here: arrays grow by themselves");
      const value = emit(env, first as Expr); // cast: len has one argument
      const type = underlying(unit, value.type);
      if (isNamed(unit, type, "string"))
        unit.reporter.note(expr.at, "len of a string counts UTF-16 units here, bytes in Go: they differ outside ASCII");
      return atom(`${tight(value)}.${type?.kind === "map" ? "size" : "length"}`, INT);
    }
    case "append": {
      const base = emit(env, first as Expr, want); // cast: append has a slice
      const element =
        underlying(unit, base.type)?.kind === "slice"
          ? (underlying(unit, base.type) as { element: GoType }).element
          : undefined; // cast: just asked
      const rest = expr.args
        .slice(1)
        .map((arg, index, all) =>
          expr.spreads && index === all.length - 1
            ? `...${emit(env, arg).text}`
            : copied(unit, arg, emit(env, arg, element)),
        );
      const start = base.text === "[]" ? [] : [`...${tight(base)}`];
      return { ...atom(list("[", [...start, ...rest], "]")), type: base.type };
    }
    case "make": {
      const type = first?.kind === "type" ? first.type : undefined;
      const shape = underlying(unit, type);
      if (shape?.kind === "map")
        return { ...atom(`new Map<${tsType(unit, shape.key)}, ${tsType(unit, shape.value)}>()`), type };
      if (shape?.kind !== "slice") return gapCode(env, expr.at, "channels are not ported: use promises");
      if (second === undefined || (second.kind === "number" && second.text === "0")) return { ...atom("[]"), type };
      const made = `Array.from({ length: ${emit(env, second).text} }, (): ${tsResults(unit, [shape.element])} => (${zeroCode(env, expr.at, shape.element).text}))`;
      return { ...atom(made.replace(/=> \(([^{]*)\)\)$/, "=> $1)")), type };
    }
    case "new": {
      const type = first?.kind === "type" ? first.type : undefined;
      if (type === undefined || !(isBuilder(type) || underlying(unit, type)?.kind === "struct"))
        return gapCode(env, expr.at, "new(T) is ported for structs alone");
      return { ...zeroCode(env, expr.at, type), type: { kind: "pointer", element: type }, isPresent: true };
    }
    case "copy": {
      if (first?.kind === "slice") return gapCode(env, expr.at, "copying into a part of a slice is not ported");
      const [to, from] = [emit(env, first as Expr), emit(env, second as Expr)]; // casts: copy has two arguments
      return {
        ...atom(
          `${tight(from)}.slice(0, ${tight(to)}.length).forEach((value, index) => {\n  ${tight(to)}[index] = value;\n})`,
        ),
        isVoid: true,
      };
    }
    case "delete":
      return atom(`${writable(env, first as Expr)}.delete(${emit(env, second as Expr).text})`); // casts: delete has two arguments
    case "min":
    case "max": {
      const given = expr.args.map((arg) => emit(env, arg));
      const isWhole = given.every((one) => isInteger(unit, one.type));
      return atom(`Math.${name}(${given.map((one) => one.text).join(", ")})`, isWhole ? INT : FLOAT);
    }
    case "panic":
      return atom(`${helper(unit, "panic")}(${expr.args.map((arg) => emit(env, arg).text).join(", ")})`);
    case "print":
    case "println":
      return { ...atom(`console.log(${expr.args.map((arg) => emit(env, arg).text).join(", ")})`), isVoid: true };
    case "await":
      return gapCode(env, expr.at, "await is not ported: make the handler async and await inside");
    case "useResource":
      return gapCode(
        env,
        expr.at,
        "resources are not ported: load the data before the page is rendered, or in an effect",
      );
    case "setInterval":
    case "setTimeout":
      return atom(`Number(${name}(${expr.args.map((arg) => emit(env, arg).text).join(", ")}))`, INT);
    case "string":
    case "bool":
    case "float32":
    case "float64":
      return conversion(env, expr, { kind: "name", name, args: [] });
  }
  return isInteger(unit, { kind: "name", name, args: [] })
    ? conversion(env, expr, { kind: "name", name, args: [] })
    : undefined;
}

/** `int(x)`, `string(s[0])`, `[]byte(s)`, `Status(1)` */
export function conversion(env: Env, expr: Call, type: GoType): Code {
  const { unit } = env;
  const [arg] = expr.args;
  if (arg === undefined) return gapCode(env, expr.at, "a conversion needs a value");
  const target = underlying(unit, type);
  if (isNamed(unit, target, "string") && arg.kind === "index") {
    const source = emit(env, arg.target);
    if (isNamed(unit, source.type, "string") && arg.indexes[0] !== undefined)
      return atom(`${tight(source)}.charAt(${emit(env, arg.indexes[0]).text})`, STRING);
  }
  const value = emit(env, arg, type);
  if (isNamed(unit, target, "string") && isInteger(unit, value.type))
    return atom(`String.fromCodePoint(${value.text})`, type);
  if (isInteger(unit, target) && !isInteger(unit, value.type)) return atom(`Math.trunc(${value.text})`, type);
  if (target?.kind === "slice" && isNamed(unit, value.type, "string")) {
    const isBytes = target.element.kind === "name" && target.element.name === "byte";
    return atom(
      isBytes
        ? `[...new TextEncoder().encode(${value.text})]`
        : `Array.from(${value.text}, (char) => char.codePointAt(0) ?? 0)`,
      type,
    );
  }
  if (isNamed(unit, target, "string") && underlying(unit, value.type)?.kind === "slice")
    return gapCode(env, expr.at, "making a string of bytes or runes is not ported");
  return { ...value, type };
}
