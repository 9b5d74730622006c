import type { Expr, FuncLiteral, GoType, Item, Param } from "./ast.ts";
import { literalValue } from "./lexer.ts";
import { parseJsx } from "./parse-jsx.ts";
import { parseBlock } from "./parse-statements.ts";
import { parseParams, parseResultParams, parseType, typesOf, withNamedResults } from "./parse-types.ts";
import { type Grammar, type Parser, parseExpr } from "./parser.ts";

const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ["||", 1],
  ["&&", 2],
  ...["==", "!=", "<", "<=", ">", ">="].map((text) => [text, 3] as const),
  ...["+", "-", "|", "^"].map((text) => [text, 4] as const),
  ...["*", "/", "%", "<<", ">>", "&", "&^"].map((text) => [text, 5] as const),
]);

/** The rules of expressions. */
export const GRAMMAR: Grammar = Object.freeze({ expression: parseExpression });

/** Reads an expression; between JSX it may be `test ? yes : no`, which Go lacks. */
function parseExpression(p: Parser): Expr {
  const test = parseBinary(p, 1);
  if (!p.is("?") || p.isEnded) return test;
  p.next();
  return ignoringLines(p, () => {
    const yes = parseExpr(p);
    p.expect(":");
    return { kind: "ternary", at: test.at, test, yes, no: parseExpr(p) };
  });
}

function ignoringLines<T>(p: Parser, read: () => T): T {
  p.openBrackets++;
  const value = read();
  p.openBrackets--;
  return value;
}

function parseBinary(p: Parser, lowest: number): Expr {
  let left = parseUnary(p);
  for (;;) {
    const op = p.token.text;
    const precedence = p.token.kind === "operator" ? PRECEDENCE.get(op) : undefined;
    if (precedence === undefined || precedence < lowest || p.isEnded) return left;
    if (op === "<" && p.source[p.lastEnd - 1] === ">") return left; // the next of several roots
    p.next();
    left = { kind: "binary", at: left.at, op, left, right: parseBinary(p, precedence + 1) };
  }
}

function parseUnary(p: Parser): Expr {
  const at = p.token.start;
  for (const op of ["!", "-", "+", "*", "&", "^"]) {
    if (p.is(op)) {
      p.next();
      return { kind: "unary", at, op, operand: parseUnary(p) };
    }
  }
  if (p.take("<-")) {
    parseUnary(p);
    return { kind: "gap", at, reason: "channels are not ported", text: p.source.slice(at, p.lastEnd) };
  }
  return parsePostfix(p, parseOperand(p));
}

function parsePostfix(p: Parser, operand: Expr): Expr {
  let target = operand;
  for (;;) {
    const at = target.at;
    if (p.is(".")) {
      p.next();
      if (p.take("(")) {
        const type = p.bracketed(")", () => (p.take("type") ? undefined : parseType(p)));
        target = { kind: "assert", at, target, type };
      } else target = { kind: "select", at, target, name: p.name("a field or method") };
    } else if (p.isEnded) return target;
    else if (p.is("(")) {
      p.next();
      target = p.bracketed(")", () => parseArguments(p, target));
    } else if (p.is("[")) {
      p.next();
      target = p.bracketed("]", () => parseIndex(p, target));
    } else if (p.is("{") && !p.inHead && namesType(target)) {
      target = { kind: "composite", at, type: typeOf(target), items: parseItems(p) };
    } else return target;
  }
}

function parseArguments(p: Parser, callee: Expr): Expr {
  const isMake = callee.kind === "name" && (callee.name === "make" || callee.name === "new");
  const args: Expr[] = [];
  let spreads = false;
  while (!p.is(")")) {
    const at = p.token.start;
    if (isMake && args.length === 0) args.push({ kind: "type", at, type: parseType(p) });
    else args.push(parseExpr(p));
    spreads ||= p.take("...");
    if (!p.take(",")) break;
  }
  return { kind: "call", at: callee.at, callee, args, spreads };
}

function parseIndex(p: Parser, target: Expr): Expr {
  const { at } = target;
  if (
    ["[", "*"].some((text) => p.is(text)) ||
    (p.token.kind === "name" && ["map", "func", "chan", "interface", "struct"].includes(p.token.text))
  ) {
    const args: GoType[] = [];
    do args.push(parseType(p));
    while (p.take(","));
    return { kind: "instance", at, target, args };
  }
  const low = p.is(":") ? undefined : parseExpr(p);
  if (p.take(":")) return { kind: "slice", at, target, low, high: p.is("]") ? undefined : parseExpr(p) };
  const indexes = low === undefined ? [] : [low];
  while (p.take(",")) {
    const start = p.token.start;
    indexes.push(
      ["[", "*"].some((text) => p.is(text)) ? { kind: "type", at: start, type: parseType(p) } : parseExpr(p),
    );
  }
  return { kind: "index", at, target, indexes };
}

