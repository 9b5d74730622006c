import { type Child, commentOf, type Element, isElement, isText, nextOf, type Parent } from "./nodes.ts";
import { contentIn, type Instance, makeSlot, type PageTemplate, parted, type Slot, slotsOf } from "./slots.ts";

// Each template is walked beside the nodes it became.

/** Finds the slots of an instance that stands between markers. @throws Error saying where the page is another than its templates say. */
export function adoptInstance(start: Child, templates: readonly PageTemplate[]): Instance {
  const template = templates[Number(commentOf(start).slice(1))] ?? parted(`no template for <!--${commentOf(start)}-->`);
  const slots: Slot[] = [];
  const walk = (
    models: readonly Child[],
    isTop: boolean,
    into: Parent,
    first: Child | undefined,
  ): Child | undefined => {
    let node = first;
    for (const model of models) {
      const marks = slotsOf(model);
      if (!isElement(model) && marks.length > 0) {
        const index = marks[0] ?? 0;
        if (!isTop && models.length < 2 && commentOf(node) === "") {
          slots[index] = makeSlot(
            "",
            into,
            undefined,
            undefined,
            isText(node) && nextOf(node) === undefined ? node : undefined,
          );
          return undefined;
        }
        const slot = adoptSlot(node ?? parted("a slot has no marker"), templates);
        slots[index] = slot;
        node = slot.end;
      } else {
        if (isText(model) && model.value === "") continue;
        if (node?.nodeName !== model.nodeName)
          parted(`${describe(model)} is expected where ${describe(node)} stands: HTML's parser moved something`);
        for (const slot of marks) slots[slot] = makeSlot(template.names[slot] ?? "", node as Element); // cast: its model is an element
        if (isElement(model) && model.childNodes.length > 0) {
          const element = node as Element; // cast: so it is in the template
          const rest = walk(model.childNodes, false, element, element.childNodes[0]);
          if (rest !== undefined)
            parted(`${describe(rest)} stands in ${describe(element)} although no template has it`);
        }
      }
      node = node === undefined ? undefined : nextOf(node);
    }
    return node;
  };
  const parent = start.parentNode ?? parted("the root is gone");
  const last = walk(contentIn(template, parent), true, parent, nextOf(start));
  if (commentOf(last) !== "]" || last === undefined) return parted(`${describe(last)} stands behind a template's end`);
  return { template, slots, first: start, last };
}

function adoptSlot(start: Child, templates: readonly PageTemplate[]): Slot {
  const kind = commentOf(start);
  let node = nextOf(start) ?? parted("a slot has no end");
  let held: Slot["held"];
  if (kind === "[*") {
    const rows: Instance[] = [];
    while (commentOf(node) !== "]") {
      const row = adoptInstance(node, templates);
      rows.push(row);
      node = nextOf(row.last) ?? parted("a list has no end");
    }
    held = rows;
  } else if (kind === "[") {
    if (isText(node) && commentOf(nextOf(node)) === "]") held = node;
    while (commentOf(node) !== "]") node = nextOf(node) ?? parted("a slot has no end");
  } else {
    const inner = adoptInstance(start, templates);
    held = inner;
    node = inner.last;
  }
  return makeSlot("", undefined, start, node, held);
}

function describe(node: Child | undefined): string {
  if (node === undefined) return "nothing";
  if (isText(node)) return `the text ${JSON.stringify(node.value.slice(0, 30))}`;
  return isElement(node) ? `<${node.tagName}>` : `<!--${commentOf(node)}-->`;
}
