// What a coded error says in words, beside its code and value, is left out of what runs in browsers (docs/decisions/0028): scripts drop it, and doors
// take it from `#details`, a chunk of texts whose twin for browsers has none. In the sources it stands where the error is thrown.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDERS = ["client/sync", "lib/crdt", "lib/sync", "lib/wire"];
/** Their hints send the reader to the message. */
export const kept = ["CRDT_BAD_ARGUMENT", "CRDT_LIMIT", "SYNC_BAD_OPTION", "SYNC_LIMIT", "SYNC_STORE_DURABILITY"];

export const hasDetails = (id) => FOLDERS.some((folder) => id.includes(`/${folder}/`));

/** For scripts: an error's message is its code. */
export const dropDetails = (context) => (source) => replaced(source, context, () => context.factory.createVoidZero());

/** For doors. */
export const detailsApart = (context) => (source) => {
  const { factory } = context;
  let isUsed = false;
  const text = (node, parts) => {
    isUsed = true;
    const place = texts().indexOf(textOf(node));
    return factory.createCallExpression(factory.createIdentifier("detail"), undefined, [
      factory.createNumericLiteral(place),
      ...parts,
    ]);
  };
  const done = replaced(source, context, text);
  if (!isUsed) return done;
  const name = factory.createImportSpecifier(false, undefined, factory.createIdentifier("detail"));
  const clause = factory.createImportClause(undefined, undefined, factory.createNamedImports([name]));
  const taken = factory.createImportDeclaration(undefined, clause, factory.createStringLiteral("#details"));
  return factory.updateSourceFile(done, [taken, ...done.statements]);
};

/** The two chunks. */
export const detailsChunk = () =>
  `const TEXTS = [\n${texts()
    .map((text) => `  ${text},\n`)
    .join("")}];\nexport const detail = (place, ...values) => TEXTS[place](...values);\n`;
export const noDetailsChunk = "export function detail() {}\n";

function replaced(source, context, text) {
  const { factory } = context;
  const visit = (node) => {
    const seen = ts.visitEachChild(node, visit, context);
    const said = detailOf(node, source);
    if (said === undefined) return seen;
    const place = node.arguments.indexOf(said);
    const parts = ts.isTemplateExpression(said)
      ? seen.arguments[place].templateSpans.map(({ expression }) => expression)
      : [];
    const before = seen.arguments.slice(0, place);
    const after = seen.arguments.slice(place + 1);
    const words = text(said, parts);
    const list =
      words === undefined && after.length === 0 ? before : [...before, words ?? factory.createVoidZero(), ...after];
    return ts.isNewExpression(seen)
      ? factory.updateNewExpression(seen, seen.expression, undefined, list)
      : factory.updateCallExpression(seen, seen.expression, undefined, list);
  };
  return ts.visitNode(source, visit);
}

/** The words of `new CodedError(code, words, ...)`, and those of `bad(words)` of documents, which makes one of them. */
function detailOf(node, { fileName }) {
  const isNew = ts.isNewExpression(node);
  if (!(isNew || ts.isCallExpression(node)) || !ts.isIdentifier(node.expression)) return;
  if (node.expression.text !== (isNew ? "CodedError" : "bad") || !(isNew || fileName.includes("lib/crdt/"))) return;
  const [code, words] = isNew ? (node.arguments ?? []) : [undefined, node.arguments[0]];
  if (words === undefined || (code !== undefined && ts.isStringLiteralLike(code) && kept.includes(code.text))) return;
  if (ts.isStringLiteralLike(words) || ts.isTemplateExpression(words)) return words;
}

/** As the function that gives it. */
function textOf(said) {
  if (ts.isStringLiteralLike(said)) return `() => ${JSON.stringify(said.text)}`;
  const names = said.templateSpans.map((_, i) => `v${i}`);
  const parts = said.templateSpans.map(({ literal }, i) => ` + v${i} + ${JSON.stringify(literal.text)}`);
  return `(${names.join(", ")}) => ${JSON.stringify(said.head.text)}${parts.join("")}`;
}

let known;

/** Of all folders, in order: the same place in every build. */
function texts() {
  if (known !== undefined) return known;
  const found = new Set();
  const visit = (node, source) => {
    const said = detailOf(node, source);
    if (said !== undefined) found.add(textOf(said));
    ts.forEachChild(node, (child) => visit(child, source));
  };
  for (const folder of FOLDERS)
    for (const path of readdirSync(join(root, folder), { recursive: true }).map(String).sort()) {
      if (!path.endsWith(".ts")) continue;
      const file = `${folder}/${path.replaceAll("\\", "/")}`;
      const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
      visit(source, source);
    }
  known = [...found];
  return known;
}
