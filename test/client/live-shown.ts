import assert from "node:assert/strict";
import { adoptInstance } from "../../client/live/adopt.ts";
import { apply } from "../../client/live/apply.ts";
import { decode, encode } from "../../client/live/codec.ts";
import { keepDrafts } from "../../client/live/drafts.ts";
import { readFields } from "../../client/live/fields.ts";
import { keepRows } from "../../client/live/keep.ts";
import { lock } from "../../client/live/lock.ts";
import { nameSpaces } from "../../client/live/namespaces.ts";
import { applyMore } from "../../client/live/operations.ts";
import { fill, fillSlots, nodesOf, type Page, replace, slotAt, splice } from "../../client/live/page.ts";
import { pinRows } from "../../client/live/pins.ts";
import { ask, type LiveTemplate, makeSlot, trust } from "../../client/live/slots.ts";
import { keepStreams } from "../../client/live/streams.ts";
import type { Kit, Live } from "../../client/live/types.ts";
import { type Html, renderToString } from "../../lib/html/index.ts";
import {
  coalesce,
  contentOf,
  createTemplates,
  diff,
  htmlOf,
  type Templates,
  type TreeInstance,
  treeOf,
} from "../../lib/patch/index.ts";
import type { Operation } from "../../lib/wire/index.ts";

/** A page of this document, what its server knows, and the commands it was given. */
export interface Shown {
  readonly page: Page;
  readonly root: HTMLElement;
  readonly templates: Templates;
  readonly commands: readonly unknown[];
  tree: TreeInstance;
}

/** A page as the server sends it, adopted. */
export function adopt(view: Html): Shown {
  const templates = createTemplates();
  const tree = treeOf(view);
  const number = templates.number(tree.template);
  const markup = renderToString(htmlOf(tree), { live: (template) => templates.number(template) });
  document.body.innerHTML = `<div><!--[${number}-->${markup}<!--]--></div>`;
  const root = document.body.firstElementChild as HTMLElement; // cast: the line above
  const compiled = templates.sources().map(compileTemplate);
  assert.ok(root.firstChild);
  const { page, commands } = pageIn(root, compiled);
  page._root._held = adoptInstance(root.firstChild, compiled);
  return { page, root, templates, tree, commands };
}

export const compileTemplate: Page["_learn"] = ([_hash, _markup, ..._names]) => ({
  _hash,
  _markup,
  _contents: {},
  _names,
});

/** A page with all that scripts can do. */
export function pageIn(root: HTMLElement, compiled: LiveTemplate[]): Pick<Shown, "page" | "commands"> {
  const commands: unknown[] = [];
  const page: Page = { _root: makeSlot("", root), _templates: compiled, _learn: compileTemplate };
  const kit: Kit = [ask, fill, splice, nodesOf, replace, fillSlots, slotAt, decode, encode, trust];
  const live = {
    ...{ _root: root, _page: page, _signal: new AbortController().signal, _change: (act: () => void) => act() },
    _emit: (_name: string, detail: { name: string; args: unknown[] }) => commands.push([detail.name, ...detail.args]),
  } as unknown as Live; // cast: as much of one as is used here
  for (const part of [applyMore, lock, readFields, nameSpaces, keepRows, keepDrafts, pinRows, keepStreams])
    part(live, kit);
  return { page, commands };
}

export function applyOperations(page: Page, operations: readonly Operation[]): void {
  for (const operation of operations) apply(page, operation);
}

/** A page built from a MOUNT. */
export function mount(view: Html): Shown {
  const templates = createTemplates();
  const tree = treeOf(view);
  const content = contentOf(tree, templates);
  const root = document.createElement("div");
  document.body.append(root);
  const { page, commands } = pageIn(root, templates.sources().map(compileTemplate));
  fill(page, page._root, content);
  return { page, root, templates, tree, commands };
}

export function show(shown: Shown, view: Html): readonly Operation[] {
  const next = treeOf(view, shown.tree);
  const operations = diff(shown.tree, next, shown.templates);
  applyOperations(shown.page, coalesce(operations));
  shown.tree = next;
  return operations;
}

/** What a user sees: no comments, texts joined. */
export function visible(root: Element): string {
  const copy = root.cloneNode(true) as Element; // cast: a clone is of its kind
  const walker = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
  const comments: Node[] = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.parentNode?.removeChild(comment);
  copy.normalize();
  return copy.innerHTML;
}

export function rendered(view: Html): string {
  const root = document.createElement("div");
  root.innerHTML = renderToString(view);
  return visible(root);
}
