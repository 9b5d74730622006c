import type { Case, Expr, Stmt } from "./ast.ts";
import { GoxSyntaxError } from "./lexer.ts";
import { parseType } from "./parse-types.ts";
import { parseVars } from "./parse-vars.ts";
import { type Parser, parseExpr, parseExprList, parseExprs } from "./parser.ts";

/** Go that has no counterpart here, by the word it starts with. */
const UNPORTED: ReadonlyMap<string, string> = new Map([
  ["go", "goroutines are not ported: use a promise, a timer or an effect"],
  ["defer", "defer is not ported: use try and finally"],
  ["select", "channels are not ported: use promises"],
  ["goto", "goto is not ported"],
]);
const ASSIGNMENTS = ["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "&^="];

/** Reads `{ statements }`. */
export function parseBlock(p: Parser): Stmt[] {
  p.expect("{");
  const statements: Stmt[] = [];
  while (!p.is("}")) {
    if (p.token.kind === "end") p.fail('expected "}", found the end of the file');
    if (!p.take(";")) statements.push(...parseStatements(p));
  }
  p.next();
  return withOwnFunctions(statements);
}

/** `var f func()` and `f = func() { … f() … }` right behind it are one definition: so Go writes a function that calls itself. */
export function withOwnFunctions(statements: readonly Stmt[]): Stmt[] {
  const out: Stmt[] = [];
  for (const one of statements) {
    const declared = out[out.length - 1];
    const [target] = one.kind === "assign" && one.op === "=" && one.targets.length === 1 ? one.targets : [];
    const isOwn =
      declared?.kind === "var" &&
      declared.type?.kind === "func" &&
      declared.values.length === 0 &&
      declared.names.length === 1 &&
      target?.kind === "name" &&
      target.name === declared.names[0];
    if (isOwn && one.kind === "assign" && one.values[0]?.kind === "func")
      out[out.length - 1] = { ...declared, values: one.values };
    else out.push(one);
  }
  return out;
}

/** Reads one statement, or a group of variables; what cannot be read becomes a gap. */
export function parseStatements(p: Parser): Stmt[] {
  const { start, comments } = p.token;
  const { openBrackets, inHead } = p;
  try {
    const isGroup = (p.is("var") || p.is("const")) && p.after().text === "(";
    const statements = isGroup ? parseVars(p) : [readStatement(p)];
    if (!p.token.newLine && !p.is("}") && !p.is(";") && p.token.kind !== "end" && p.openBrackets === 0) {
      p.fail(`expected the end of the statement, found ${p.found()}`);
    }
    p.take(";");
    return statements;
  } catch (error) {
    // At the end there is nothing to skip: whoever waits for a bracket must hear of it.
    if (!(error instanceof GoxSyntaxError) || start >= p.source.length) throw error;
    Object.assign(p, { openBrackets, inHead });
    const reason = error.message;
    p.reporter.gap(error.at, reason);
    return [{ kind: "gap", at: start, comments, reason, text: p.skipStatement(start) }];
  }
}

function readStatement(p: Parser): Stmt {
  const { start: at, comments, text, kind } = p.token;
  const base = { at, comments };
  const reason = kind === "name" ? UNPORTED.get(text) : undefined;
  if (reason !== undefined) return unported(p, reason);
  if (kind !== "name") return p.is("{") ? { ...base, kind: "block", body: parseBlock(p) } : parseSimple(p);
  switch (text) {
    case "if":
      return parseIf(p);
    case "for":
      return parseFor(p);
    case "switch":
      return parseSwitch(p);
    case "var":
    case "const":
      return parseVars(p)[0] as Stmt; // cast: a group is read by parseStatements
    case "return": {
      p.next();
      const ends = p.token.newLine || p.is("}") || p.is(";") || p.token.kind === "end";
      return { ...base, kind: "return", values: ends ? [] : parseExprs(p, "}") };
    }
    case "break":
    case "continue":
    case "fallthrough":
      p.next();
      if (p.token.kind === "name" && !p.token.newLine) return unported(p, "labels are not ported", at);
      return { ...base, kind: "jump", word: text };
    case "type":
      return unported(p, "types inside functions are not ported: declare them beside the component");
    case "cleanup":
    case "error":
      if (p.after().text !== "{") break;
      if (text === "error") return unported(p, "error blocks of effects are not ported: use try and catch inside");
      p.next();
      return { ...base, kind: "cleanup", body: parseBlock(p) };
  }
  return parseSimple(p);
}

function unported(p: Parser, reason: string, at = p.token.start): Stmt {
  const { comments } = p.token;
  p.reporter.gap(at, reason);
  return { kind: "gap", at, comments, reason, text: p.skipStatement(at) };
}

/** An expression, an assignment, a definition, `++` or `--`. */
function parseSimple(p: Parser): Stmt {
  const { start: at, comments } = p.token;
  const base = { at, comments };
  const targets = [parseExpr(p)];
  while (p.take(",")) targets.push(parseExpr(p));
  if (p.take(":=")) {
    const names = targets.map((target) => (target.kind === "name" ? target.name : p.fail("expected names before :=")));
    if (p.is("range")) return parseRange(p, base, names);
    return { ...base, kind: "define", names, values: parseExprList(p) };
  }
  const [first] = targets as [Expr];
  if (p.is("++") || p.is("--")) {
    const op = p.next().text === "++" ? "+=" : "-=";
    return { ...base, kind: "assign", op, targets: [first], values: [{ kind: "number", at, text: "1" }] };
  }
  if (p.is("<-")) throw new GoxSyntaxError(at, "channels are not ported");
  if (p.is(":") && first.kind === "name") throw new GoxSyntaxError(at, "labels are not ported");
  const op = ASSIGNMENTS.find((text) => p.is(text));
  if (op === undefined) return { ...base, kind: "expr", value: first };
  p.next();
  return { ...base, kind: "assign", op, targets, values: parseExprList(p) };
}

/** Reads the head of a statement with a body: no literal of a named type without parentheses. */
function inHead<T>(p: Parser, read: () => T): T {
  const before = p.inHead;
  p.inHead = true;
  const value = read();
  p.inHead = before;
  return value;
}

function parseIf(p: Parser): Stmt {
  const { start: at, comments } = p.next();
  const [init, test] = inHead(p, () => parseHead(p));
  if (test === undefined) p.fail("expected a condition");
  const yes = p.unbracketed(() => parseBlock(p));
  if (!p.take("else")) return { kind: "if", at, comments, init, test, yes, no: undefined };
  const no = p.is("if") ? [parseIf(p)] : p.unbracketed(() => parseBlock(p));
  return { kind: "if", at, comments, init, test, yes, no };
}

/** `init; value` or either alone, before a `{`. */
function parseHead(p: Parser): [init: Stmt | undefined, value: Expr | undefined] {
  if (p.is("{")) return [undefined, undefined];
  if (p.take(";")) return [undefined, p.is("{") ? undefined : parseExpr(p)];
  const first = parseSimple(p);
  if (p.take(";")) return [first, p.is("{") ? undefined : parseExpr(p)];
  if (first.kind !== "expr") return p.fail(`expected ";", found ${p.found()}`);
  return [undefined, first.value];
}

function parseFor(p: Parser): Stmt {
  const { start: at, comments } = p.next();
  const base = { at, comments };
  const head = inHead(p, (): Omit<Extract<Stmt, { kind: "for" }>, "body" | "at" | "comments" | "kind"> | Stmt => {
    if (p.is("{")) return { init: undefined, test: undefined, post: undefined };
    if (p.is("range")) return parseRange(p, base, []);
    const init = p.is(";") ? undefined : parseSimple(p);
    if (init?.kind === "range") return init;
    if (!p.take(";")) {
      if (init?.kind !== "expr") return p.fail(`expected ";", found ${p.found()}`);
      return { init: undefined, test: init.value, post: undefined };
    }
    const test = p.is(";") ? undefined : parseExpr(p);
    p.expect(";");
    return { init, test, post: p.is("{") ? undefined : parseSimple(p) };
  });
  const body = p.unbracketed(() => parseBlock(p));
  if ("kind" in head) return { ...head, ...base, body } as Stmt; // cast: a range without its body
  return { ...base, ...head, kind: "for", body };
}

function parseRange(p: Parser, base: { at: number; comments: readonly string[] }, names: readonly string[]): Stmt {
  p.expect("range");
  const list = parseExpr(p);
  return { ...base, kind: "range", index: names[0] ?? "_", item: names[1] ?? "_", list, body: [] };
}

function parseSwitch(p: Parser): Stmt {
  const { start: at, comments } = p.next();
  const { init, binds, subject } = inHead(p, () => parseSwitchHead(p));
  const isOfTypes = subject?.kind === "assert" && subject.type === undefined;
  p.expect("{");
  const cases = p.unbracketed(() => {
    const list: Case[] = [];
    while (!p.is("}")) {
      const isDefault = p.take("default");
      if (!isDefault) p.expect("case");
      const tests = isDefault ? [] : isOfTypes ? parseTypeList(p) : parseExprList(p);
      p.expect(":");
      const body: Stmt[] = [];
      while (!p.is("case") && !p.is("default") && !p.is("}")) if (!p.take(";")) body.push(...parseStatements(p));
      list.push({ tests, body });
    }
    return list;
  });
  p.expect("}");
  return { kind: "switch", at, comments, init, binds, subject, cases };
}

/** As the head of an `if`, or `init; name := value.(type)`. */
function parseSwitchHead(p: Parser): { init: Stmt | undefined; binds: string; subject: Expr | undefined } {
  const before = p.is("{") || p.is(";") ? undefined : parseSimple(p);
  const isFirst = p.take(";");
  const init = isFirst ? before : undefined;
  const last = !isFirst ? before : p.is("{") ? undefined : parseSimple(p);
  if (last === undefined) return { init, binds: "", subject: undefined };
  if (last.kind === "expr") return { init, binds: "", subject: last.value };
  const [subject] = last.kind === "define" ? last.values : [];
  if (last.kind !== "define" || subject?.kind !== "assert" || subject.type !== undefined)
    return p.fail(`expected ";", found ${p.found()}`);
  return { init, binds: last.names[0] ?? "", subject };
}

/** The types of a case; `nil` may stand among them. */
function parseTypeList(p: Parser): Expr[] {
  const list: Expr[] = [];
  do {
    const at = p.token.start;
    list.push(p.is("nil") ? parseExpr(p) : { kind: "type", at, type: parseType(p) });
  } while (p.take(","));
  return list;
}
