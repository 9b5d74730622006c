import type { GoType } from "./ast.ts";
import { BOOL, ERROR, FLOAT, INT, isNamed, STRING, underlying } from "./emit-types.ts";
import { helper, type Unit } from "./scope.ts";

/** A piece of code: its text, how tightly it binds, and its Go type where that is known. */
export interface Code {
  readonly text: string;
  /** 20: stands alone; 15: unary; 13 to 4: binary; 3: conditional; 2: arrow. */
  readonly level: number;
  readonly type?: GoType | undefined;
  /** It has no value. */
  readonly isVoid?: boolean;
  /** It throws: a placeholder. */
  readonly isGap?: boolean;
  /** Types of the parts of a result that has several. */
  readonly tuple?: readonly GoType[];
}

type Port = (args: readonly Code[], unit: Unit) => Code | undefined;

export const atom = (text: string, type?: GoType): Code => ({ text, level: 20, type });
/** Puts parentheses around what binds less tightly. */
export const tight = (code: Code | undefined, level = 20): string => {
  if (code === undefined) return "";
  return code.level < level ? `(${code.text})` : code.text;
};
const all = (args: readonly Code[]): string => args.map((arg) => arg.text).join(", ");
const method =
  (name: string, type: GoType): Port =>
  ([target, ...args]) =>
    atom(`${tight(target)}.${name}(${all(args)})`, type);
const call =
  (name: string, type: GoType): Port =>
  (args) =>
    atom(`${name}(${all(args)})`, type);
const strings: GoType = { kind: "slice", element: STRING };

/** Functions of Go packages that have a counterpart. */
const PORTS: Readonly<Record<string, Port>> = {
  "fmt.Sprint": (args, unit) => sprint(args, unit),
  "fmt.Println": (args) => ({ text: `console.log(${all(args)})`, level: 20, isVoid: true }),
  "fmt.Print": (args) => ({ text: `console.log(${all(args)})`, level: 20, isVoid: true }),
  "console.log": (args) => ({ text: `console.log(${all(args)})`, level: 20, isVoid: true }),
  "errors.New": (args) => atom(`new Error(${all(args)})`, ERROR),
  "strings.Contains": method("includes", BOOL),
  "strings.HasPrefix": method("startsWith", BOOL),
  "strings.HasSuffix": method("endsWith", BOOL),
  "strings.Index": method("indexOf", INT),
  "strings.LastIndex": method("lastIndexOf", INT),
  "strings.Join": method("join", STRING),
  "strings.Repeat": method("repeat", STRING),
  "strings.ReplaceAll": ([text, from, to]) => atom(`${tight(text)}.split(${from?.text}).join(${to?.text})`, STRING),
  "strings.Split": method("split", strings),
  "strings.ToLower": method("toLowerCase", STRING),
  "strings.ToUpper": method("toUpperCase", STRING),
  "strings.TrimSpace": method("trim", STRING),
  "strings.TrimPrefix": ([text, prefix]) => ({
    text: `${tight(text)}.startsWith(${prefix?.text}) ? ${tight(text)}.slice(${tight(prefix)}.length) : ${text?.text}`,
    level: 3,
    type: STRING,
  }),
  "strings.TrimSuffix": ([text, suffix]) => ({
    text: `${tight(text)}.endsWith(${suffix?.text}) ? ${tight(text)}.slice(0, ${tight(text)}.length - ${tight(suffix)}.length) : ${text?.text}`,
    level: 3,
    type: STRING,
  }),
  "strings.Fields": ([text]) => atom(`(${text?.text}.match(/\\S+/g) ?? [])`, strings),
  "strings.Count": ([text, part]) => ({ text: `${tight(text)}.split(${part?.text}).length - 1`, level: 12, type: INT }),
  "strings.EqualFold": ([a, b]) => ({
    text: `${tight(a)}.toLowerCase() === ${tight(b)}.toLowerCase()`,
    level: 9,
    type: BOOL,
  }),
  "strconv.Itoa": call("String", STRING),
  "strconv.FormatBool": call("String", STRING),
  "strconv.Quote": call("JSON.stringify", STRING),
  "strconv.Atoi": (args, unit) => ({ ...atom(`${helper(unit, "atoi")}(${all(args)})`), tuple: [INT, ERROR] }),
  "strconv.ParseFloat": ([text], unit) => ({
    ...atom(`${helper(unit, "parseNumber")}(${text?.text})`),
    tuple: [FLOAT, ERROR],
  }),
  "math.Abs": call("Math.abs", FLOAT),
  "math.Floor": call("Math.floor", FLOAT),
  "math.Ceil": call("Math.ceil", FLOAT),
  "math.Trunc": call("Math.trunc", FLOAT),
  "math.Sqrt": call("Math.sqrt", FLOAT),
  "math.Pow": call("Math.pow", FLOAT),
  "math.Cbrt": call("Math.cbrt", FLOAT),
  "math.Hypot": call("Math.hypot", FLOAT),
  "math.Exp": call("Math.exp", FLOAT),
  "math.Log": call("Math.log", FLOAT),
  "math.Log2": call("Math.log2", FLOAT),
  "math.Log10": call("Math.log10", FLOAT),
  "math.Sin": call("Math.sin", FLOAT),
  "math.Cos": call("Math.cos", FLOAT),
  "math.Tan": call("Math.tan", FLOAT),
  "math.Asin": call("Math.asin", FLOAT),
  "math.Acos": call("Math.acos", FLOAT),
  "math.Atan": call("Math.atan", FLOAT),
  "math.Atan2": call("Math.atan2", FLOAT),
  "math.Max": call("Math.max", FLOAT),
  "math.Min": call("Math.min", FLOAT),
  "slices.Contains": method("includes", BOOL),
  "slices.Index": method("indexOf", INT),
  "time.Now": () => atom("new Date()", { kind: "name", pkg: "time", name: "Time", args: [] }),
};

