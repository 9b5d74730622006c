import type { Instance, LiveSlot, Numbered } from "./page.ts";
import { makeSlot } from "./page.ts";
import { check, commentOf, contentIn, type LiveTemplate, slotsOf } from "./template.ts";

/*
 * Finds the slots of a page the server rendered: walks each template beside the nodes it became, following the markers. Throws when they
 * differ (an extension or the parser changed the page): then the server sends it anew. Casts: what they promise is what is checked so.
 */

/** An instance between markers, which become its first and last node. */
export const adoptInstance = (start: Node, templates: Numbered): Instance => {
  const template = templates[Number(commentOf(start).slice(1))] as LiveTemplate;
  const content = contentIn(template, start.parentNode as Node);
  const slots: LiveSlot[] = [];
  /** Walks the children of a template's node beside those of the page's `into`, from `node` on; returns what follows them. */
  const walk = (models: Node, into: Node, first: Node | null): Node | null => {
    let node = first;
    for (const model of models.childNodes) {
      const marks = slotsOf(model);
      if (model instanceof Comment && marks.length) {
        const [index] = marks as [number];
        if (models !== content && models.childNodes.length < 2 && !commentOf(node)) {
          // Text that is all there is in its element goes without markers. Parsers split a long one: then it is written whole.
          slots[index] = makeSlot("", into as Element, null, null, node?.nextSibling ? null : (node as Text | null));
          return null;
        }
        const slot = adoptSlot(node as Node, templates);
        slots[index] = slot;
        node = slot._end;
      } else {
        if (model.nodeValue === "") continue; // stands in for an empty template
        check(node?.nodeName === model.nodeName);
        for (const slot of marks) slots[slot] = makeSlot(template._names[slot] as string, node as Element);
        if (model.firstChild) check(!walk(model, node as Node, (node as Node).firstChild));
      }
      node = (node as Node).nextSibling;
    }
    return node;
  };
  const last = walk(content, start, start.nextSibling) as Node;
  check(commentOf(last) === "]");
  return { _template: template, _slots: slots, _first: start, _last: last };
};

const adoptSlot = (start: Node, templates: Numbered): LiveSlot => {
  const kind = commentOf(start);
  let node = start.nextSibling as Node;
  let held: LiveSlot["_held"];
  if (kind === "[*") {
    held = [];
    while (commentOf(node) !== "]") {
      const row = adoptInstance(node, templates);
      held.push(row);
      node = row._last.nextSibling as Node;
    }
  } else if (kind === "[") {
    if (node instanceof Text && commentOf(node.nextSibling) === "]") held = node;
    // Trusted markup may be anything, except that html refuses our marks in it.
    while (commentOf(node) !== "]") node = node.nextSibling as Node;
  } else {
    held = adoptInstance(start, templates);
    node = held._last;
  }
  return makeSlot("", null, start, node, held);
};
