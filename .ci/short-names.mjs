// Inner names of documents and of the graph of signals, short in what is built: `node .ci/short-names.mjs` writes .ci/*-names.json anew, the most
// frequent name first. A name may be shortened when it is a property in the folder and nobody else's: in nothing that is `@public`, not of the
// platform, not of the folders whose objects the folder reads, and never a text. The tables are fixed, as doors and bundles share objects.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const read = (file) => JSON.parse(readFileSync(join(root, ".ci", file), "utf8"));

/** The folders: `reads` lists whose objects theirs meet, `others` what else is not theirs, `isInner` tells whose names are worth it. Arrow's tables are a stranger's. */
export const shortened = [
  {
    folder: "lib/crdt",
    file: "crdt-names.json",
    reports: ["crdt"],
    reads: ["lib/errors", "lib/wire"],
    others: [],
    isInner: () => true,
  },
  {
    folder: "lib/signals",
    file: "signals-names.json",
    reports: ["signals", "signals-collections", "signals-columns", "signals-tc39"],
    reads: ["lib/errors", "lib/pool", "lib/signals/columns/arrow"],
    others: ["errors"], // of an AggregateError
    isInner: (path) => !path.includes("/"), // the kernel's
  },
].map((part) => ({ ...part, names: read(part.file) }));

/** The names that may be shortened, and all that a short one must not be. */
export function eligibleNames({ folder, reports, reads, others, isInner }) {
  const { names, texts, shown } = namesIn(folder);
  const report = reports.flatMap((door) => readFileSync(join(root, `etc/${door}.api.md`), "utf8").match(/\w+/g));
  const taken = new Set([...shown, ...report, ...platformNames(), ...texts, ...others]);
  for (const other of reads) for (const name of namesIn(other).names.keys()) taken.add(name);
  const inner = namesIn(folder, isInner).names;
  const eligible = [...names]
    .filter(([name]) => /^[a-z]\w\w/.test(name) && inner.has(name) && !taken.has(name))
    .sort((a, b) => b[1] - a[1]);
  return { eligible: eligible.map(([name]) => name), taken: new Set([...taken, ...names.keys()]) };
}

/** A transformer for TypeScript's compiler: renames properties, not variables, and drops declarations of fields that a constructor sets anyway. */
export function shorten(names) {
  return (context) => (source) => {
    const { factory } = context;
    const short = (name) =>
      name !== undefined && ts.isIdentifier(name) && Object.hasOwn(names, name.text)
        ? factory.createIdentifier(names[name.text])
        : undefined;
    const visit = (node) => {
      // Under another name it would be a new node, which the compiler no longer knows to leave out.
      if (ts.isPropertyDeclaration(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword))
        return undefined;
      const name = isNamed(node) ? short(node.name) : undefined;
      if (ts.isClassLike(node)) node = withoutBareFields(node, factory);
      const seen = ts.visitEachChild(
        node,
        (child) => (name !== undefined && child === node.name ? name : visit(child)),
        context,
      );
      if (ts.isShorthandPropertyAssignment(node)) {
        const own = short(node.name);
        if (own === undefined) return seen;
        const initializer = node.objectAssignmentInitializer;
        const value =
          initializer === undefined ? node.name : factory.createAssignment(node.name, ts.visitNode(initializer, visit));
        return factory.createPropertyAssignment(own, value);
      }
      if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return seen;
      const own = short(node.propertyName ?? (node.dotDotDotToken === undefined ? node.name : undefined));
      if (own === undefined) return seen;
      return factory.updateBindingElement(seen, seen.dotDotDotToken, own, seen.name, seen.initializer);
    };
    return ts.visitNode(source, visit);
  };
}

/** A field without a value that the constructor sets, whatever happens, is there without a declaration, and sooner. */
function withoutBareFields(node, factory) {
  const { members } = node;
  const statements = members.find(ts.isConstructorDeclaration)?.body?.statements ?? [];
  const set = new Set(statements.map(fieldSetBy));
  const isBare = (one) =>
    ts.isPropertyDeclaration(one) &&
    ts.isIdentifier(one.name) && // a private one is none unless it is declared
    one.initializer === undefined &&
    set.has(one.name.text) &&
    !isStatic(one);
  const left = members.filter((one) => !isBare(one));
  if (left.length === members.length) return node;
  const { modifiers, name, typeParameters, heritageClauses } = node;
  return ts.isClassDeclaration(node)
    ? factory.updateClassDeclaration(node, modifiers, name, typeParameters, heritageClauses, left)
    : factory.updateClassExpression(node, modifiers, name, typeParameters, heritageClauses, left);
}

