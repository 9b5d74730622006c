import { longestRiseLength } from "./longest-rise.ts";

/** A tree as plain data: namespaces, attributes by name, template contents; neighbouring texts are one, empty ones none. */
export function treeOf(node: Node): unknown {
  if (node.nodeType === 3 || node.nodeType === 8) return `${node.nodeName} ${node.nodeValue}`;
  const children: unknown[] = [];
  for (const child of node.childNodes) {
    const last = children.at(-1);
    if (child.nodeType !== 3) children.push(treeOf(child));
    else if (typeof last === "string" && last.startsWith("#text"))
      children[children.length - 1] = last + child.nodeValue;
    else if (child.nodeValue) children.push(treeOf(child));
  }
  if (node.nodeType !== 1) return children;
  const el = node as Element; // cast: 1 is an element
  const attributes = [...el.attributes].map(({ namespaceURI, name, value }) => [name, namespaceURI, value].join(" "));
  // cast: the name says so
  const content = el.nodeName === "TEMPLATE" ? [treeOf((el as HTMLTemplateElement).content)] : [];
  return [el.namespaceURI, el.nodeName, attributes.sort(), children, ...content];
}

/** The elements with an id that occurs once in both trees, on the same kind of element: these must stay themselves. */
export function lasting(old: ParentNode, next: ParentNode): Map<string, Element> {
  const once = (root: ParentNode): Element[] => {
    const all = [...root.querySelectorAll("[id]")];
    return all.filter((el) => all.filter((other) => other.id === el.id).length === 1);
  };
  const news = once(next);
  const stays = once(old).filter((o) => news.some((n) => n.id === o.id && n.nodeName === o.nodeName));
  return new Map(stays.map((el) => [el.id, el]));
}

/** How many of a list must move to get into a new order, when as many as can stay do. */
export function fewestMoves(order: readonly number[]): number {
  return order.length - longestRiseLength(order);
}
