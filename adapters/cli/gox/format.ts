import type { GoType } from "./ast.ts";
import { atom, type Code, tight } from "./code.ts";
import { isNamed, STRING, underlying } from "./emit-types.ts";
import { helper, type Unit } from "./scope.ts";

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
export function sprint(args: readonly Code[], unit: Unit): Code | undefined {
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

/** Between all values stands a space, and a line end behind. */
export function sprintln(args: readonly Code[], unit: Unit): Code | undefined {
  const parts: (Code | string)[] = [];
  for (const [index, arg] of args.entries()) {
    const shown = verbText("v", undefined, arg, unit);
    if (shown === undefined || arg.type === undefined) return undefined;
    parts.push(index === 0 ? "" : " ", shown);
  }
  return atom(template([...parts, "\n"]), STRING);
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
