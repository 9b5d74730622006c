// Nodes as GoX has them: type, tag, properties, children, key, ref.

const ELEMENT = 1;
const TEXT = 2;
const FRAGMENT = 3;
const VOID = new Set(["img", "input", "link", "meta"]);

/** An element. */
export function h(tag, properties, ...children) {
  const props = new Map();
  for (const name in properties) props.set(name, properties[name]);
  return { type: ELEMENT, tag, props, children: children.map(child), key: props.get("key") ?? null, ref: null };
}

/** Several nodes in place of one. */
export function fragment(children) {
  return { type: FRAGMENT, tag: "", props: null, children, key: null, ref: null };
}

function child(value) {
  if (typeof value === "object") return value;
  return { type: TEXT, tag: "", props: null, children: value, key: null, ref: null };
}

/** One text of a tree of nodes. */
export function renderNode(node, encoders) {
  return renderInto("", node, encoders, (text) => text);
}

/** Adds a tree of nodes to a text, handing it over now and then. */
export function renderInto(before, node, encoders, out) {
  if (node.type === TEXT) return before + encoders.text(String(node.children));
  let text = before;
  if (node.type === ELEMENT) {
    text += `<${node.tag}`;
    for (const [name, value] of node.props) {
      if (value === true) text += ` ${name}`;
      else if (value !== false && value !== null && name !== "key") {
        text += ` ${name}="${encoders.attribute(String(value))}"`;
      }
    }
    text += ">";
    if (VOID.has(node.tag)) return text;
  }
  for (const one of node.children) text = renderInto(text, one, encoders, out);
  if (node.type === ELEMENT) text += `</${node.tag}>`;
  return out(text);
}
