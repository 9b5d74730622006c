import { join } from "node:path";
import ts from "typescript";
import { beforeAll, expect, test } from "vitest";
import { doors } from "../../.ci/doors.mjs";
import { ensureBuilt } from "../helpers/built.ts";
import { root } from "../helpers/imports.ts";

const types = join(root, "dist/types");
const entries = Object.values(doors).map((source) => join(types, source.replace(/\.ts$/, ".d.ts")));
let program: ts.Program;
let checker: ts.TypeChecker;

beforeAll(() => {
  ensureBuilt();
  program = ts.createProgram(entries, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    skipLibCheck: true,
  });
  checker = program.getTypeChecker();
});

const resolveAlias = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

function exportsOf(entry: string): ts.Symbol[] {
  const file = program.getSourceFile(entry);
  const module = file && checker.getSymbolAtLocation(file);
  return module ? checker.getExportsOfModule(module).map(resolveAlias) : [];
}

/** A name declared at the top of one of our own declaration files: not a parameter, a member or another package's type. */
function isOurs(symbol: ts.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  if (!declaration?.getSourceFile().fileName.startsWith(types)) return false;
  const parent = ts.isVariableDeclaration(declaration) ? declaration.parent.parent.parent : declaration.parent;
  return ts.isSourceFile(parent);
}

function mentionedBy(symbol: ts.Symbol): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node)) note(node.typeName);
    else if (ts.isExpressionWithTypeArguments(node)) note(node.expression);
    else if (ts.isTypeQueryNode(node)) note(node.exprName);
    ts.forEachChild(node, visit);
  };
  const note = (name: ts.Node): void => {
    const target = checker.getSymbolAtLocation(name);
    if (target !== undefined) found.push(resolveAlias(target));
  };
  for (const declaration of symbol.declarations ?? []) visit(declaration);
  return found;
}

test("every type a door mentions is exported by some door", () => {
  const exported = new Set(entries.flatMap(exportsOf));
  expect(exported.size).toBeGreaterThan(50);
  const missing = [...exported].flatMap((symbol) =>
    mentionedBy(symbol)
      .filter((target) => isOurs(target) && !exported.has(target))
      .map((target) => `${target.name} (mentioned by ${symbol.name})`),
  );
  expect([...new Set(missing)].sort()).toEqual([]);
});
