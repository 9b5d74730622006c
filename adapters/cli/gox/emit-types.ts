import type { GoType, Param, TypeParam } from "./ast.ts";
import { assignedIn, helper, imported, type Scope, type Unit } from "./scope.ts";
import { safeName } from "./text.ts";

const INTEGERS = new Set("int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 uintptr byte rune".split(" "));
const NODES = new Set(["VNode", "JSXElement", "Node", "JSX"]);
const EVENTS = new Set([
  "Event",
  "KeyEvent",
  "KeyboardEvent",
  "MouseEvent",
  "InputEvent",
  "FormEvent",
  "SyntheticEvent",
]);

export const INT: GoType = { kind: "name", name: "int", args: [] };
export const FLOAT: GoType = { kind: "name", name: "float64", args: [] };
export const STRING: GoType = { kind: "name", name: "string", args: [] };
export const BOOL: GoType = { kind: "name", name: "bool", args: [] };
export const ERROR: GoType = { kind: "name", name: "error", args: [] };
/** A number as written, which takes the type of what it meets. */
export const UNTYPED: GoType = { kind: "name", name: "untyped int", args: [] };
export const NODE: GoType = { kind: "name", name: "$node", args: [] };

/** A named type of the file, seen through; everything else as it is. */
export function underlying(unit: Unit, type: GoType | undefined): GoType | undefined {
  if (type?.kind !== "name" || type.pkg !== undefined) return type;
  const declared = unit.types.get(type.name);
  return declared === undefined ? type : underlying(unit, declared.type);
}

export function isNamed(unit: Unit, type: GoType | undefined, name: string): boolean {
  const found = underlying(unit, type);
  return found?.kind === "name" && found.pkg === undefined && found.name === name;
}

export function isInteger(unit: Unit, type: GoType | undefined): boolean {
  const found = underlying(unit, type);
  if (found?.kind !== "name") return false;
  return (
    INTEGERS.has(found.name) || found.name === "untyped int" || (found.pkg === "time" && found.name === "Duration")
  );
}

export function isNode(unit: Unit, type: GoType | undefined): boolean {
  if (type?.kind === "pointer") return isNode(unit, type.element);
  return (
    type?.kind === "name" &&
    (type.name === "$node" ||
      (NODES.has(type.name) && (type.pkg === "gox" || (type.pkg === undefined && !unit.types.has(type.name)))))
  );
}

/** Whether a parameter of this type is the event a handler gets. */
export function isEvent(unit: Unit, type: GoType | undefined): boolean {
  if (type?.kind === "pointer") return isEvent(unit, type.element);
  if (type?.kind !== "name" || unit.types.has(type.name)) return false;
  return (
    (type.pkg === "js" && type.name === "Value") ||
    ((type.pkg === "gox" || type.pkg === undefined) && EVENTS.has(type.name))
  );
}

/** Whether the type is `strings.Builder` or `bytes.Buffer`, or points at one: here an object, which all who have it share. */
export function isBuilder(type: GoType | undefined): boolean {
  if (type?.kind === "pointer") return isBuilder(type.element);
  if (type?.kind !== "name") return false;
  return (type.pkg === "strings" && type.name === "Builder") || (type.pkg === "bytes" && type.name === "Buffer");
}

/** Whether `null` stands for the type's nil. */
export function isNullable(unit: Unit, type: GoType | undefined): boolean {
  const found = underlying(unit, type);
  if (isNode(unit, found)) return false;
  return found?.kind === "pointer" || (found?.kind === "name" && found.name === "error" && found.pkg === undefined);
}

/** A type as TypeScript; a slice that may be changed is no `readonly` one. */
export function tsType(unit: Unit, type: GoType | undefined, mutable = false): string {
  if (type === undefined) return "unknown";
  if (isNode(unit, type)) return imported(unit, "busbar/html", "HtmlValue", true);
  switch (type.kind) {
    case "slice": {
      const element = tsType(unit, type.element);
      const inner = /^[\w.]+(?:<.*>)?$/.test(element) ? element : `(${element})`;
      return `${mutable ? "" : "readonly "}${inner}[]`;
    }
    case "map":
      return `${mutable ? "Map" : "ReadonlyMap"}<${tsType(unit, type.key)}, ${tsType(unit, type.value)}>`;
    case "pointer":
      return isEvent(unit, type) ? tsType(unit, type.element) : `${tsType(unit, type.element)} | null`;
    case "func":
      return `(${tsParams(unit, type.params)}) => ${tsResults(unit, type.results)}`;
    case "struct":
      return `{ ${type.fields.map((field) => `readonly ${field.name}: ${tsType(unit, field.type)}`).join("; ")} }`;
    case "interface":
    case "chan":
      return "unknown";
    case "name":
      return tsNamed(unit, type);
  }
}

function tsNamed(unit: Unit, type: Extract<GoType, { kind: "name" }>): string {
  if (isEvent(unit, type)) return imported(unit, "busbar/live", "ComponentEvent", true);
  const args = type.args.length === 0 ? "" : `<${type.args.map((arg) => tsType(unit, arg)).join(", ")}>`;
  if (type.pkg === "time" && type.name === "Time") return "Date";
  if (type.pkg === "time" && type.name === "Duration") return "number";
  if (isBuilder(type)) return helper(unit, "TextBuilder");
  if (type.pkg !== undefined) return `${packageName(unit, type.pkg)}.${type.name}${args}`;
  if (unit.types.has(type.name)) return safeName(type.name) + args;
  if (INTEGERS.has(type.name) || ["float32", "float64", "untyped int"].includes(type.name)) return "number";
  if (type.name === "bool") return "boolean";
  if (type.name === "any") return "unknown";
  if (type.name === "error") return "Error | null";
  if (type.name === "Element") return "unknown";
  if (type.name !== "string" && unit.file.find(type.name) === undefined && /^\p{Lu}\w/u.test(type.name)) {
    return foreign(unit, type.name, true) + args;
  }
  return safeName(type.name) + args;
}

