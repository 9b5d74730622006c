// The last bytes of the budgeted browser bundles, which the minifier leaves. What changes nothing else:
// - A property's name or a text that stands often is kept once: `a.getAttribute(b)` becomes `a[c](b)`, and `{target:a}` `{[b]:a}`. Which
//   ones, is tried: one more or one less, as long as the whole becomes shorter.
// - What stands most often has the shortest name (see names.mjs), whatever the order it is declared in.
// - Comparing needs no third equals sign where both sides are of one type, as in these sources they are, but for what is compared with a
//   boolean: "1" == true.
// - What `== null` asks is asked with the name that is undefined; `true` and `false` are 1 and 0 where nothing compares them; what belongs to the page
//   and stands often, such as Uint8Array, has a name as well.
// - Functions, conditions and declarations are folded first (see fold.mjs).
// - A block keeps names from the page as well as a function does. In a block of its own what comes later may use names again that only what
//   comes before asks for.
// What that costs in speed is in bench/results/client.md, which times the squeezed bundles.
import MagicString from "magic-string";
import { parseAst } from "rollup/parseAst";
import { folded } from "./fold.mjs";
import { nameAll, variablesOf } from "./names.mjs";

/** A Rollup plugin for scripts without exports; it stands behind the minifier. */
export function squeeze() {
  return { name: "squeeze", renderChunk: squeezed };
}

/** Whether a name for a text pays off by more, or fails to, is clear; what is between depends on the names that are left, and is tried. */
const UNCLEAR_BYTES = 12;

/** `;{let ` in the place of a comma, and `}`. */
const BLOCK_BYTES = 6;

function squeezed(unfolded) {
  const code = folded(unfolded);
  const ast = parseAst(code);
  let best = chosenFor(code, ast, []);
  const starts = ast.body[0].declarations.slice(1).flatMap(({ start, isMoved }) => (isMoved ? [] : start));
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (const at of starts) {
      const blocks = [...new Set([...best.blocks, at])].sort((a, b) => a - b);
      const other = optionsFor(code, ast, blocks, (one) => best.kept.has(one.text));
      if (!other || other.size >= best.size) continue;
      best = { ...other, kept: best.kept };
      isBetter = true;
    }
  }
  return written(code, chosenFor(code, ast, best.blocks)); // once more, as nodes know the scopes of what was tried last
}

/** What may be kept, what of it is, and how long the script becomes by that; undefined where such blocks cannot be. */
function optionsFor(code, ast, blocks, isKept) {
  const known = variablesOf(ast, blocks);
  if (!known) return undefined;
  const { root, globals } = known;
  const variables = known.variables.filter((one) => !moved(ast, one));
  const texts = [...textsIn(ast, code, globals), ...kindsIn(globals)].map((one) => ({ ...one, scope: root }));
  const chosen = new Set(texts.filter(isKept));
  return { ast, blocks, variables, texts, chosen, size: sizeOf(variables, chosen) + blocks.length * BLOCK_BYTES };
}

/** An expression that one place asks for stands there itself: the minifier does not know that it is tested in one loop at a time. */
function moved(ast, { places: [{ node: id }, { node } = {}, ...more] }) {
  const declared = ast.body[0].declarations.find((one, i) => i && one.id === id);
  if (!node || more[0] || !declared?.init?.regex || /[gy]/.test(declared.init.regex.flags)) return false;
  declared.isMoved = true;
  return { node, declared };
}

/** The same with the best choice. */
function chosenFor(code, ast, blocks) {
  const options = optionsFor(code, ast, blocks, (one) => gainOf(one) > 0);
  const { texts, chosen, variables } = options;
  const unclear = texts.filter((one) => Math.abs(gainOf(one)) < UNCLEAR_BYTES);
  const sizeNow = () => sizeOf(variables, chosen) + blocks.length * BLOCK_BYTES;
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (const one of unclear) {
      const toggle = () => chosen.delete(one) || chosen.add(one);
      toggle();
      const size = sizeNow();
      if (size < options.size) {
        options.size = size;
        isBetter = true;
      } else toggle();
    }
  }
  return { ...options, kept: new Set([...chosen].map(({ text }) => text)) };
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

