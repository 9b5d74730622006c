/** How wide a line may get before it is broken. */
export const WIDTH = 110;

/** Indents every line but those inside template literals, which are marked. */
export function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : `  ${line}`))
    .join("\n");
}

/** `open` items `close` on one line, or an item a line. */
export function list(open: string, items: readonly string[], close: string, spaced = false): string {
  if (items.length === 0) return open + close;
  const line = items.join(", ");
  const pad = spaced ? " " : "";
  const last = items[items.length - 1] ?? "";
  const hangs =
    !items.slice(0, -1).some((item) => item.includes("\n")) &&
    last.includes("\n") &&
    !spaced &&
    /^(?:\(.*\) =>|\(?[\w\s]*=>|\{|\[|async)/.test(last);
  if ((!line.includes("\n") && line.length < WIDTH - 20) || hangs) return `${open}${pad}${line}${pad}${close}`;
  return `${open}\n${items.map((item) => `${indent(item)},\n`).join("")}${close}`;
}

export function block(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? `${head}{}` : `${head}{\n${indent(lines.join("\n"))}\n}`;
}

/** Go comments as ours. */
export function commentLines(comments: readonly string[]): string[] {
  return comments.map((comment) => comment.replaceAll("\t", "  "));
}

/** Text as comment lines. */
export function asComment(text: string): string {
  return text
    .split("\n")
    .map((line) => `// ${line.replaceAll("\t", "  ").trimEnd()}`.trimEnd())
    .join("\n");
}

/** Removes the indentation all lines share. */
export function dedent(text: string): string {
  const lines = text.replaceAll("\t", "  ").split("\n");
  const used = lines.slice(1).filter((line) => line.trim() !== "");
  const shared = Math.min(...used.map((line) => /^ */.exec(line)?.[0].length ?? 0), 80);
  return [lines[0] ?? "", ...lines.slice(1).map((line) => line.slice(shared).trimEnd())].join("\n").trim();
}

export function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** One name for what several names hold: `openAndLabel`. */
export function joinedName(names: readonly string[]): string {
  return names.map((name, i) => (i === 0 ? name : capital(name))).join("And");
}

export function uncapital(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if " +
    "implements import in instanceof interface let new null package private protected public return static super switch this throw true try " +
    "typeof undefined var void while with yield " +
    // what translations call by its name
    "Array Date Error Infinity JSON Map Math NaN Number Object Promise RangeError Set String TextEncoder TypeError console"
  ).split(" "),
);

/** A Go name as a name of ours. */
export function safeName(name: string): string {
  return RESERVED.has(name) ? `${name}_` : name;
}

/** Tells a component from an element by its name. */
export function isComponent(tag: string): boolean {
  return /^\p{Lu}/u.test(tag);
}
