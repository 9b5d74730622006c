import type { Component, Expr, Part, Stmt, Variable } from "./ast.ts";
import { GoxSyntaxError } from "./lexer.ts";
import { parseBlock, parseStatements, withOwnFunctions } from "./parse-statements.ts";
import { parseParams, parseType, parseTypeParams } from "./parse-types.ts";
import { type Parser, parseExpr, parseExprs, skipCss } from "./parser.ts";

interface Base {
  readonly at: number;
  readonly comments: readonly string[];
}

/** Reads `component Name[T any](props) { ... }`. */
export function parseComponent(p: Parser): Component {
  const { start: at, comments } = p.expect("component");
  const name = p.name("the component's name");
  const typeParams = parseTypeParams(p);
  const params = p.is("(") ? parseParams(p) : [];
  p.expect("{");
  const parts: Part[] = [];
  while (!p.is("}")) {
    if (p.token.kind === "end") p.fail('expected "}", found the end of the file');
    if (!p.take(";")) parts.push(...parseParts(p));
  }
  p.next();
  return { kind: "component", at, comments, name, typeParams, params, parts: joined(parts) };
}

/** The parts with what stands in two statements and is one definition. */
function joined(parts: readonly Part[]): Part[] {
  const out: Part[] = [];
  for (const part of parts) {
    const before = out[out.length - 1];
    if (part.kind !== "statement" || before?.kind !== "statement") {
      out.push(part);
      continue;
    }
    const [first, second] = withOwnFunctions([before.statement, part.statement]);
    if (second === undefined && first !== undefined) out[out.length - 1] = { ...before, statement: first };
    else out.push(part);
  }
  return out;
}

/** One part, or the variables of a group. */
function parseParts(p: Parser): Part[] {
  const { start: at, comments } = p.token;
  try {
    const special = parseSpecial(p, { at, comments });
    if (special !== undefined) return [special];
  } catch (error) {
    if (!(error instanceof GoxSyntaxError)) throw error;
    p.openBrackets = 0;
    p.reporter.gap(error.at, error.message);
    const gap: Stmt = { kind: "gap", at, comments, reason: error.message, text: p.skipStatement(at) };
    return [{ kind: "statement", at, comments, statement: gap }];
  }
  return parseStatements(p).map((statement) => ({
    kind: "statement",
    at: statement.at,
    comments: statement.comments,
    statement,
  }));
}

/** The blocks a component may hold besides Go. */
function parseSpecial(p: Parser, base: Base): Part | undefined {
  const { text } = p.token;
  const next = p.after().text;
  if (text === "render" && next === "{") return parseRender(p, base);
  if (text === "style" && (next === "{" || next === "global")) return parseStyle(p, base);
  if (next === "{") {
    if (text === "state") return { ...base, kind: "state", variables: parseVariables(p) };
    if (text === "compute" || text === "derive") return { ...base, kind: "compute", variables: parseVariables(p) };
    if (text === "provide") return { ...base, kind: "provide", entries: parseEntries(p) };
    if (text === "mount" || text === "unmount") {
      p.next();
      return { ...base, kind: text, body: parseBlock(p) };
    }
  }
  if (next === "(" && (text === "effect" || text === "watch")) return parseEffect(p, base);
  if (text === "ref" && p.after().kind === "name") {
    p.next();
    return { ...base, kind: "ref", variable: parseVariable(p) };
  }
  if (text === "consume" && p.after().kind === "name") {
    p.next();
    const name = p.name();
    p.expect("=");
    return { ...base, kind: "consume", name, key: parseExpr(p) };
  }
  return undefined;
}

/** One root; several become a fragment. */
function parseRender(p: Parser, base: Base): Part {
  p.next();
  p.expect("{");
  const roots = p.unbracketed(() => {
    p.openBrackets = 1;
    const list: Expr[] = [];
    while (!p.is("}")) list.push(parseExpr(p));
    p.openBrackets = 0;
    return list;
  });
  p.expect("}");
  const [first] = roots;
  if (first === undefined) throw new GoxSyntaxError(base.at, "render has nothing in it");
  if (roots.length === 1) return { ...base, kind: "render", root: first };
  const children = roots.map((value) =>
    value.kind === "element" ? value : ({ kind: "hole", at: value.at, value } as const),
  );
  return {
    ...base,
    kind: "render",
    root: { kind: "element", at: first.at, tag: "", typeArgs: [], attributes: [], children },
  };
}

function parseStyle(p: Parser, base: Base): Part {
  p.next();
  const isGlobal = p.take("global");
  if (!p.is("{")) p.fail(`expected "{", found ${p.found()}`);
  const open = p.token.start;
  const close = p.closeOf(open, skipCss(p.source));
  if (close >= p.source.length) throw new GoxSyntaxError(open, "this style block does not end");
  p.moveTo(close + 1);
  return { ...base, kind: "style", isGlobal, css: p.source.slice(open + 1, close) };
}

/** `{ count int = 0; name string }` */
function parseVariables(p: Parser): Variable[] {
  p.next();
  p.expect("{");
  return p.unbracketed(() => {
    const variables: Variable[] = [];
    while (!p.is("}")) {
      variables.push(parseVariable(p));
      p.take(",");
    }
    p.next();
    return variables;
  });
}

function parseVariable(p: Parser): Variable {
  const at = p.token.start;
  const name = p.name();
  const type = p.is("=") ? undefined : parseType(p);
  const value = p.take("=") ? parseExpr(p) : undefined;
  p.take(";");
  return { at, name, type, value };
}

function parseEntries(p: Parser): { readonly key: Expr; readonly value: Expr }[] {
  p.next();
  const value = parseExpr(p);
  if (value.kind !== "composite") return p.fail("expected contexts and their values");
  return value.items.flatMap(({ key, value: given }) => (key === undefined ? [] : [{ key, value: given }]));
}

function parseEffect(p: Parser, base: Base): Part {
  const word = p.next().text;
  p.expect("(");
  const dependencies = p.bracketed(")", () => parseExprs(p, ")"));
  if (word === "effect") return { ...base, kind: "effect", dependencies, body: parseBlock(p) };
  p.expect("(");
  const [before = "before", now = "now"] = p.bracketed(")", () => {
    const names = [p.name()];
    while (p.take(",")) names.push(p.name());
    return names;
  });
  const [subject] = dependencies;
  if (subject === undefined) throw new GoxSyntaxError(base.at, "watch needs something to watch");
  return { ...base, kind: "watch", subject, before, now, body: parseBlock(p) };
}
