import type { Attribute, Child, Element, Expr, GoType } from "./ast.ts";
import { GoxSyntaxError } from "./lexer.ts";
import { parseType } from "./parse-types.ts";
import { type Parser, parseExpr } from "./parser.ts";

const TAG = /[\p{L}][\w.-]*/uy;
const ATTRIBUTE = /[A-Za-z_@:][\w:.@-]*/y;
/** Elements without content, which HTML does not close. */
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;

/** Reads the element or fragment that starts at the current `<`. */
export function parseJsx(p: Parser): Element {
  const [element, end] = readElement(p, p.token.start);
  p.moveTo(end);
  return element;
}

function readElement(p: Parser, at: number): [Element, end: number] {
  const { source } = p;
  if (source[at + 1] === ">") {
    const [children, end] = readChildren(p, at + 2, "", at);
    return [{ kind: "element", at, tag: "", typeArgs: [], attributes: [], children }, end];
  }
  const tag = readPattern(source, TAG, at + 1) ?? fail(at, "expected the name of an element after <");
  let position = at + 1 + tag.length;
  const typeArgs: GoType[] = [];
  if (source[position] === "[") {
    p.moveTo(position + 1);
    p.openBrackets++;
    do typeArgs.push(parseType(p));
    while (p.take(","));
    p.openBrackets--;
    if (!p.is("]")) p.fail(`expected "]", found ${p.found()}`);
    position = p.token.end;
  }
  const attributes: Attribute[] = [];
  for (;;) {
    position = skipSpace(source, position);
    if (source.startsWith("/>", position)) {
      return [{ kind: "element", at, tag, typeArgs, attributes, children: [] }, position + 2];
    }
    if (source[position] === ">") break;
    const [attribute, end] = readAttribute(p, position);
    attributes.push(attribute);
    position = end;
  }
  if (VOID.test(tag)) return [{ kind: "element", at, tag, typeArgs, attributes, children: [] }, position + 1];
  const [children, end] =
    tag === "markdown" ? readRaw(source, position + 1, tag, at) : readChildren(p, position + 1, tag, at);
  return [{ kind: "element", at, tag, typeArgs, attributes, children }, end];
}

function readAttribute(p: Parser, at: number): [Attribute, end: number] {
  const { source } = p;
  if (source[at] === "{") {
    p.moveTo(at + 1);
    const value = inBraces(p, () => {
      p.expect("...");
      return parseExpr(p);
    });
    return [{ at, name: "", value }, p.lastEnd];
  }
  const name = readPattern(source, ATTRIBUTE, at) ?? fail(at, "expected an attribute, > or />");
  let position = skipSpace(source, at + name.length);
  if (source[position] !== "=") return [{ at, name, value: true }, at + name.length];
  position = skipSpace(source, position + 1);
  const quote = source[position];
  if (quote === '"' || quote === "'") {
    const end = source.indexOf(quote, position + 1);
    if (end < 0) fail(position, "this attribute does not end");
    return [{ at, name, value: source.slice(position + 1, end) }, end + 1];
  }
  if (quote !== "{") fail(position, 'expected " or { after =');
  p.moveTo(position + 1);
  const value = inBraces(p, () => parseExpr(p));
  return [{ at, name, value }, p.lastEnd];
}

/** Reads what stands between braces; `lastEnd` is then behind the closing one. */
function inBraces<T>(p: Parser, read: () => T): T {
  const { openBrackets, inHead } = p;
  p.openBrackets = 1;
  p.inHead = false;
  const value = read();
  if (!p.is("}")) p.fail(`expected "}", found ${p.found()}`);
  p.lastEnd = p.token.end;
  p.openBrackets = openBrackets;
  p.inHead = inHead;
  return value;
}