/** Whether `{` after this may open a composite literal: `Todo{`, `models.User{`, `List[string]{`. */
function namesType(expr: Expr): boolean {
  if (expr.kind === "name") return true;
  if (expr.kind === "select") return expr.target.kind === "name" && /^\p{Lu}/u.test(expr.name);
  return (
    (expr.kind === "index" || expr.kind === "instance") &&
    expr.target.kind === "name" &&
    /^\p{Lu}/u.test(expr.target.name)
  );
}

/** The type an expression names: what `[...]` holds may be either. */
export function typeOf(expr: Expr): GoType | undefined {
  if (expr.kind === "type") return expr.type;
  if (expr.kind === "name") return { kind: "name", name: expr.name, args: [] };
  if (expr.kind === "unary" && expr.op === "*") {
    const element = typeOf(expr.operand);
    return element && { kind: "pointer", element };
  }
  if (expr.kind === "select" && expr.target.kind === "name") {
    return { kind: "name", name: expr.name, pkg: expr.target.name, args: [] };
  }
  const args =
    expr.kind === "index"
      ? expr.indexes.flatMap((index) => typeOf(index) ?? [])
      : expr.kind === "instance"
        ? expr.args
        : [];
  const base = expr.kind === "index" || expr.kind === "instance" ? typeOf(expr.target) : undefined;
  return base?.kind === "name" ? { ...base, args } : undefined;
}

function parseItems(p: Parser): Item[] {
  p.expect("{");
  return p.bracketed("}", () => {
    const items: Item[] = [];
    const element = (): Expr =>
      p.is("{") ? { kind: "composite", at: p.token.start, type: undefined, items: parseItems(p) } : parseExpr(p);
    while (!p.is("}")) {
      const first = element();
      items.push(p.take(":") ? { key: first, value: element() } : { key: undefined, value: first });
      if (!p.take(",")) break;
    }
    return items;
  });
}

function parseOperand(p: Parser): Expr {
  const { token } = p;
  const at = token.start;
  switch (token.kind) {
    case "number":
      p.next();
      return { kind: "number", at, text: token.text };
    case "string":
      p.next();
      return { kind: "string", at, value: literalValue(token.text), isRaw: token.text.startsWith("`") };
    case "rune":
      p.next();
      return { kind: "rune", at, code: literalValue(token.text).codePointAt(0) ?? 0 };
    case "name":
      return parseName(p);
    case "operator":
      break;
    default:
      p.fail(`expected an expression, found ${p.found()}`);
  }
  if (p.is("<")) return parseJsx(p);
  if (p.is("(")) return parseParenthesised(p);
  if (p.is("{")) return { kind: "composite", at, type: undefined, items: parseItems(p) };
  if (p.is("[")) return parseTypeOperand(p);
  return p.fail(`expected an expression, found ${p.found()}`);
}

function parseName(p: Parser): Expr {
  const at = p.token.start;
  if (p.is("func")) return parseFunc(p);
  if (["map", "struct", "interface", "chan"].includes(p.token.text) && ["[", "{"].includes(p.after().text))
    return parseTypeOperand(p);
  const name = p.name();
  if (p.is("=>")) return parseArrow(p, at, [name]);
  return { kind: "name", at, name };
}

/** `[]string{...}`, `map[string]int{}`, `[]byte(text)` */
function parseTypeOperand(p: Parser): Expr {
  const at = p.token.start;
  const type = parseType(p);
  if (p.is("{") && type.kind !== "interface") return { kind: "composite", at, type, items: parseItems(p) };
  return { kind: "type", at, type };
}

function parseParenthesised(p: Parser): Expr {
  const at = p.token.start;
  const close = p.closeOf(at);
  const inner = p.source.slice(at + 1, close);
  if (/^\s*=>/.test(p.source.slice(close + 1)) && /^[\s\w,]*$/.test(inner)) {
    p.moveTo(close + 1);
    return parseArrow(
      p,
      at,
      inner
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    );
  }
  p.next();
  return p.bracketed(")", () => parseExpr(p));
}

function parseArrow(p: Parser, at: number, names: readonly string[]): FuncLiteral {
  p.expect("=>");
  const params = names.map((name): Param => ({ name, type: undefined, variadic: false }));
  if (p.is("{"))
    return { kind: "func", at, params, results: [], body: p.unbracketed(() => parseBlock(p)), isArrow: true };
  const value = parseExpr(p);
  return {
    kind: "func",
    at,
    params,
    results: [],
    body: [{ kind: "return", at: value.at, comments: [], values: [value] }],
    isArrow: true,
  };
}

function parseFunc(p: Parser): Expr {
  const at = p.next().start;
  const params = parseParams(p);
  const { inHead } = p;
  p.inHead = false;
  const named = parseResultParams(p);
  const results = typesOf(named);
  p.inHead = inHead;
  if (!p.is("{")) return { kind: "type", at, type: { kind: "func", params, results } };
  const body = p.unbracketed(() => parseBlock(p));
  return { kind: "func", at, params, results, body: withNamedResults(named, body, at), isArrow: false };
}
