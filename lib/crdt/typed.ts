import { CodedError } from "../errors/index.ts";
import { write } from "./containers.ts";
import { editorOf } from "./doc.ts";
import { Node } from "./editor.ts";
import { listenTo } from "./hooks.ts";
import { nextTime, Written } from "./map/kernel.ts";
import type { Container, ReplicaLog } from "./model.ts";
import { SCHEMA_ORIGIN, SCHEMA_ROOT } from "./names.ts";
import { isCrdtNode } from "./nodes.ts";
import { checkSchema, type DocSchema, issuesOf, type RootShape, type ValueSchema } from "./schema.ts";
import type { CrdtCounter, CrdtList, CrdtMap, CrdtSet, CrdtText, Doc } from "./types.ts";

/**
 * A map of which keys and the types of their values are known.
 * @public
 */
export interface TypedMap<Values> extends Omit<CrdtMap, "get" | "set"> {
  /** What the key holds, as far as others keep to the schema too. */
  get<Key extends keyof Values & string>(key: Key): Values[Key] | undefined;
  /** Writes a value. @throws CodedError `CRDT_BAD_VALUE` when its schema refuses it; as `CrdtMap.set`. */
  set<Key extends keyof Values & string>(key: Key, value: Values[Key]): void;
}

/**
 * The root that a shape describes.
 * @public
 */
export type TypedRoot<Shape extends RootShape> = Shape extends "text"
  ? CrdtText
  : Shape extends "counter"
    ? CrdtCounter
    : Shape extends "list" | { readonly list: ValueSchema }
      ? CrdtList
      : Shape extends "set" | { readonly set: ValueSchema }
        ? CrdtSet
        : Shape extends { readonly map: infer Values extends Readonly<Record<string, ValueSchema>> }
          ? TypedMap<{ [Key in keyof Values]: NonNullable<Values[Key]["~standard"]["types"]>["output"] }>
          : CrdtMap;

/**
 * A document's roots by name.
 * @public
 */
export interface TypedDoc<Shape extends Readonly<Record<string, RootShape>>> {
  readonly doc: Doc;
  readonly roots: { readonly [Name in keyof Shape]: TypedRoot<Shape[Name]> };
  /**
   * What in the document does not keep to the schema: others may have written anything. O(content of the roots).
   * @returns One entry for each value that is refused, with its place.
   */
  check(): readonly { readonly root: string; readonly key: string | number; readonly issues: readonly string[] }[];
}

const VERSION = "version";

/**
 * Reads and writes a document by a schema, and migrates it first if it is older. The version stands in the document, in the map `"~schema"`.
 * @throws CodedError `CRDT_NEWER_SCHEMA` when a later release has migrated it further.
 * @example
 * ```ts
 * const { roots } = openTyped(doc, { version: 1, roots: { title: "text", meta: { map: { done: z.boolean() } } } });
 * roots.meta.set("done", true);
 * ```
 * @public
 */
export function openTyped<const Shape extends Readonly<Record<string, RootShape>>>(
  doc: Doc,
  schema: DocSchema<Shape>,
): TypedDoc<Shape> {
  editorOf(doc); // or it is no document
  checkSchema(schema);
  const roots: Record<string, unknown> = Object.create(null);
  for (const [name, shape] of Object.entries(schema.roots)) roots[name] = rootOf(doc, name, shape);
  migrate(doc, schema);
  return {
    doc,
    roots: roots as TypedDoc<Shape>["roots"], // cast: made by the shape
    check: () => Object.entries(schema.roots).flatMap(([name, shape]) => findings(doc, name, shape)),
  };
}

function migrate(doc: Doc, schema: DocSchema<Readonly<Record<string, RootShape>>>): void {
  const { version, migrations = {} } = schema;
  const meta = doc.map(SCHEMA_ROOT);
  const stored = meta.get(VERSION);
  if (typeof stored === "number" && stored > version)
    throw new CodedError("CRDT_NEWER_SCHEMA", `The document has version ${stored}, this code ${version}`, {
      value: stored,
    });
  if (doc.version().size === 0) {
    beginLater(doc, schema);
    return;
  }
  const from = typeof stored === "number" ? stored : 0;
  if (from >= version) return;
  doc.transact(
    () => {
      // By their numbers: what stands in the document may be far below any.
      const steps = Object.keys(migrations)
        .map(Number)
        .filter((step) => step > from && step <= version);
      for (const step of steps.sort((a, b) => a - b)) migrations[step]?.(doc);
      meta.set(VERSION, version);
    },
    { origin: SCHEMA_ORIGIN },
  );
}