function readChildren(p: Parser, from: number, tag: string, opened: number): [Child[], end: number] {
  const { source } = p;
  const children: Child[] = [];
  let at = from;
  for (;;) {
    const start = at;
    while (at < source.length && source[at] !== "<" && source[at] !== "{") at++;
    let text = source.slice(start, at);
    const isDollar = source[at] === "{" && text.endsWith("$");
    if (isDollar) text = text.slice(0, -1);
    if (text !== "") children.push({ kind: "text", at: start, text });
    if (at >= source.length) return fail(opened, `<${tag}> is not closed`);
    if (source[at] === "{") {
      const [child, end] = readHole(p, at);
      if (child !== undefined) children.push(child);
      at = end;
    } else if (source.startsWith("</", at)) {
      const close = /^<\/\s*([\w.-]*)\s*>/.exec(source.slice(at, at + 200));
      if (close === null || close[1] !== tag) return fail(at, `expected </${tag}>`);
      return [children, at + close[0].length];
    } else if (source.startsWith("<!--", at)) {
      const end = source.indexOf("-->", at);
      children.push({ kind: "note", at, text: source.slice(at + 4, end < 0 ? source.length : end) });
      at = end < 0 ? source.length : end + 3;
    } else {
      const [element, end] = readElement(p, at);
      children.push(element);
      at = end;
    }
  }
}

function readRaw(source: string, from: number, tag: string, at: number): [Child[], end: number] {
  const end = source.indexOf(`</${tag}>`, from);
  if (end < 0) return fail(at, `<${tag}> is not closed`);
  return [[{ kind: "text", at: from, text: source.slice(from, end) }], end + tag.length + 3];
}

/** `{expression}`, a comment, or of the newer draft `{for ...}` and `{if ...}`. */
function readHole(p: Parser, at: number): [Child | undefined, end: number] {
  p.moveTo(at + 1);
  if (p.is("}")) {
    const text = p.token.comments.map((comment) => comment.replace(/^\/[/*]|\*\/$/g, "").trim()).join(" ");
    return [text === "" ? undefined : { kind: "note", at, text }, p.token.end];
  }
  if (p.is("for") || p.is("if")) {
    const [child, end] = p.is("for") ? readFor(p, at) : readIf(p, at);
    p.moveTo(end);
    if (!p.is("}")) p.fail(`expected "}", found ${p.found()}`);
    return [child, p.token.end];
  }
  const value = inBraces(p, () => parseExpr(p));
  return [{ kind: "hole", at, value }, p.lastEnd];
}

function readFor(p: Parser, at: number): [Child, end: number] {
  p.expect("for");
  const first = p.name();
  const second = p.take(",") ? p.name() : undefined;
  if (!p.take(":=")) p.expect("in");
  p.take("range");
  const list = inHead(p, () => parseExpr(p));
  const [children, end] = readBody(p);
  const [index, item] = second === undefined ? ["_", first] : [first, second];
  return [{ kind: "each", at, index, item, list, children }, end];
}

function readIf(p: Parser, at: number): [Child, end: number] {
  p.expect("if");
  const test = inHead(p, () => parseExpr(p));
  const [yes, end] = readBody(p);
  p.moveTo(end);
  if (!p.take("else")) return [{ kind: "choice", at, test, yes, no: [] }, end];
  if (p.is("if")) {
    const [no, last] = readIf(p, p.token.start);
    return [{ kind: "choice", at, test, yes, no: [no] }, last];
  }
  const [no, last] = readBody(p);
  return [{ kind: "choice", at, test, yes, no }, last];
}

function inHead(p: Parser, read: () => Expr): Expr {
  p.inHead = true;
  p.openBrackets++;
  const value = read();
  p.openBrackets--;
  p.inHead = false;
  return value;
}

/** Elements between braces. */
function readBody(p: Parser): [Child[], end: number] {
  if (!p.is("{")) p.fail(`expected "{", found ${p.found()}`);
  const children: Child[] = [];
  let at = p.token.end;
  for (;;) {
    at = skipSpace(p.source, at);
    if (p.source[at] === "}") return [children, at + 1];
    if (p.source[at] === "<") {
      const [element, end] = readElement(p, at);
      children.push(element);
      at = end;
    } else if (p.source[at] === "{") {
      const [child, end] = readHole(p, at);
      if (child !== undefined) children.push(child);
      at = end;
    } else return fail(at, "expected an element");
  }
}

function readPattern(source: string, pattern: RegExp, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** Skips white space and comments between attributes. */
function skipSpace(source: string, from: number): number {
  const space = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  space.lastIndex = from;
  return from + (space.exec(source)?.[0].length ?? 0);
}

function fail(at: number, message: string): never {
  throw new GoxSyntaxError(at, message);
}