const VALUES: Readonly<Record<string, Code>> = {
  "math.Pi": atom("Math.PI", FLOAT),
  "math.MaxInt": atom("Number.MAX_SAFE_INTEGER", INT),
  "time.Millisecond": atom("1", INT),
  "time.Second": atom("1000", INT),
  "time.Minute": atom("60_000", INT),
  "time.Hour": atom("3_600_000", INT),
};

/** Packages whose functions are known here, ported or not. */
export const KNOWN_PACKAGES: ReadonlySet<string> = new Set([
  "fmt",
  "strings",
  "strconv",
  "math",
  "errors",
  "time",
  "slices",
  "sort",
  "syscall/js",
  "gox",
  "context",
  "sync",
  "os",
  "io",
  "http",
  "net/http",
]);

export function portCall(name: string, args: readonly Code[], unit: Unit): Code | undefined {
  return Object.hasOwn(PORTS, name) ? PORTS[name]?.(args, unit) : undefined;
}

export function portValue(name: string): Code | undefined {
  return Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
}

/** Values side by side as one template literal. */
export function template(parts: readonly (Code | string)[]): string {
  const text = parts.map((part) => (typeof part === "string" ? quoteTemplate(part) : `\${${part.text}}`)).join("");
  return `\`${text}\``;
}

export function quoteTemplate(text: string): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll("`", "\\`")
    .replaceAll("${", "\\${")
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
}

/** `fmt.Sprintf` with a format known at translation, as a template literal; `undefined` for verbs without a counterpart. */
export function formatted(format: string, args: readonly Code[], unit: Unit): string | undefined {
  const parts: (Code | string)[] = [];
  let used = 0;
  let last = 0;
  for (const match of format.matchAll(/%([-+0 #]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g)) {
    const [whole, flags = "", width, precision, verb = ""] = match;
    parts.push(format.slice(last, match.index));
    last = match.index + whole.length;
    if (verb === "%") {
      parts.push("%");
      continue;
    }
    const arg = args[used++];
    const value = arg === undefined ? undefined : verbText(verb, precision, arg, unit);
    if (value === undefined || flags.includes("+") || flags.includes("#")) return undefined;
    parts.push(width === undefined ? value : padded(value, Number(width), flags, unit));
  }
  if (used !== args.length) return undefined;
  parts.push(format.slice(last));
  return template(parts);
}

/** Between two values that are no texts stands a space, as in Go. */
function sprint(args: readonly Code[], unit: Unit): Code | undefined {
  const parts: (Code | string)[] = [];
  for (const [index, arg] of args.entries()) {
    const shown = verbText("v", undefined, arg, unit);
    const before = args[index - 1];
    if (shown === undefined || (args.length > 1 && arg.type === undefined)) return undefined;
    if (before !== undefined && !isNamed(unit, before.type, "string") && !isNamed(unit, arg.type, "string"))
      parts.push(" ");
    parts.push(shown);
  }
  return atom(template(parts), STRING);
}

/** Whether a template literal shows a value of the type as Go does. */
function isShownAlike(type: GoType | undefined, unit: Unit): boolean {
  const found = underlying(unit, type);
  if (found === undefined) return true;
  return found.kind === "name" ? found.pkg === undefined : false;
}

function verbText(verb: string, precision: string | undefined, arg: Code, unit: Unit): Code | undefined {
  if (precision !== undefined && verb !== "f") return undefined;
  if ("dsvtw".includes(verb)) {
    if (isError(arg.type)) return { text: `${tight(arg)}?.message ?? "<nil>"`, level: 3.5 };
    return isShownAlike(arg.type, unit) ? arg : undefined;
  }
  if (verb === "f") return atom(`${tight(arg)}.toFixed(${precision ?? 6})`);
  if (verb === "q") return atom(`JSON.stringify(${arg.text})`);
  if (verb === "x" && !(arg.type?.kind === "name" && arg.type.name === "string"))
    return atom(`${tight(arg)}.toString(16)`);
  if (verb === "c") return atom(`String.fromCodePoint(${arg.text})`);
  return undefined;
}

function isError(type: GoType | undefined): boolean {
  return type?.kind === "name" && type.name === "error" && type.pkg === undefined;
}

function padded(value: Code, width: number, flags: string, unit: Unit): Code {
  const text = /\.(?:toFixed|toString)\(\d+\)$/.test(value.text) ? value.text : `String(${value.text})`;
  if (flags.includes("-")) return atom(`${text}.padEnd(${width})`);
  if (flags.includes("0")) return atom(`${helper(unit, "zeroPad")}(${text}, ${width})`);
  return atom(`${text}.padStart(${width})`);
}
