import type { Declaration, GoxFile } from "./ast.ts";
import type { Reporter } from "./diagnostics.ts";
import { GoxSyntaxError, literalValue } from "./lexer.ts";
import { parseComponent } from "./parse-component.ts";
import { GRAMMAR } from "./parse-expressions.ts";
import { parseBlock } from "./parse-statements.ts";
import {
  parseFields,
  parseParams,
  parseResultParams,
  parseType,
  parseTypeParams,
  typesOf,
  withNamedResults,
} from "./parse-types.ts";
import { parseVars } from "./parse-vars.ts";
import { Parser } from "./parser.ts";

interface Base {
  readonly at: number;
  readonly comments: readonly string[];
}

/** Reads a whole file. Never throws for what stands in it: what cannot be read becomes a gap. */
export function parseFile(source: string, reporter: Reporter): GoxFile {
  const imports = new Map<string, { path: string; at: number }>();
  const declarations: Declaration[] = [];
  let packageName = "main";
  let p: Parser;
  try {
    p = new Parser(source, reporter, GRAMMAR);
    if (p.take("package")) packageName = p.name();
  } catch (error) {
    return { packageName, imports, declarations: [wholeFile(source, error, reporter)] };
  }
  while (p.token.kind !== "end") {
    const { start: at, comments } = p.token;
    try {
      if (p.take(";")) continue;
      if (p.is("import")) parseImports(p, imports);
      else declarations.push(...parseDeclaration(p, { at, comments }));
    } catch (error) {
      if (!(error instanceof GoxSyntaxError)) throw error;
      Object.assign(p, { openBrackets: 0, inHead: false });
      reporter.gap(error.at, error.message);
      declarations.push({ kind: "gap", at, comments, reason: error.message, text: p.skipStatement(at) });
    }
  }
  return { packageName, imports, declarations };
}

function wholeFile(source: string, error: unknown, reporter: Reporter): Declaration {
  if (!(error instanceof GoxSyntaxError)) throw error;
  reporter.gap(error.at, error.message);
  return { kind: "gap", at: 0, comments: [], reason: error.message, text: source };
}

function parseImports(p: Parser, imports: Map<string, { path: string; at: number }>): void {
  p.next();
  const one = (): void => {
    const at = p.token.start;
    const alias = p.token.kind === "name" ? p.name() : p.take(".") ? "." : undefined;
    if (p.token.kind !== "string") p.fail("expected the path of a package");
    const path = literalValue(p.next().text);
    imports.set(alias ?? path.slice(path.lastIndexOf("/") + 1), { path, at });
    p.take(";");
  };
  if (!p.take("(")) {
    one();
    return;
  }
  while (!p.is(")")) one();
  p.next();
}

function parseDeclaration(p: Parser, base: Base): Declaration[] {
  if (p.is("component")) return [parseComponent(p)];
  if (p.is("func")) return [parseFunction(p, base)];
  if (p.is("type")) return parseGroup(p, (inner) => parseTypeSpec(p, inner));
  if (p.is("var") || p.is("const"))
    return parseVars(p).map((statement) => ({
      at: statement.at,
      comments: statement.comments,
      kind: "variables",
      statement,
    }));
  if (p.is("context")) {
    p.next();
    return [{ ...base, kind: "context", name: p.name(), fields: parseFields(p) }];
  }
  if (p.is("resource")) {
    p.reporter.gap(base.at, "resources are not ported: load the data before the page is rendered, or in an effect");
    const name = p.after().text;
    return [{ ...base, kind: "resource", name, text: p.skipStatement(base.at) }];
  }
  return p.fail(`expected a declaration, found ${p.found()}`);
}

function parseFunction(p: Parser, base: Base): Declaration {
  p.next();
  const receiver = p.is("(") ? parseParams(p)[0] : undefined;
  const name = p.name("the function's name");
  const typeParams = parseTypeParams(p);
  const params = parseParams(p);
  const results = parseResultParams(p);
  return {
    ...base,
    kind: "func",
    name,
    receiver,
    typeParams,
    params,
    results: typesOf(results),
    body: withNamedResults(
      results,
      p.unbracketed(() => parseBlock(p)),
      base.at,
    ),
  };
}

function parseTypeSpec(p: Parser, base: Base): Declaration {
  const name = p.name("the type's name");
  const typeParams =
    p.is("[") && p.after().kind === "name" && p.after(p.after()).text !== "]" ? parseTypeParams(p) : [];
  p.take("=");
  return { ...base, kind: "type", name, typeParams, type: parseType(p) };
}

/** `word spec` or `word ( spec ... )` */
function parseGroup(p: Parser, one: (base: Base, at: number) => Declaration): Declaration[] {
  const { start: at, comments } = p.next();
  if (!p.take("(")) return [one({ at, comments }, 0)];
  const list: Declaration[] = [];
  while (!p.is(")")) {
    list.push(one({ at: p.token.start, comments: p.token.comments }, list.length));
    p.take(";");
  }
  p.next();
  return list;
}
