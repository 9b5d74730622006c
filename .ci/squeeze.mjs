// The last bytes of the budgeted browser bundles, which the minifier leaves. What changes nothing else:
// - A property's name or a text that stands often is kept once: `a.getAttribute(b)` becomes `a[c](b)`, and `{target:a}` `{[b]:a}`. Which
//   ones, is tried: one more or one less, as long as the whole becomes shorter.
// - What stands most often has the shortest name (see names.mjs), whatever the order it is declared in.
// - Comparing needs no third equals sign where both sides are of one type, as in these sources they are, but for what is compared with a
//   boolean: "1" == true.
// - A block keeps names from the page as well as a function does.
// What that costs in speed is in bench/results/client.md, which times the squeezed bundles.
import MagicString from "magic-string";
import { parseAst } from "rollup/parseAst";
import { nameAll, variablesOf } from "./names.mjs";

/** A Rollup plugin for scripts without exports; it stands behind the minifier. */
export function squeeze() {
  return { name: "squeeze", renderChunk: squeezed };
}

/** Whether a name for a text pays off by more, or fails to, is clear; what is between depends on the names that are left, and is tried. */
const UNCLEAR_BYTES = 12;

function squeezed(code) {
  const ast = parseAst(code);
  const { root, variables } = variablesOf(ast);
  const texts = textsIn(ast, code).map((one) => ({ ...one, scope: root }));
  const chosen = new Set(texts.filter((one) => gainOf(one) > 0));
  const unclear = texts.filter((one) => Math.abs(gainOf(one)) < UNCLEAR_BYTES);
  let best = sizeOf(variables, chosen);
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (const one of unclear) {
      const toggle = () => chosen.delete(one) || chosen.add(one);
      toggle();
      const size = sizeOf(variables, chosen);
      if (size < best) {
        best = size;
        isBetter = true;
      } else toggle();
    }
  }
  return written(code, ast, variables, [...chosen]);
}

/** What a name of one letter would gain: in its place stands that, and both are written once more where all are made. */
const gainOf = ({ text, places }) =>
  places.reduce((sum, { node, put }) => sum + node.end - node.start - put("x").length, 0) - text.length - 3;

/** How long it becomes, but for what is always the same. */
function sizeOf(variables, chosen) {
  let size = 0;
  const names = nameAll([...variables, ...chosen]);
  for (const [one, name] of names)
    size +=
      one.text === undefined
        ? one.places.length * name.length
        : name.length * (one.places.length + 1) - gainOf(one) - one.places.length - 1;
  return size;
}

function written(code, ast, variables, chosen) {
  const text = new MagicString(code);
  const names = nameAll([...variables, ...chosen]);
  for (const one of variables)
    for (const { node } of one.places) {
      const name = names.get(one);
      text.overwrite(node.start, node.end, node.isShorthand ? `${node.name}:${name}` : name);
    }
  for (const one of chosen)
    for (const { node, put } of one.places) text.overwrite(node.start, node.end, put(names.get(one)));
  walk(ast, (node) => {
    if (node.type !== "BinaryExpression" || !/^[!=]==$/.test(node.operator)) return;
    if (node.left.operator === "!" || node.right.operator === "!") return;
    const at = code.indexOf(node.operator, node.left.end);
    text.overwrite(at, at + 3, node.operator.slice(0, 2));
  });
  // What has no text stands last, where none is left for it
  const listed = chosen.filter((one) => one.text).concat(chosen.filter((one) => !one.text));
  const all = listed.flatMap((one) => one.text || []).join(" ");
  const isList = code.startsWith("let ");
  if (isList) text.overwrite(0, 4, ",");
  const end = code.search(/;?\s*$/); // a block ends its last statement
  text.remove(end, code.length);
  text.prepend(`{let[${listed.map((one) => names.get(one))}]="${all}".split\` \`${isList ? "" : ";"}`).append("}");
  return { code: text.toString(), map: text.generateMap({ hires: true }) };
}

/** The texts and names of properties that may be kept, and where they stand. */
function textsIn(ast, code) {
  const found = new Map();
  const add = (text, scope, start, end, put) => {
    if (/ /.test(text) || put("x").length >= end - start) return;
    if (!found.has(text)) found.set(text, { text, places: [] });
    found.get(text).places.push({ node: { start, end }, scope, put });
  };
  const keys = new Set();
  walk(ast, (node) => {
    const { scope, start, end } = node;
    if (
      node.type === "Property" &&
      !node.computed &&
      node.key.type === "Identifier" &&
      !node.shorthand &&
      node.key.name !== "__proto__"
    ) {
      add(node.key.name, scope, node.key.start, node.key.end, (name) => `[${name}]`);
      keys.add(node.key);
    } else if (node.type === "Property" && !node.computed) keys.add(node.key);
    else if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
      const dot = code.lastIndexOf(node.optional ? "?." : ".", node.property.start);
      add(node.property.name, scope, dot, node.property.end, (name) => `${node.optional ? "?." : ""}[${name}]`);
    } else if (node.type === "Literal" && typeof node.value === "string" && node.value && !keys.has(node))
      add(node.value, scope, start, end, (name) => apart(code, start, end, name));
    else if (node.type === "UnaryExpression" && code.slice(start, end) === "void 0")
      add("", scope, start, end, (name) => name);
  });
  return [...found.values()];
}

const isLetter = (char = "") => /[\w$]/.test(char);

/** A name in the place of quotes must not run into what stands beside it. */
const apart = (code, start, end, name) =>
  `${isLetter(code[start - 1]) ? " " : ""}${name}${isLetter(code[end]) ? " " : ""}`;

function walk(node, visit) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") visit(node);
    for (const key of Object.keys(node)) if (key !== "scope") walk(node[key], visit);
  }
}