/** A name of another file of the Go package: to be written by hand, beside this one. */
export function foreign(unit: Unit, name: string, isType: boolean): string {
  return imported(unit, `./${unit.packageName}.ts`, safeName(name), isType, false);
}

/** A Go package that is not ported: a module of the same name, to be written by hand. */
function packageName(unit: Unit, name: string): string {
  const binding = unit.file.find(name);
  if (binding?.kind === "package")
    unit.reporter.gap(
      binding.at,
      `package "${binding.path}" is not ported: write ./${name}.ts with what is used of it`,
    );
  unit.imports.set(`./${name}.ts`, new Map([["*", name]]));
  return name;
}

export { packageName as foreignPackage };

export function tsParams(unit: Unit, params: readonly Param[]): string {
  return params
    .map(({ name, type, variadic }, index) => {
      const unnamed = params.length === 1 ? "value" : `value${index + 1}`;
      const code = name === "" ? unnamed : name === "_" ? `_${index + 1}` : safeName(name);
      return `${variadic ? "..." : ""}${code}: ${tsType(unit, type)}`;
    })
    .join(", ");
}

export function tsResults(unit: Unit, results: readonly GoType[]): string {
  const [first] = results;
  if (first === undefined) return "void";
  if (results.length > 1) return `readonly [${results.map((result) => tsType(unit, result)).join(", ")}]`;
  const text = tsType(unit, first);
  return text.includes("=>") ? `(${text})` : text;
}

/** `<T, K extends string | number>` */
export function tsTypeParams(params: readonly TypeParam[]): string {
  return params.length === 0 ? "" : `<${params.map((param) => param.name).join(", ")}>`;
}

/** Why what a variable of the type holds at first cannot be written here, where it cannot. */
export function noZeroOf(unit: Unit, type: GoType | undefined): string | undefined {
  if (type === undefined || isNode(unit, type) || isEvent(unit, type)) return undefined;
  if (type.kind === "func") return "a function that is nil at first is not ported: give it a value";
  if (type.kind === "struct") {
    for (const field of type.fields) {
      const reason = noZeroOf(unit, field.type);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
  if (type.kind === "slice" && type.size === "unknown") return "an array whose size is no number is not ported";
  if (type.kind === "slice" && type.size !== undefined) return noZeroOf(unit, type.element);
  if (type.kind !== "name" || isInteger(unit, type) || ZEROS.has(type.name)) return undefined;
  if (type.pkg === "time" && (type.name === "Time" || type.name === "Duration")) return undefined;
  if (isBuilder(type)) return undefined;
  const declared = type.pkg === undefined ? unit.types.get(type.name) : undefined;
  if (declared !== undefined) return noZeroOf(unit, declared.type);
  const name = type.pkg === undefined ? type.name : `${type.pkg}.${type.name}`;
  return `what a ${name} is at first is not known in this file: give it a value`;
}

const ZEROS = new Set(["float32", "float64", "string", "bool", "any", "error", "Element"]);

/** What a variable of the type holds before anything is put in; `noZeroOf` tells where that is not known. */
export function zeroOf(unit: Unit, type: GoType | undefined): string {
  if (type === undefined || isNode(unit, type)) return "null";
  if (type.kind === "slice" && typeof type.size === "number" && type.size > 0) {
    const zero = zeroOf(unit, type.element);
    if (type.size <= 8) return `[${Array(type.size).fill(zero).join(", ")}]`;
    return `Array.from({ length: ${type.size} }, () => ${zero.startsWith("{") ? `(${zero})` : zero})`;
  }
  if (type.kind === "slice") return "[]";
  if (type.kind === "map") return "new Map()";
  if (type.kind === "struct") {
    if (type.fields.length === 0) return "{}";
    return `{ ${type.fields.map((field) => `${field.name}: ${zeroOf(unit, field.type)}`).join(", ")} }`;
  }
  if (type.kind !== "name") return "null";
  if (isInteger(unit, type) || ["float32", "float64"].includes(type.name)) return "0";
  if (type.name === "string") return '""';
  if (type.name === "bool") return "false";
  if (isBuilder(type)) return `new ${helper(unit, "TextBuilder")}()`;
  if (type.pkg === "time" && type.name === "Duration") return "0";
  if (type.pkg === "time" && type.name === "Time") return "new Date(-62_135_596_800_000)"; // the first second of year 1
  const declared = type.pkg === undefined ? unit.types.get(type.name) : undefined;
  return declared === undefined ? "null" : zeroOf(unit, declared.type);
}

/** A scope inside another that knows the parameters of a function. @param body - The function's, which may assign them. */
export function bindParams(unit: Unit, scope: Scope, params: readonly Param[], body: unknown): void {
  const assigned = assignedIn(body);
  params.forEach(({ name, type }, index) => {
    const code = name === "" || name === "_" ? `_${index + 1}` : safeName(name);
    if (isEvent(unit, type)) scope.set(name, { kind: "event", code, type: undefined });
    else scope.set(name, { kind: "value", code, type, ...(!assigned.has(name) && { isFixed: true }) });
  });
}
