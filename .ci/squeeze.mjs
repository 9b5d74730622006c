// The last bytes of the budgeted browser bundles, which the minifier leaves. What changes nothing else:
// - A property's name that stands often is kept once: `a.getAttribute(b)` becomes `a[c](b)`.
// - Comparing with a string needs no third equals sign.
// - A block keeps names from the page as well as a function does.
// It takes 6 % off the client's core (`npm run sizes`); what that costs in speed is in bench/results/client.md, which times the squeezed bundles.
import MagicString from "magic-string";
import { parseAst } from "rollup/parseAst";
import { minify } from "terser";

/** A Rollup plugin for scripts without exports; it stands behind the minifier, which may mangle nothing but private properties before. */
export function squeeze() {
  return {
    name: "squeeze",
    async renderChunk(code) {
      const all = await Promise.all(COSTS.map((cost) => renamed(squeezed(code, cost))));
      return all.reduce((best, one) => (one.code.length < best.code.length ? one : best));
    },
  };
}

// How much longer than one letter an alias turns out to be depends on the bundle: each is tried, the shortest result kept.
const COSTS = [0.5, 0.75, 1, 1.25, 1.5];

async function renamed(text) {
  return minify(text.toString(), {
    module: true,
    compress: false,
    mangle: true,
    format: { comments: false, ecma: 2022 },
    sourceMap: { content: text.generateMap({ hires: true }), includeSources: true },
  });
}

function squeezed(code, cost) {
  const text = new MagicString(code);
  const uses = new Map();
  const use = (name, start, end, put) => {
    if (!uses.has(name)) uses.set(name, []);
    uses.get(name).push({ start, end, put });
  };
  const keys = new Set();
  walk(parseAst(code), (node) => {
    if (node.type === "Property" && !node.computed) keys.add(node.key);
    if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
      const dot = code.lastIndexOf(node.optional ? "?." : ".", node.property.start);
      use(node.property.name, dot, node.property.end, (alias) => `${node.optional ? "?." : ""}[${alias}]`);
    } else if (isText(node) && !keys.has(node)) {
      use(node.value, node.start, node.end, (alias) => (isLetter(code[node.start - 1]) ? ` ${alias}` : alias));
    } else if (
      node.type === "BinaryExpression" &&
      /^[!=]==$/.test(node.operator) &&
      (isText(node.left) || isText(node.right))
    ) {
      const at = code.indexOf(node.operator, node.left.end);
      text.overwrite(at, at + 3, node.operator.slice(0, 2));
    }
  });
  const names = [];
  for (const [name, places] of uses) {
    if (name.includes(" ")) continue;
    // In its place stands an alias of one or two letters; both are written once more where all are made
    const saved = places.reduce((sum, { start, end, put }) => sum + end - start - put("x").length - cost, 0);
    if (saved <= name.length + 2 + cost) continue;
    const alias = `$name_${names.length}`;
    names.push([alias, name]);
    for (const { start, end, put } of places) text.overwrite(start, end, put(alias));
  }
  const aliases = names.map(([alias]) => alias).join(",");
  const texts = names.map(([, name]) => name).join(" ");
  text.prepend(`{let[${aliases}]="${texts}".split(" ");`).append("}");
  return text;
}

const isLetter = (char) => /[\w$]/.test(char);
const isText = (node) => node.type === "Literal" && typeof node.value === "string" && node.value !== "";

function walk(node, visit) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") visit(node);
    for (const key of Object.keys(node)) if (key !== "type") walk(node[key], visit);
  }
}
