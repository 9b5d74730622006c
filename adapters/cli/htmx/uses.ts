import { looseAttributes } from "./loose.ts";
import { scanMarkup } from "./markup.ts";
import { type Attribute, HOLE, type Tag, type Use } from "./types.ts";

/** At most so many uses of one file are looked at. */
export const MAX_USES = 10_000;

const EVENT = /(?<![\w-])htmx:[A-Za-z](?:[\w:-]*\w)?/g;
const HEADER = /(?<![\w-])(?:HTTP_)?(?:H[Xx]-[A-Z]\w*(?:-\w+)*|HX_[A-Z]+(?:_[A-Z]+)*)/g;
const QUIET_HEADER = /(?:headers?\??\.?\[|\b[gs]et(?:Header)?\(|\bheader\(|\bappend\()\s{0,9}["'`](hx-[a-z-]+)["'`]/gi;
const CALL = /(?<![\w.-])htmx\.([a-zA-Z_]\w*)(?:\.([a-zA-Z]\w*))?/g;
const CLASS = /(?<![\w-])htmx-(?:indicator|request|swapping|settling|added)(?![\w-])/g;
const IMPORT =
  /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s{0,9}["'`]((?:htmx\.org|htmx-ext-|idiomorph)[^"'`\n]{0,200})["'`]/g;
const FILE_NAMES = new Set(["org", "js", "min", "esm", "cjs", "amd", "d", "html", "ts", "pkgd"]);

/** Finds everything in a text that is there for htmx, in the order of the text. Never throws. */
export function usesIn(text: string, extension: string): Use[] {
  const isStyle = /^(?:css|scss|sass|less|styl)$/.test(extension);
  const tags = isStyle ? [] : scanMarkup(text);
  const found: Use[] = tags.flatMap(usesOfTag);
  const taken = new Set(found.map(({ at }) => at));
  if (!isStyle) {
    for (const use of looseAttributes(text, extension)) if (!taken.has(use.at)) found.push(use);
    const spans = tags.flatMap(({ attributes }) => attributes.filter(({ name }) => nameOf(name) !== undefined));
    found.push(...outside(spans, [...events(text), ...calls(text), ...headers(text)]), ...imports(text));
  }
  found.push(...matches(text, CLASS).map(({ 0: name, index }) => ({ kind: "class", at: index, name }) as const));
  return found.sort((a, b) => a.at - b.at).slice(0, MAX_USES);
}

function usesOfTag(tag: Tag): Use[] {
  const uses: Use[] = [];
  if (/^(?:data-)?hx-/i.test(tag.name)) uses.push({ kind: "element", at: tag.at, name: tag.name.toLowerCase() });
  const read = (name: string): Attribute | undefined =>
    tag.attributes.find((attribute) => attribute.name.toLowerCase() === name);
  const source = read("src")?.raw ?? "";
  if (tag.name.toLowerCase() === "script" && /htmx|\bhx-[\w-]+(?:\.min)?\.js|idiomorph/i.test(source))
    uses.push({ kind: "script", at: tag.at, name: source });
  if (tag.name === "meta" && read("name")?.value === "htmx-config")
    uses.push({ kind: "setting", at: tag.at, name: "" });
  for (const { name, at, value } of tag.attributes) {
    const own = nameOf(name);
    // A binding, as in Vue, has an expression for its value.
    if (own !== undefined) uses.push({ kind: "attribute", at, name: own, value: own === name ? value : HOLE, tag });
  }
  return uses;
}

/** Attributes that extensions of htmx 2 read without the prefix. */
const EXTENSION_ATTRIBUTES = /^(?:data-)?(?:sse-(?:connect|swap|close)|ws-(?:connect|send)|remove-me|preload-images)$/;

/** The name of an attribute of htmx without what a framework puts around it; undefined for all others. */
function nameOf(name: string): string | undefined {
  const bare = name.replace(/^(?::|v-bind:|x-bind:)/, "").replace(/^\[attr\.(.*)\]$/, "$1");
  const isOurs = /^(?:data-)?hx-./i.test(bare) || EXTENSION_ATTRIBUTES.test(bare);
  return isOurs ? bare : undefined;
}

/** Those that do not lie in an attribute that is judged as a whole. Both are in the order of the text. */
function outside(spans: readonly Attribute[], uses: readonly Use[]): Use[] {
  const left: Use[] = [];
  let i = 0;
  for (const use of [...uses].sort((a, b) => a.at - b.at)) {
    while (i < spans.length && (spans[i]?.end ?? 0) <= use.at) i++;
    if ((spans[i]?.at ?? Infinity) > use.at) left.push(use);
  }
  return left;
}

function events(text: string): Use[] {
  return matches(text, EVENT).map(({ 0: name, index }) => ({ kind: "event", at: index, name }));
}

function calls(text: string): Use[] {
  return matches(text, CALL)
    .filter(([, name = ""]) => !FILE_NAMES.has(name))
    .map(({ 1: name = "", 2: key = "", index }) => {
      const isSetting = name === "config";
      return isSetting ? { kind: "setting", at: index, name: key } : { kind: "call", at: index, name };
    });
}

function headers(text: string): Use[] {
  const loud = matches(text, HEADER).map(({ 0: name, index }): Use => {
    const reads = name.startsWith("HTTP_") || isRead(text, index);
    return { kind: "header", at: index, name: capitals(name.replace(/^HTTP_/, "")), reads };
  });
  const quiet = matches(text, QUIET_HEADER).map(({ 0: whole, 1: name = "", index }): Use => {
    const at = index + whole.indexOf(name);
    return { kind: "header", at, name: capitals(name), reads: isRead(text, at) };
  });
  const taken = new Set(loud.map(({ at }) => at));
  return [...loud, ...quiet.filter(({ at }) => !taken.has(at))];
}

/** Whether a header is read from a request, by what stands before and after it. */
function isRead(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at);
  const after = text.slice(at, at + 60);
  const isSet = /^[\w-]+["'`]\]\s*=(?!=)/.test(after) || /(?:res\w*|reply|\bw)\b[^;\n]*$/i.test(before);
  return !isSet && /(?:\breq\w*|\.get\(|getHeader|\br\.Header|\benv\[)[^;\n]*$/i.test(before);
}

/** `hx-push-url`, `HX_PUSH_URL` -> `HX-Push-Url`. */
function capitals(name: string): string {
  const words = name.toLowerCase().split(/[-_]/);
  return ["HX", ...words.slice(1).map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("-");
}

function imports(text: string): Use[] {
  return matches(text, IMPORT).map(({ 0: whole, 1: name = "", index }) => {
    return { kind: "script", at: index + whole.lastIndexOf(name), name };
  });
}

function matches(text: string, expression: RegExp): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of text.matchAll(expression)) if (found.push(match) >= MAX_USES) break;
  return found;
}