/**
 * It is new, or not loaded yet. Its first content tells: where that is one's own, the document begins with this version, which is told with that content:
 * others who heard of the content first would take it for an older one's, and migrate it.
 */
function beginLater(doc: Doc, schema: DocSchema<Readonly<Record<string, RootShape>>>): void {
  const { model } = editorOf(doc);
  const meta = doc.map(SCHEMA_ROOT);
  const stopBegin = listenTo(model.hooks, {
    finished(_, touched, count) {
      stopBegin();
      if (!touched.slice(0, count).every(({ id }) => id === ownId(doc))) return;
      stopLoad();
      if (meta.has(VERSION)) return;
      const [log, home] = [touched[0] as ReplicaLog, Node.homeOf(meta) as Container]; // casts: something has changed; a map has one
      write(model, log, home, new Written(nextTime(model), VERSION, schema.version, 0, null));
    },
  });
  const stopLoad = doc.onUpdate(() => {
    stopLoad();
    migrate(doc, schema);
  });
}

/** A document that only merges has none. */
function ownId(doc: Doc): number | undefined {
  try {
    return doc.replicaId;
  } catch {
    return undefined;
  }
}

function rootOf(doc: Doc, name: string, shape: RootShape): unknown {
  if (typeof shape === "string") return doc[shape](name);
  if ("map" in shape) return checkedMap(doc.map(name), shape.map);
  return "list" in shape ? checkedList(doc.list(name), shape.list) : checkedSet(doc.set(name), shape.set);
}

/** The node itself, but for the methods that write: others see and observe the same one. */
function withChecks<T extends object>(node: T, checks: Partial<T>): T {
  return new Proxy(node, {
    get(target, key) {
      if (Object.hasOwn(checks, key)) return checks[key as keyof T]; // cast: it has it
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function checkedMap(map: CrdtMap, schemas: Readonly<Record<string, ValueSchema>>): CrdtMap {
  return withChecks(map, {
    set(key, value) {
      const schema = typeof key === "string" && Object.hasOwn(schemas, key) ? schemas[key] : undefined;
      if (schema === undefined) throw refused(key, ["the schema has no such key"]);
      check(schema, key, value);
      map.set(key, value);
    },
  });
}

function checkedList(list: CrdtList, schema: ValueSchema): CrdtList {
  return withChecks(list, {
    insert(index, ...values) {
      for (const [i, value] of values.entries()) check(schema, typeof index === "number" ? index + i : i, value);
      list.insert(index, ...values);
    },
  });
}

function checkedSet(set: CrdtSet, schema: ValueSchema): CrdtSet {
  return withChecks(set, {
    add(value) {
      check(schema, "", value);
      set.add(value);
    },
  });
}

function check(schema: ValueSchema, key: string | number, value: unknown): void {
  const issues = issuesOf(schema, value);
  if (issues.length > 0) throw refused(key, issues);
}

function refused(key: string | number, issues: readonly string[]): CodedError {
  return new CodedError("CRDT_BAD_VALUE", `The schema refuses the value: ${issues.join("; ")}`, { value: key });
}

type Finding = { readonly root: string; readonly key: string | number; readonly issues: readonly string[] };

function findings(doc: Doc, root: string, shape: RootShape): Finding[] {
  if (typeof shape === "string") return [];
  const found: Finding[] = [];
  const look = (schema: ValueSchema | undefined, key: string | number, value: unknown): void => {
    if (isCrdtNode(value)) return;
    const issues = schema === undefined ? ["the schema has no such key"] : issuesOf(schema, value);
    if (issues.length > 0) found.push({ root, key, issues });
  };
  const each = (schema: ValueSchema, values: readonly unknown[]): void => {
    for (const [i, value] of values.entries()) look(schema, i, value);
  };
  if ("list" in shape) each(shape.list, doc.list(root).toArray());
  else if ("set" in shape) each(shape.set, doc.set(root).values());
  else
    for (const [key, value] of doc.map(root).entries())
      look(Object.hasOwn(shape.map, key) ? shape.map[key] : undefined, key, value);
  return found;
}