function written(code, { ast, blocks, variables, chosen: all }) {
  const chosen = withLonger(code, ast, [...all]);
  const text = new MagicString(code);
  const names = nameAll([...variables, ...chosen]);
  for (const one of variables)
    for (const { node } of one.places) {
      const name = names.get(one);
      text.overwrite(node.start, node.end, node.isShorthand ? `${node.name}:${name}` : name);
    }
  for (const one of variablesOf(ast, blocks).variables) {
    const { node, declared } = moved(ast, one);
    if (!node) continue;
    text.overwrite(node.start, node.end, code.slice(declared.init.start, declared.init.end));
    text.remove(code.lastIndexOf(",", declared.start), declared.end);
  }
  for (const one of chosen)
    for (const { node, put } of one.places) text.overwrite(node.start, node.end, put(names.get(one)));
  const compared = new Set();
  walk(ast, (node) => {
    if (isBoolean(node) && !compared.has(node))
      text.overwrite(node.start, node.end, apart(code, node.start, node.end, `${1 - node.argument.value}`));
    if (node.type !== "BinaryExpression" || !/^[!=]==?$/.test(node.operator)) return;
    compared.add(node.left).add(node.right);
    if (isBoolean(node.left) || isBoolean(node.right) || node.operator.length < 3) return;
    const at = code.indexOf(node.operator, node.left.end);
    text.overwrite(at, at + 3, node.operator.slice(0, 2));
  });
  // What has no text stands last, where none is left for it
  const kept = chosen.filter((one) => !one.isGlobal);
  const listed = kept.filter((one) => one.text).concat(kept.filter((one) => !one.text));
  const list = listed.flatMap((one) => one.text || []).join(" ");
  const kinds = chosen.filter((one) => one.isGlobal).map((one) => `,${names.get(one)}=${one.text}`);
  const isList = code.startsWith("let ");
  if (isList) text.overwrite(0, 4, ",");
  for (const at of blocks)
    text.overwrite(code.lastIndexOf(",", at), at, /[a-z_$]/i.test(code[at]) ? ";{let " : ";{let");
  const end = code.search(/;?\s*$/); // a block ends its last statement
  text.remove(end, code.length);
  text
    .prepend(`{let[${listed.map((one) => names.get(one))}]="${list}".split\` \`${kinds.join("")}${isList ? "" : ";"}`)
    .append("}".repeat(blocks.length + 1));
  assertNothingNew(code, text.toString());
  return { code: text.toString(), map: text.generateMap({ hires: true }) };
}

/** The same, with the places of texts that begin or end as one of them does, and are made of that: `"replaceWith"` is `replace` and more. */
function withLonger(code, ast, chosen) {
  const known = new Set(chosen.map(({ text }) => text));
  const more = new Map(chosen.map((one) => [one, []]));
  const bases = chosen.filter(({ text, isGlobal }) => text && !isGlobal).sort((a, b) => b.text.length - a.text.length);
  walk(ast, (node, parent) => {
    const { type, value, scope, start, end } = node;
    if (type !== "Literal" || typeof value !== "string" || known.has(value)) return;
    // Nowhere else: what is next to it might count more than the plus sign
    if (parent.key === node || !/^(Property|Call|New|Conditional|Assignment|Array)/.test(parent.type)) return;
    const base = bases.find(({ text }) => value.startsWith(text) || value.endsWith(text));
    const rest = base && value.replace(base.text, "");
    const made = (name) => (value.startsWith(base.text) ? `${name}+"${rest}"` : `"${rest}"+${name}`);
    if (
      base &&
      value === (value.startsWith(base.text) ? base.text + rest : rest + base.text) &&
      made("x").length < end - start
    )
      more.get(base).push({
        node,
        scope,
        put: (name) => (made(name).length < end - start ? apart(code, start, end, made(name)) : code.slice(start, end)),
      });
  });
  return chosen.map((one) => ({ ...one, places: [...one.places, ...more.get(one)] }));
}

/** `true` and `false`, as the minifier writes them. */
const isBoolean = (node) =>
  node.type === "UnaryExpression" && node.operator === "!" && typeof node.argument.value === "number";

/** The classes and namespaces of the page that may be kept, but for what a page may replace by its own later: what speaks to a server. */
const kindsIn = (globals) =>
  [...globals]
    .filter(([name]) => /^[A-Z]/.test(name) && !/Socket|Source|Request/.test(name))
    .map(([text, places]) => ({
      text,
      isGlobal: true,
      places: places.map((place) => ({ ...place, put: (name) => name })),
    }));

/** The texts and names of properties that may be kept, and where they stand. */
function textsIn(ast, code, globals) {
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
    else if (node.type === "BinaryExpression" && /^[!=]=/.test(node.operator)) {
      // Also where it was compared by three signs: of these sources' values, those that may be null are never undefined.
      for (const side of [node.left, node.right])
        if (side.type === "Literal" && side.value === null)
          add("", scope, side.start, side.end, (name) => apart(code, side.start, side.end, name));
    }
  });
  // A function of the page is one of its properties, too.
  for (const { node, scope } of globals.get("addEventListener") ?? [])
    add("addEventListener", scope, node.start, node.end, (name) => `self[${name}]`);
  return [...found.values()];
}

const isLetter = (char = "") => /[\w$]/.test(char);

/** A name that nobody has declared, and that was not there before, is two words that have run into one. */
function assertNothingNew(before, after) {
  const globalsOf = (code) => [...variablesOf(parseAst(code)).globals.keys()];
  const known = new Set(globalsOf(before));
  const fresh = globalsOf(after).filter((name) => !known.has(name));
  if (fresh.length > 0) throw Error(`squeeze: nobody has declared ${fresh.join()}`);
}

/** What takes the place of a text or a sign must not run into what stands beside it. */
const apart = (code, start, end, name) =>
  `${isLetter(code[start - 1]) ? " " : ""}${name}${isLetter(code[end]) ? " " : ""}`;

function walk(node, visit, parent) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit, parent);
  else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") visit(node, parent);
    for (const key of Object.keys(node)) if (key !== "scope") walk(node[key], visit, node);
  }
}
