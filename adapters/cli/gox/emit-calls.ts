import type { Expr, GoType } from "./ast.ts";
import { writable } from "./emit-assign.ts";
import { type Env, emit, eventField, gapCode, zeroCode } from "./emit-env.ts";
import { FLOAT, foreignPackage, INT, isInteger, isNamed, STRING, tsResults, tsType, underlying } from "./emit-types.ts";
import { atom, type Code, formatted, KNOWN_PACKAGES, portCall, tight } from "./packages.ts";
import { typeOf } from "./parse-expressions.ts";
import { helper } from "./scope.ts";
import { list } from "./text.ts";

type Call = Extract<Expr, { kind: "call" }>;

/** 1. State setters. 2. What Go has built in. 3. Packages. 4. Methods. 5. Functions. */
export function emitCall(env: Env, expr: Call, want?: GoType): Code {
  const callee =
    expr.callee.kind === "instance" || (expr.callee.kind === "index" && isTypeArgument(expr.callee))
      ? expr.callee.target
      : expr.callee;
  if (callee.kind === "type") return conversion(env, expr, callee.type);
  const pointed = callee.kind === "unary" ? typeOf(callee) : undefined;
  if (pointed?.kind === "pointer" && isKnownType(env, pointed.element)) return conversion(env, expr, pointed);
  if (callee.kind === "name") {
    const binding = env.scope.find(callee.name);
    if (binding?.kind === "setter") return setState(env, binding.code, expr, binding.type);
    if (binding?.kind === "type") return conversion(env, expr, { kind: "name", name: callee.name, args: [] });
    if (binding === undefined) {
      const built = builtIn(env, callee.name, expr, want);
      if (built !== undefined) return built;
    }
  }
  if (callee.kind === "select") {
    const special = selected(env, callee, expr);
    if (special !== undefined) return special;
  }
  return plainCall(env, emit(env, callee), expr);
}

/** Whether `(*T)(x)` converts, and calls no function a pointer leads to. */
function isKnownType(env: Env, type: GoType): boolean {
  return type.kind === "name" && env.unit.types.has(type.name);
}

function isTypeArgument(expr: Extract<Expr, { kind: "index" }>): boolean {
  const [first] = expr.indexes;
  return (
    expr.target.kind !== "call" &&
    (first?.kind === "type" ||
      (first?.kind === "name" && /^(?:string|bool|int\d*|float\d+|any|error|byte|rune)$/.test(first.name)))
  );
}

function plainCall(env: Env, target: Code, expr: Call): Code {
  const type = underlying(env.unit, target.type);
  const params = type?.kind === "func" ? type.params : [];
  const args = expr.args.map((arg, index) => {
    const text = emit(env, arg, params[index]?.type).text;
    return expr.spreads && index === expr.args.length - 1 ? `...${text}` : text;
  });
  const text = `${tight(target)}${list("(", args, ")")}`;
  if (type?.kind !== "func") return atom(text);
  const [result] = type.results;
  return {
    ...atom(text, result),
    isVoid: result === undefined,
    ...(type.results.length > 1 ? { tuple: type.results } : {}),
  };
}

function setState(env: Env, signal: string, expr: Call, type: GoType | undefined): Code {
  const [value] = expr.args;
  if (value === undefined) return gapCode(env, expr.at, "a state is set to one value");
  const given = emit(env, value, type);
  // A function of the value before, where the state is none itself.
  const isUpdate = value.kind === "func" && underlying(env.unit, type)?.kind !== "func";
  return { ...atom(`${signal}.${isUpdate ? "update" : "set"}(${given.text})`), isVoid: true };
}

function selected(env: Env, callee: Extract<Expr, { kind: "select" }>, expr: Call): Code | undefined {
  const { unit, scope } = env;
  const { target, name } = callee;
  const binding = target.kind === "name" ? scope.find(target.name) : undefined;
  if (target.kind === "name") {
    if ((binding?.kind === "signal" || binding?.kind === "computed") && name === "set")
      return setState(env, binding.code, expr, binding.type);
    if (
      binding?.kind === "package" ||
      (binding === undefined && (KNOWN_PACKAGES.has(target.name) || target.name === "console"))
    ) {
      return packageCall(env, target.name, name, expr);
    }
    if (binding?.kind === "event" && /^(?:call|preventdefault|stoppropagation)$/i.test(name))
      return eventCall(env, expr, name);
  }
  const event = eventCallOf(env, callee, expr);
  if (event !== undefined) return event;
  const element = elementOf(env, target);
  if (element !== undefined) return elementCall(env, element, name, expr);
  const from = emit(env, target);
  const type = underlying(unit, from.type);
  if (isNamed(unit, from.type, "error") && name === "Error") return atom(`${tight(from)}.message`, STRING);
  if (type?.kind === "slice" && name === "map") return plainCall(env, atom(`${tight(from)}.map`), expr);
  const owner = from.type?.kind === "pointer" ? from.type.element : from.type;
  const method = owner?.kind === "name" ? unit.methods.get(`${owner.name}.${name}`) : undefined;
  if (owner?.kind === "name" && owner.pkg !== undefined && KNOWN_PACKAGES.has(owner.pkg))
    return gapCode(env, expr.at, `${name} of ${owner.pkg}.${owner.name} is not ported`);
  if (method === undefined || owner?.kind !== "name") return undefined;
  const isPointer = from.type?.kind === "pointer" && isMaybeNil(env, target);
  const self = isPointer ? `${helper(unit, "deref")}(${from.text})` : from.text;
  const args = [self, ...expr.args.map((arg, index) => emit(env, arg, method.params[index]?.type).text)];
  const [result] = method.results;
  return { ...atom(`${owner.name}${name}${list("(", args, ")")}`, result), isVoid: result === undefined };
}

