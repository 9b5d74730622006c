import assert from "node:assert/strict";
import { editorOf } from "../../lib/crdt/doc.ts";
import {
  type CrdtMap,
  type CrdtNode,
  type CrdtTree,
  type Doc,
  isCrdtNode,
  type ListDelta,
  type NodeDiff,
  type RichDelta,
  type RichText,
  type TreeChange,
} from "../../lib/crdt/index.ts";

/** A node's content as plain values; a text unit by unit, with what marks it. */
export function plain(node: unknown): unknown {
  if (!isCrdtNode(node)) return node;
  if (node.type === "text") return unitwise((node as RichText).toDelta());
  if (node.type === "list") return node.toArray().map(plain);
  if (node.type === "map") return node.entries().map(([key, value]) => [key, plain(value)]);
  if (node.type === "counter") return node.value;
  if (node.type === "set") return node.values();
  const other = node as unknown as CrdtTree | { readonly type: "multiMap"; entries(): unknown };
  if (other.type === "multiMap") return other.entries();
  const below = (parent: string | null): unknown[] =>
    other.children(parent).map((id) => [id, plain(other.data(id) satisfies CrdtMap), below(id)]);
  return below(null);
}

/** A node's content, without the names of a tree's nodes. */
export function nameless(node: unknown): unknown {
  if (!isCrdtNode(node)) return node;
  const { type } = node as { readonly type: string };
  if (type === "list") return (node as Extract<typeof node, { type: "list" }>).toArray().map(nameless);
  if (type === "map")
    return (node as Extract<typeof node, { type: "map" }>).entries().map(([key, value]) => [key, nameless(value)]);
  if (type !== "tree") return plain(node);
  const own = node as unknown as CrdtTree; // cast: known by its feature
  const below = (parent: string | null): unknown[] =>
    own.children(parent).map((id) => [nameless(own.data(id)), below(id)]);
  return below(null);
}

type Unit = readonly [content: unknown, marks: readonly (readonly [string, unknown])[]];

function unitwise(delta: RichDelta): Unit[] {
  return delta.flatMap((step): Unit[] => {
    const marks = Object.entries(("marks" in step ? step.marks : undefined) ?? {});
    if ("embed" in step) return [["\uFFFC", [...marks, ["\uFFFC", step.embed] as const].sort(byKey)]];
    return "insert" in step ? step.insert.split("").map((unit): Unit => [unit, marks]) : [];
  });
}

/** All containers of a document, kept up to date by what is told of it alone. */
export class Mirror {
  private readonly states = new Map<string, unknown>();

  take(changes: readonly NodeDiff[]): void {
    for (const { type, path, change } of changes) {
      const key = JSON.stringify([type, path]);
      this.states.set(key, next(type, this.states.get(key), change));
    }
  }

  check(doc: Doc): void {
    const editor = editorOf(doc);
    for (const container of editor.model.containers.values()) {
      if (container.kind === undefined || container.type === 7 || container.type === 9) continue;
      const path: string[] = [];
      for (let at: typeof container | null = container; at !== null; at = at.parent) path.unshift(at.name);
      const node = editor.node(container) as CrdtNode;
      const state = this.states.get(JSON.stringify([node.type, path]));
      assert.deepEqual(sorted(node.type, state), sorted(node.type, stateOf(node)), `${node.type} ${path}`);
    }
  }
}

/** What a mirror of it would hold. */
function stateOf(node: CrdtNode): unknown {
  const { type } = node as { readonly type: string };
  if (type === "text") return unitwise((node as RichText).toDelta());
  if (type === "list") return (node as Extract<CrdtNode, { type: "list" }>).toArray();
  if (type === "counter") return (node as Extract<CrdtNode, { type: "counter" }>).value;
  if (type === "set") return new Set((node as Extract<CrdtNode, { type: "set" }>).values());
  if (type !== "tree") return new Map((node as CrdtMap).entries());
  const parents = new Map<string, string | null>();
  const own = node as unknown as CrdtTree;
  const visit = (parent: string | null): void => {
    for (const id of own.children(parent)) {
      parents.set(id, parent);
      visit(id);
    }
  };
  visit(null);
  return parents;
}

