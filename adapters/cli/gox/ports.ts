import type { GoType } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { BOOL, ERROR, FLOAT, INT, STRING } from "./emit-types.ts";
import { sprint, sprintln } from "./format.ts";
import { helper, type Unit } from "./scope.ts";

type Port = (args: readonly Code[], unit: Unit) => Code | undefined;

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

/** A question about a rune, by its Unicode property. */
const ofRune =
  (property: string): Port =>
  ([rune]) =>
    atom(`/\\p{${property}}/u.test(String.fromCodePoint(${rune?.text}))`, BOOL);
const inCase =
  (name: string): Port =>
  ([rune]) => ({ text: `String.fromCodePoint(${rune?.text}).${name}().codePointAt(0) ?? 0`, level: 3.5, type: INT });
const trimmed = (args: readonly Code[], unit: Unit, ends: string): Code =>
  atom(`${helper(unit, "trimSet")}(${all(args)}, ${ends})`, STRING);

/** Functions of Go packages that have a counterpart. */
const PORTS: Readonly<Record<string, Port>> = {
  "fmt.Sprint": (args, unit) => sprint(args, unit),
  "fmt.Sprintln": (args, unit) => sprintln(args, unit),
  "fmt.Println": (args) => ({ text: `console.log(${all(args)})`, level: 20, isVoid: true }),
  "fmt.Print": (args) => ({ text: `console.log(${all(args)})`, level: 20, isVoid: true }),
  "console.log": (args) => ({ text: `console.log(${all(args)})`, level: 20, isVoid: true }),
  "errors.Is": (args, unit) => atom(`${helper(unit, "isError")}(${all(args)})`, BOOL),
  "errors.Unwrap": ([error]) => ({
    text: `(${error?.text}?.cause as Error | undefined) ?? null`,
    level: 3.5,
    type: ERROR,
  }),
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
  "strings.Replace": ([text, from, to, count]) =>
    count?.text === "-1" ? atom(`${tight(text)}.split(${from?.text}).join(${to?.text})`, STRING) : undefined,
  "strings.ContainsRune": ([text, rune]) => atom(`${tight(text)}.includes(String.fromCodePoint(${rune?.text}))`, BOOL),
  "strings.Trim": (args, unit) => trimmed(args, unit, "true, true"),
  "strings.TrimLeft": (args, unit) => trimmed(args, unit, "true, false"),
  "strings.TrimRight": (args, unit) => trimmed(args, unit, "false, true"),
  "strings.Compare": (args, unit) => atom(`${helper(unit, "compare")}(${all(args)})`, INT),
  "cmp.Compare": (args, unit) => atom(`${helper(unit, "compare")}(${all(args)})`, INT),
  "unicode.IsUpper": ofRune("Lu"),
  "unicode.IsLower": ofRune("Ll"),
  "unicode.IsLetter": ofRune("L"),
  "unicode.IsDigit": ofRune("Nd"),
  "unicode.IsSpace": ofRune("White_Space"),
  "unicode.IsPunct": ofRune("P"),
  "unicode.ToUpper": inCase("toUpperCase"),
  "unicode.ToLower": inCase("toLowerCase"),
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
  "strconv.ParseInt": (args, unit) =>
    args[1]?.text === "10" ? { ...atom(`${helper(unit, "atoi")}(${args[0]?.text})`), tuple: [INT, ERROR] } : undefined,
  "strconv.ParseBool": ([text], unit) => ({
    ...atom(`${helper(unit, "parseBool")}(${text?.text})`),
    tuple: [BOOL, ERROR],
  }),
  "strconv.FormatInt": ([value, base]) => atom(`${tight(value)}.toString(${base?.text})`, STRING),
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

const DURATION: GoType = { kind: "name", pkg: "time", name: "Duration", args: [] };

const VALUES: Readonly<Record<string, Code>> = {
  "math.Pi": atom("Math.PI", FLOAT),
  "math.MaxInt": atom("Number.MAX_SAFE_INTEGER", INT),
  "time.Millisecond": atom("1", DURATION),
  "time.Second": atom("1000", DURATION),
  "time.Minute": atom("60_000", DURATION),
  "time.Hour": atom("3_600_000", DURATION),
};

/** Packages whose functions are known here, ported or not. */
export const KNOWN_PACKAGES: ReadonlySet<string> = new Set([
  "fmt",
  "strings",
  "bytes",
  "cmp",
  "unicode",
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
