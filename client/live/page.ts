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
import {
  ask,
  contentIn,
  doc,
  type Instance,
  isArray,
  type LiveSlot,
  type LiveTemplate,
  parentOf,
  parse,
} from "./slots.ts";

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
  /** Makes rows like others, and keeps what fits: see client/live/keep.ts. */
  _keep?: (slot: LiveSlot, old: Instance[], rows: readonly InstanceContent[]) => void;
  /** Sets the property behind an attribute or text: see client/live/fields.ts. */
  _set?: (element: Element, name: string, text: string | null) => void;
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
  for (const step of isArray(path) ? path : [path]) {
    // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
    held = isArray(held) ? held[step] : (slot = (held as Instance)._slots[step] as LiveSlot)._held;
  }
  return slot;
};

/** Puts a value into a slot of any kind. What is there and fits is kept. */
export const fill = (page: Page, slot: LiveSlot, value: Content): void => {
  const { _name: name, _element: element, _held: held } = slot;
  const isPart = isArray(value);
  // Another script may have taken our text out.
  const text = (held as Partial<Text> | undefined)?.parentNode && (held as Text);
  if (value === true) value = "";
  if (!isPart && (page._wait?.(slot, value) || (name ? held === value : text && text.data === value))) return;
  if (name) {
    slot._held = value as string | null;
    page._set?.(element, name, value as string | null);
    if (name === "#text") element.textContent = value as string | null;
    else if (value === null) ask(element, "removeAttribute", name);
    else ask(element, "setAttribute", name, value as string);
  } else if (!isPart) {
    if (text) text.data = value as string;
    else {
      const made = new Text(value as string);
      replace(slot, made);
      slot._held = made;
    }
  } else {
    const [head, ...rest] = value as [number, ...unknown[]];
    if (head === LIST_STREAM) (page._stream as Stream)(slot, head, rest as WireValue[]);
    else if (head === RAW) replace(slot, parse(rest[0] as string, slot._element));
    else if (head < 0) {
      const rows = toRows(head === LIST_MIXED ? head : (rest.shift() as number), rest as RowContent[]);
      if (isArray(held) && page._keep) page._keep(slot, held, rows);
      else {
        replace(slot);
        slot._held = [];
        splice(page, slot, 0, 0, rows);
      }
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
  const parent = parentOf(slot);
  // The node after the place, looked up before anything leaves the page.
  const next = index + remove;
  const before = next === rows.length ? slot._end : (rows[next] as Instance)._first;
  const made = added.map((row) => {
    const [instance, nodes] = create(page, slot, row);
    ask(parent, "insertBefore", nodes, before);
    return instance;
  });
  for (const row of rows.splice(index, remove, ...made)) nodesOf(row).map((node) => ask(node, "replaceWith"));
};

/** The nodes of a row. */
export const nodesOf = ({ _first: node, _last: last }: Instance): Node[] => {
  const nodes = [node];
  // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
  while (node !== last) nodes.push((node = ask(node, "nextSibling") as Node));
  return nodes;
};

export const fillSlots = (page: Page, instance: Instance, content: InstanceContent): unknown =>
  instance._slots.map((slot, index) => fill(page, slot, content[index + 1] as Content));

/** Clones a template for a slot and fills it. */
export const create = (page: Page, slot: LiveSlot, content: InstanceContent): [Instance, DocumentFragment] => {
  const template = page._templates[content[0]] as LiveTemplate;
  const nodes = doc.importNode(contentIn(template, slot._element), true);
  const islands: [Element, Node][] = [];
  const instance = adoptInstance(nodes.firstChild as Node, page._templates, template, islands, slot._element);
  fillSlots(page, instance, content);
  for (const [element, copy] of islands) ask(element, "replaceChildren", ...doc.importNode(copy, true).childNodes);
  return [instance, nodes];
};

/** Takes out what a child slot holds and puts something else in. */
export const replace = (slot: LiveSlot, node?: Node): void => {
  const parent = parentOf(slot);
  const { _start: start, _end: end } = slot;
  // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
  for (let old: Node | null; (old = start ? start.nextSibling : ask(parent, "firstChild")) !== end; )
    ask(old as Node, "replaceWith");
  if (node) ask(parent, "insertBefore", node, end);
  slot._held = undefined;
};