const isStatic = ({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;

function fieldSetBy({ expression }) {
  if (expression === undefined || !ts.isBinaryExpression(expression)) return undefined;
  const { left, operatorToken } = expression;
  const isOwn = ts.isPropertyAccessExpression(left) && left.expression.kind === ts.SyntaxKind.ThisKeyword;
  return isOwn && operatorToken.kind === ts.SyntaxKind.EqualsToken ? left.name.text : undefined;
}

/** Whether its name is that of a property. */
function isNamed(node) {
  return (
    ts.isPropertyAccessExpression(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isGetAccessor(node) ||
    ts.isSetAccessor(node)
  );
}

/** The properties of a folder and how often each stands there, and its texts. */
function namesIn(folder, isWanted = () => true) {
  const names = new Map();
  const texts = new Set();
  const shown = new Set(); // what who uses the library sees
  for (const path of readdirSync(join(root, folder), { recursive: true }).map(String)) {
    if (!path.endsWith(".ts") || !isWanted(path.replaceAll("\\", "/"))) continue;
    const source = ts.createSourceFile(
      path,
      readFileSync(join(root, folder, path), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node) => {
      const isProperty =
        isNamed(node) ||
        ts.isShorthandPropertyAssignment(node) ||
        ts.isPropertySignature(node) ||
        ts.isMethodSignature(node);
      const isBound = ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent);
      const name = isBound ? (node.propertyName ?? node.name) : isProperty ? node.name : undefined;
      if (name !== undefined && ts.isIdentifier(name)) names.set(name.text, (names.get(name.text) ?? 0) + 1);
      if (ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "public")) showAll(node, node.body);
      if (ts.isStringLiteralLike(node) && !ts.isLiteralTypeNode(node.parent)) texts.add(node.text);
      ts.forEachChild(node, visit);
    };
    const showAll = (node, body) => {
      if (ts.isIdentifier(node)) shown.add(node.text);
      ts.forEachChild(node, (child) => {
        if (child !== body) showAll(child);
      });
    };
    visit(source);
  }
  return { names, texts, shown };
}

function platformNames() {
  // Packages leave globals of their own behind, which begin with an underscore: what is loaded beside must not change the answer.
  const names = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => !name.startsWith("_")));
  for (const name of [...names]) {
    const value = globalThis[name];
    if (value === null || (typeof value !== "object" && typeof value !== "function") || value === globalThis) continue;
    for (const owner of [value, value.prototype]) {
      for (let at = owner; at !== null && at !== undefined; at = Object.getPrototypeOf(at))
        for (const own of Object.getOwnPropertyNames(at)) names.add(own);
    }
  }
  // of dictionaries and of what iterators and readers answer
  for (const name of [
    "done",
    "value",
    "read",
    "written",
    "fatal",
    "ignoreBOM",
    "cause",
    "groups",
    "enumerable",
    "configurable",
    "drop", // of iterators, from Node 22 on
    "take",
    "flatMap",
    "toArray",
  ])
    names.add(name);
  return names;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  // As often as minified code has them: what repeats is packed, 0.5 % of a gzipped document.
  const letters = "tenriolsfhucdapgmbkwvyxzjqTENRIOLSFHUCDAPGMBKWVYXZJQ";
  const shorts = [...letters, ...[...letters].flatMap((first) => [...letters].map((second) => first + second))];
  for (const part of shortened) {
    const { eligible, taken } = eligibleNames(part);
    const free = shorts.filter((name) => !taken.has(name));
    const names = Object.fromEntries(eligible.map((name, i) => [name, free[i]]));
    writeFileSync(join(root, ".ci", part.file), `${JSON.stringify(names, null, 2)}\n`);
  }
}
