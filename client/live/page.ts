/*
 * The page as slots and instances over real nodes. What the server sends is not checked before it is used: where the page is not what the
 * server thinks, something here is undefined and throws, and the caller asks for the whole page. All casts below stand for that.
 */
import type {
  Content,
  InstanceContent,
  Operation,
  Path,
  RowContent,
  TemplateSource,
  WireValue,
} from "../../lib/wire/index.ts";
import { LIST_MIXED, LIST_STREAM, RAW } from "../../lib/wire/index.ts";
import { adoptInstance } from "./adopt.ts";
import { contentIn, doc, type Instance, type LiveSlot, type LiveTemplate, parentOf, parse } from "./slots.ts";

/** What operations act on. */
export interface Page {
  readonly _root: LiveSlot;
  /** The templates the server has numbered. */
  _templates: LiveTemplate[];
  /** Whether a value has to wait, as what is there must not be disturbed: see client/live/lock.ts. */
  _wait?: (slot: LiveSlot, value: Content) => boolean;
  /** What waits. */
  _later?: ReadonlyMap<LiveSlot, Content>;
  /** Reads a template's source. */
  readonly _learn: (source: TemplateSource) => LiveTemplate;
  /** Operations that come with the other script. */
  _apply?: (operation: Operation) => void;
  /** Which rows to move, where the browser cannot do it without harm: see client/live/pins.ts. */
  _pin?: (slot: LiveSlot, rows: readonly Instance[], moved: Set<Instance>) => Set<Instance>;
  /** Rows the server forgets: see client/live/streams.ts. An operation, or what a slot is filled with. */
  _stream?: (slot: LiveSlot, kind: number, rest: readonly WireValue[]) => void;
}

type Stream = NonNullable<Page["_stream"]>;

/** Where a path leads. */
export const slotAt = (root: LiveSlot, path: Path): LiveSlot => {
  let slot = root;
  let held: unknown = root._held;
  for (const step of Array.isArray(path) ? path : [path]) {
    if (Array.isArray(held)) held = held[step];
    else {
      slot = (held as Instance)._slots[step] as LiveSlot;
      held = slot._held;
    }
  }
  return slot;
};

/** Puts a value into a slot of any kind. What is there and fits is kept, so that focus and drafts survive a whole mount. */
export const fill = (page: Page, slot: LiveSlot, value: Content): void => {
  const { _name: name, _held: held } = slot;
  const isPart = Array.isArray(value);
  // Another script may have taken our text out.
  const text = (held as Partial<Text> | undefined)?.parentNode && (held as Text);
  const isThere = (): unknown => (name ? held === textOf(value) : text && text.data === value);
  if (!isPart && (page._wait?.(slot, value) || isThere())) return;
  if (name) setAttribute(slot, textOf(value));
  else if (!isPart) {
    if (text) text.data = value as string;
    else {
      const made = new Text(value as string);
      replace(slot, [made]);
      slot._held = made;
    }
  } else {
    const [head, ...rest] = value as [number, ...unknown[]];
    if (head === LIST_STREAM) (page._stream as Stream)(slot, head, rest as WireValue[]);
    else if (head === RAW) replace(slot, parse(rest[0] as string, parentOf(slot)).childNodes);
    else if (head < 0) {
      const rows = toRows(head === LIST_MIXED ? head : (rest.shift() as number), rest as RowContent[]);
      if (!Array.isArray(held)) {
        replace(slot);
        slot._held = [];
      }
      rows.forEach((row, index) => {
        const old = (slot._held as Instance[])[index];
        if (old?._template === page._templates[row[0]]) fillSlots(page, old as Instance, row);
        else splice(page, slot, index, old ? 1 : 0, [row]);
      });
      splice(page, slot, rows.length, (slot._held as Instance[]).length - rows.length, []);
    } else if ((held as Instance | undefined)?._template === page._templates[head])
      fillSlots(page, held as Instance, value as InstanceContent);
    else {
      const [made, nodes] = create(page, slot, value as InstanceContent);
      replace(slot, nodes);
      slot._held = made;
    }
  }
};

/** Rows with their template, however they came. */
export const toRows = (template: number, rows: readonly RowContent[]): readonly InstanceContent[] => {
  return (template < 0 ? rows : rows.map((row) => [template, ...row])) as InstanceContent[];
};

/** Takes rows out and puts rows in. */
export const splice = (
  page: Page,
  slot: LiveSlot,
  index: number,
  remove: number,
  added: readonly InstanceContent[],
): void => {
  const rows = slot._held as Instance[];
  // The node after the place, looked up before anything leaves the page.
  const next = index + remove;
  const before = next === rows.length ? slot._end : (rows[next] as Instance)._first;
  const made = added.map((row) => {
    const [instance, nodes] = create(page, slot, row);
    insert(slot, nodes, before);
    return instance;
  });
  for (const row of rows.splice(index, remove, ...made)) for (const node of nodesOf(row)) node.remove();
};

/** The nodes of a row. */
export const nodesOf = ({ _first: first, _last: last }: Instance): ChildNode[] => {
  const nodes = [first];
  for (let node = first; node !== last; nodes.push(node)) node = node.nextSibling as Node;
  return nodes as ChildNode[];
};

export const fillSlots = (page: Page, instance: Instance, content: InstanceContent): void => {
  instance._slots.forEach((slot, index) => {
    fill(page, slot, content[index + 1] as Content);
  });
};

/** Clones a template for a slot and fills it. */
export const create = (page: Page, slot: LiveSlot, content: InstanceContent): [Instance, NodeListOf<ChildNode>] => {
  const template = page._templates[content[0]] as LiveTemplate;
  const parent = parentOf(slot);
  const nodes = doc.importNode(contentIn(template, parent), true);
  const first = new Comment("[");
  nodes.prepend(first);
  nodes.append(new Comment("]"));
  const islands: [Element, Node][] = [];
  const instance = adoptInstance(first, page._templates, template, islands, parent);
  fillSlots(page, instance, content);
  for (const [element, copy] of islands) element.replaceChildren(...doc.importNode(copy, true).childNodes);
  return [instance, nodes.childNodes];
};

/** Takes out what a child slot holds and puts something else in. */
export const replace = (slot: LiveSlot, nodes: Iterable<Node> = []): void => {
  const parent = parentOf(slot);
  const { _start: start, _end: end } = slot;
  // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
  for (let node: ChildNode | null; (node = start ? (start as ChildNode).nextSibling : parent.firstChild) !== end; )
    (node as ChildNode).remove();
  insert(slot, nodes, end);
  slot._held = undefined;
};

const insert = (slot: LiveSlot, nodes: Iterable<Node>, before: Node | null): void => {
  const parent = parentOf(slot);
  for (const node of [...nodes]) parent.insertBefore(node, before);
};

const textOf = (value: Content): string | null => {
  return (value === true ? "" : value) as string | null;
};

/** Sets an attribute or an element's text, and the property behind it that users change, except under the user's hands. */
const setAttribute = (slot: LiveSlot, text: string | null): void => {
  const { _name: name } = slot;
  const element = slot._element as HTMLInputElement & { selected: boolean };
  const isText = name === "#text";
  slot._held = text;
  // The property first: where it is the attribute by another name, the attribute has the last word.
  if (name === "checked" || name === "selected") element[name] = text !== null;
  else if ((isText || name === "value") && "value" in element && element !== doc.activeElement)
    element.value = text ?? "";
  if (isText) element.textContent = text;
  else if (text === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
};
