import {
  ask,
  check,
  commentOf,
  contentIn,
  type Held,
  type Instance,
  type LiveSlot,
  type LiveTemplate,
  makeSlot,
} from "./slots.ts";

/*
 * Finds the slots of a page the server rendered, or of a clone just made: walks each template beside the nodes it became, following the
 * markers. Throws when they differ (an extension or the parser changed the page): then the server sends it anew. Casts: what they promise
 * is what is checked so.
 */

/** A model's node, with its marks once they were read. */
interface Model extends ChildNode {
  _marks?: readonly number[];
}

/** An instance between markers, which become its first and last node. `islands` gets each ignored element with its copy; `parent` is where it will stand. */
export const adoptInstance = (
  start: Node,
  templates: readonly LiveTemplate[],
  template: LiveTemplate = templates[commentOf(start).slice(1) as unknown as number] as LiveTemplate, // casts: what else is there throws
  islands: [Element, Node][] = [],
  parent: Element = start.parentNode as Element,
): Instance => {
  const content = contentIn(template, parent);
  const slots: LiveSlot[] = [];
  let last = start;
  /** Walks the children of a template's node beside those of the page's `into`, from `node` on; returns what follows them. */
  const walk = (models: Node, into: Element, node: Node | null): Node | null => {
    for (const model of ask(models, "childNodes") as NodeListOf<Model>) {
      // The slots it is marked with. casts: only elements have attributes; numbers as text are the same as indexes
      // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
      const marks = (model._marks ??= ((
        ask(model, "getAttribute", "bus-slot") ?? /^bus:(.+)/.exec(commentOf(model))?.[1]
      )?.split(" ") ?? []) as unknown[] as number[]);
      const [index] = marks; // a text: "0" is one too
      if (index && commentOf(model)) {
        const isAlone = models !== content && ask(models, "childNodes").length < 2;
        const isNew = commentOf(node) === commentOf(model);
        if (isAlone && (isNew || !commentOf(node))) {
          // What is all there is in its element goes without markers. Parsers split a long text.
          if (isNew) (node as Comment).replaceWith();
          ask(into, "normalize");
          check(!ask(into, "firstElementChild"));
          slots[index] = makeSlot("", into, ask(into, "firstChild") as Text | null);
          return null;
        }
        if (isNew) (node as Comment).after(new Comment("]"));
        const slot = adoptSlot(node as Node, templates, into);
        slots[index] = slot;
        node = slot._end;
      } else {
        check(ask(node as Node, "nodeName") === ask(model, "nodeName"));
        const element = node as Element;
        for (const mark of marks) {
          const name = template._names[mark] as string;
          const held = name === "#text" ? element.textContent : ask(element, "getAttribute", name);
          slots[mark] = makeSlot(name, element, held);
          ask(element, "removeAttribute", "bus-slot");
        }
        if (model.firstChild) {
          let inner = element;
          if (ask(element, "getAttribute", "bus-ignore") != null) {
            // What is in it belongs to other scripts: patches go to a copy that nobody sees.
            inner = (content.ownerDocument as Document).importNode(element, true);
            islands.push([element, inner]);
          }
          check(!walk(model, inner, ask(inner, "firstChild")));
        }
      }
      last = node as Node;
      node = ask(last, "nextSibling");
    }
    return node;
  };
  walk(content, parent, start);
  check(commentOf(last) === "]");
  return { _template: template, _slots: slots, _first: start, _last: last };
};

const adoptSlot = (start: Node, templates: readonly LiveTemplate[], parent: Element): LiveSlot => {
  const kind = commentOf(start);
  let node = start.nextSibling as Node;
  let held: Held;
  if (kind === "[*") {
    held = [];
    while (commentOf(node) !== "]") {
      const row = adoptInstance(node, templates);
      held.push(row);
      node = row._last.nextSibling as Node;
    }
  } else if ((kind[1] as unknown as number) >= 0) {
    held = adoptInstance(start, templates);
    node = held._last;
  } else {
    if (node instanceof Text && commentOf(node.nextSibling) === "]") held = node;
    // Trusted markup may be anything, except that html refuses our marks in it.
    while (commentOf(node) !== "]") node = ask(node, "nextSibling") as Node;
  }
  return makeSlot("", parent, held, start, node);
};