/** Whether nothing near says that a pointer points at something. */
function isMaybeNil(env: Env, expr: Expr): boolean {
  const binding = expr.kind === "name" ? env.scope.find(expr.name) : undefined;
  if (expr.kind === "unary" || (binding?.kind === "value" && binding.isPresent === true)) return false;
  return !env.unit.checked.has(pathOf(expr));
}

function pathOf(expr: Expr): string {
  if (expr.kind === "name") return expr.name;
  return expr.kind === "select" ? `${pathOf(expr.target)}.${expr.name}` : "?";
}

/** `e.Get("target").Get("value").String()` */
function eventCallOf(env: Env, callee: Extract<Expr, { kind: "select" }>, expr: Call): Code | undefined {
  if (callee.name === "Get") return eventField(env, expr);
  if (!["String", "Bool", "Int", "Float"].includes(callee.name) || expr.args.length > 0) return undefined;
  const field = eventField(env, callee.target);
  if (field === undefined) return undefined;
  if (callee.name === "Int") return atom(`Math.trunc(Number(${field.text}))`, INT);
  return callee.name === "Float" ? atom(`Number(${field.text})`, FLOAT) : field;
}

function eventCall(env: Env, expr: Call, name: string): Code {
  const [method] = expr.args;
  const called = name.toLowerCase() === "call" ? (method?.kind === "string" ? method.value : "?") : name;
  if (/^preventDefault$/i.test(called))
    return { ...atom("/* preventDefault(): the live client does it for clicks and submits */"), isVoid: true };
  return gapCode(env, expr.at, `${called}() of an event is not ported: the page does not wait for the server`);
}

/** The element a DOM ref points at, in `ref.Current` or, in the newer draft, `ref` itself. */
function elementOf(env: Env, expr: Expr): string | undefined {
  const named = expr.kind === "select" && /^[cC]urrent$/.test(expr.name) ? expr.target : expr;
  const binding = named.kind === "name" ? env.scope.find(named.name) : undefined;
  return binding?.kind === "element" ? binding.code : undefined;
}

function elementCall(env: Env, element: string, name: string, expr: Call): Code {
  if (name === "IsNull" || name === "IsUndefined")
    return atom(`${element}.isNull()`, { kind: "name", name: "bool", args: [] });
  const isCall = name === "Call";
  if (!isCall && !/^(?:focus|blur|click|select|scrollIntoView)$/i.test(name))
    return gapCode(env, expr.at, `${name} of an element is not ported: only calls of its methods`);
  const args = expr.args.map((arg) => emit(env, arg).text);
  return {
    ...atom(
      `${element}.call(${(isCall ? args : [JSON.stringify(name.charAt(0).toLowerCase() + name.slice(1)), ...args]).join(", ")})`,
    ),
    isVoid: true,
  };
}

function packageCall(env: Env, pkg: string, name: string, expr: Call): Code {
  const { unit } = env;
  if (pkg === "gox")
    return gapCode(env, expr.at, `gox.${name} stands only at the top of a component, or is not ported`);
  const args = expr.args.map((arg) => emit(env, arg));
  if (pkg === "fmt" && ["Sprintf", "Printf", "Errorf"].includes(name)) return formatCall(env, name, expr, args);
  const ported = portCall(`${pkg}.${name}`, args, unit);
  if (ported !== undefined) return ported;
  if (KNOWN_PACKAGES.has(pkg)) return gapCode(env, expr.at, `${pkg}.${name} is not ported`);
  return atom(
    `${foreignPackage(unit, pkg)}.${name}${list(
      "(",
      args.map((arg) => arg.text),
      ")",
    )}`,
  );
}

function formatCall(env: Env, name: string, expr: Call, args: readonly Code[]): Code {
  const [format] = expr.args;
  const text =
    format?.kind === "string"
      ? formatted(name === "Printf" ? format.value.replace(/\n$/, "") : format.value, args.slice(1), env.unit)
      : undefined;
  if (text === undefined) return gapCode(env, expr.at, `fmt.${name} with a format that is not ported`);
  if (name === "Printf") return { ...atom(`console.log(${text})`), isVoid: true };
  return name === "Errorf" ? atom(`new Error(${text})`, { kind: "name", name: "error", args: [] }) : atom(text, STRING);
}

function builtIn(env: Env, name: string, expr: Call, want: GoType | undefined): Code | undefined {
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
          expr.spreads && index === all.length - 1 ? `...${emit(env, arg).text}` : emit(env, arg, element).text,
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
    case "new":
      return gapCode(env, expr.at, "new(T) is not ported: write &T{}");
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
function conversion(env: Env, expr: Call, type: GoType): Code {
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
