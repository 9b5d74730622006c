// The last bytes of the budgeted browser bundles, which the minifier leaves. What changes nothing else:
// - A property's name that stands often is kept once: `a.getAttribute(b)` becomes `a[c](b)`.
// - Comparing with a string needs no third equals sign.
// - A block keeps names from the page as well as a function does.
// Measured on the client's core: 11,127 B before, see `npm run sizes`. The page's speed does not change (bench: "client").
import MagicString from "magic-string";
import { parseAst } from "rollup/parseAst";
import { minify } from "terser";

/** A Rollup plugin for scripts without exports; it stands behind the minifier, which may mangle nothing but private properties before. */
export function squeeze() {
  return {
    name: "squeeze",
    async renderChunk(code) {
      const short = squeezed(code);
      const map = short.generateMap({ hires: true });
      const { code: mangled, map: last } = await minify(short.toString(), {
        module: true,
        compress: false,
        mangle: true,
        format: { comments: false, ecma: 2022 },
        sourceMap: { content: map, includeSources: true },
      });
      return { code: mangled, map: last };
    },
  };
}

export function squeezed(code) {
  const text = new MagicString(code);
  const uses = new Map();
  walk(parseAst(code), (node) => {
    if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
      const { name } = node.property;
      if (!uses.has(name)) uses.set(name, []);
      uses.get(name).push(node);
    } else if (node.type === "BinaryExpression" && /^[!=]==$/.test(node.operator) && (isText(node.left) || isText(node.right))) {
      const at = code.indexOf(node.operator, node.left.end);
      text.remove(at, at + 1);
      if (node.operator === "!==") text.overwrite(at + 1, at + 3, "!=");
    }
  });
  const names = [];
  for (const [name, nodes] of uses) {
    // `.name` becomes `[xx]` at worst; the name itself is written once, as `xx="name",`
    if (nodes.length * (name.length - 3) <= name.length + 6) continue;
    const alias = `$name_${names.length}`;
    names.push(`${alias}="${name}"`);
    for (const node of nodes) {
      const dot = code.lastIndexOf(".", node.property.start);
      text.overwrite(dot, node.property.end, `${node.optional ? "." : ""}[${alias}]`);
    }
  }
  text.prepend(`{let ${names.join(",")};`).append("}");
  return text;
}

const isText = (node) => node.type === "Literal" && typeof node.value === "string" && node.value !== "";

function walk(node, visit) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node !== null && typeof node === "object") {
    if (typeof node.type === "string") visit(node);
    for (const key of Object.keys(node)) if (key !== "type") walk(node[key], visit);
  }
}