function sorted(type: string, state: unknown): unknown {
  if (state === undefined) return type === "counter" ? 0 : [];
  if (type === "tree") return [...reached(state as ReadonlyMap<string, string | null>)].sort(byKey);
  if (type === "map" || type === "multiMap")
    return [...(state as ReadonlyMap<string, unknown>)].sort(byKey).map(([key, value]) => [key, shape(value)]);
  if (type === "set") return [...(state as ReadonlySet<number>)].sort();
  return type === "list" ? (state as readonly unknown[]).map(shape) : state;
}

/** Nodes are themselves: what is in them has a mirror of its own. */
function shape(value: unknown): unknown {
  return isCrdtNode(value) ? `${value.type} ${value.name}` : value;
}

/** Those below a deleted node are not in the tree. */
function reached(parents: ReadonlyMap<string, string | null>): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (const [node, parent] of parents) {
    let above: string | null | undefined = parent;
    for (let steps = 0; typeof above === "string"; steps++) {
      assert.ok(steps <= parents.size, "no circle");
      above = parents.get(above);
    }
    if (above === null) found.set(node, parent);
  }
  return found;
}

function next(type: string, before: unknown, change: unknown): unknown {
  if (type === "text") return patchRich((before ?? []) as Unit[], change as RichDelta);
  if (type === "list") return patchList((before ?? []) as unknown[], change as ListDelta);
  if (type === "counter") {
    const { before: old, after } = change as { readonly before: number; readonly after: number };
    assert.equal(old, before ?? 0);
    return after;
  }
  if (type === "set") {
    const set = new Set(before as Iterable<unknown> | undefined);
    const { added, deleted } = change as { readonly added: readonly unknown[]; readonly deleted: readonly unknown[] };
    for (const value of deleted) assert.ok(set.delete(value));
    for (const value of added) {
      assert.ok(!set.has(value));
      set.add(value);
    }
    return set;
  }
  const map = new Map(before as Iterable<[string, unknown]> | undefined);
  if (type === "tree") {
    for (const { node, before: old, after } of change as readonly TreeChange[]) {
      assert.equal(map.get(node), old);
      if (after === undefined) map.delete(node);
      else map.set(node, after.parent);
    }
    return map;
  }
  const isMulti = type === "multiMap";
  for (const [key, { before: old, after }] of change as ReadonlyMap<string, { before: unknown; after: unknown }>) {
    assert.deepEqual(shape(map.get(key) ?? (isMulti ? [] : undefined)), shape(old));
    if (after === undefined || (isMulti && (after as unknown[]).length === 0)) map.delete(key);
    else map.set(key, after);
  }
  return map;
}

function patchList(before: readonly unknown[], delta: ListDelta): unknown[] {
  const list = [...before];
  let at = 0;
  for (const step of delta) {
    if ("retain" in step) at += step.retain;
    else if ("insert" in step) {
      list.splice(at, 0, ...step.insert);
      at += step.insert.length;
    } else list.splice(at, step.delete);
  }
  return list;
}

function patchRich(before: readonly Unit[], delta: RichDelta): Unit[] {
  const units = [...before];
  let at = 0;
  for (const step of delta) {
    if ("retain" in step) {
      for (const until = at + step.retain; at < until; at++) {
        if (step.marks === undefined) continue;
        const [content, marks] = units[at] as Unit;
        const values = new Map(marks);
        for (const [key, value] of Object.entries(step.marks)) {
          if (value === null) values.delete(key);
          else values.set(key, value);
        }
        units[at] = [content, [...values].sort(byKey)];
      }
    } else if ("delete" in step) units.splice(at, step.delete);
    else {
      const added = unitwise([step]);
      units.splice(at, 0, ...added);
      at += added.length;
    }
  }
  return units;
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
