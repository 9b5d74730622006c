import { CodedError } from "../../errors/index.ts";
import { demandFunction } from "../arguments.ts";
import { editorOf } from "../doc.ts";
import { listenTo } from "../hooks.ts";
import { type Intervals, outside } from "../intervals.ts";
import { type ContainerName, type Editor, type FeatureParts, WRITE } from "../model.ts";
import type { Doc, DocFeature } from "../types.ts";
import { readUpdate, stage } from "../update/load.ts";
import { operationAt } from "../update/stage.ts";
import type { Section, Update } from "./rows.ts";

/**
 * Operations of one replica on one container, as they are in an update: whose they are, what they touch, and their numbers.
 * @public
 */
export interface CrdtOperation {
  /** `"mark"` and `"move"` are a text's marks, and moves within a list or tree; `"write"` is any other change of a map, counter, set or multi-map. */
  readonly kind: "insert" | "delete" | "write" | "mark" | "move";
  /** Of the container: `"text"`, `"map"`, `"list"`, `"counter"`, `"set"`, `"tree"`, `"multiMap"`, or a number this release has no name for. */
  readonly type: string;
  /** Names from the root on: of the root, of keys, and the ids of elements and tree nodes. */
  readonly path: readonly string[];
  /** Who made them. */
  readonly replica: number;
  /** Their numbers, `to` not included. Deletions are counted apart; all of one replica in one update have the same. */
  readonly from: number;
  readonly to: number;
}

/**
 * What an update would do to a document, which stays as it is: to decide whether whoever sent it may.
 * @returns Undefined when the update must wait for others; else its operations that are new here, by replica.
 * @throws CodedError as `apply` does.
 * @remarks Time: as `apply`, without its changes.
 * @public
 */
export function inspectUpdate(doc: Doc, bytes: Uint8Array): readonly CrdtOperation[] | undefined {
  const editor: Editor = editorOf(doc);
  const { model, limits } = editor;
  const update = readUpdate(model, bytes, limits);
  return stage(model, update, limits).missing !== undefined ? undefined : operationsOf(update);
}

/**
 * Asks about each operation of an update before it changes the document, also when the update had to wait. `refuse` returns why one may not be: then `apply`
 * throws `CRDT_REFUSED` with that operation, and the whole update is refused. Updates that waited are dropped.
 * @example
 * ```ts
 * createDoc({ features: [authorize(({ kind, path }) => (path[0] === "body" ? undefined : `no ${kind} there`))] });
 * ```
 * @public
 */
export function authorize(refuse: (operation: CrdtOperation) => string | undefined): DocFeature {
  demandFunction(refuse);
  const parts: FeatureParts = {
    setup({ model }) {
      listenTo(model.hooks, {
        staged(update) {
          for (const operation of operationsOf(update as Update)) {
            // cast: the engine gives nothing else
            const why = refuse(operation);
            if (why === undefined) continue;
            throw new CodedError(
              "CRDT_REFUSED",
              `An operation of replica ${operation.replica} is refused: ${typeof why === "string" ? why : typeof why}`,
              {
                value: operation,
              },
            );
          }
        },
      });
    },
  };
  return { name: "authorize", parts };
}

/** Of an update that has been staged, what is new. */
function operationsOf({ sections }: Update): CrdtOperation[] {
  const found: CrdtOperation[] = [];
  for (const { id: replica, rows, log, known, deletions, goneTo } of sections) {
    for (const { kind, counter, length, home } of rows) {
      const to = counter + length;
      if (home === undefined || to <= known) continue;
      add(found, {
        kind: kind === WRITE ? (WRITES[home.type] ?? "write") : "insert",
        ...named(home),
        replica,
        from: Math.max(known, counter),
        to,
      });
    }
    const gone = log === undefined ? 0 : log.gone;
    if (goneTo <= gone) continue;
    const touched = new Map<string, ContainerName>();
    for (const { of, bounds } of deletions) {
      const deleted = log === undefined || of.log === undefined ? undefined : log.deleted.get(of.log);
      for (let i = 0; i < bounds.length; i += 2) {
        const [start, end] = [bounds[i] as number, bounds[i + 1] as number]; // casts: bounds come in pairs
        const fresh = deleted === undefined ? [start, end] : outside(deleted, start, end);
        for (const home of homesIn(of, fresh)) touched.set(home.key, home);
      }
    }
    for (const home of touched.values())
      found.push({ kind: "delete", ...named(home), replica, from: gone, to: goneTo });
  }
  return found;
}

const WRITES: readonly (CrdtOperation["kind"] | undefined)[] = [
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  "move",
  "mark",
  undefined,
  "move",
];
const TYPES: readonly string[] = ["", "text", "map", "list", "counter", "set", "tree", "text", "multiMap", "list"];
/** Marks and moves are children of what they are about. */
const OF_PARENT: readonly number[] = [7, 9];

function named(home: ContainerName): { readonly type: string; readonly path: readonly string[] } {
  const path: string[] = [];
  const shown = OF_PARENT.includes(home.type) && home.parent !== null ? home.parent : home;
  for (let at: ContainerName | null = shown; at !== null; at = at.parent) path.unshift(at.name);
  return { type: TYPES[home.type] ?? String(home.type), path };
}

function add(found: CrdtOperation[], operation: CrdtOperation): void {
  const last = found.at(-1);
  const continues =
    last !== undefined &&
    last.to === operation.from &&
    last.kind === operation.kind &&
    last.replica === operation.replica &&
    last.type === operation.type &&
    last.path.length === operation.path.length &&
    last.path.every((name, i) => name === operation.path[i]);
  if (continues) found[found.length - 1] = { ...last, to: operation.to };
  else found.push(operation);
}

/** The containers of operations, which are known or in the update. Superseded ones have none. */
function* homesIn(of: Section, bounds: Intervals): Generator<ContainerName> {
  for (let i = 0; i < bounds.length; i += 2) {
    for (let at = bounds[i] as number; at < (bounds[i + 1] as number); ) {
      // casts: bounds come in pairs
      const entry = operationAt(of, at);
      if (entry === undefined) return;
      const { home } = entry as { readonly home?: ContainerName | undefined }; // cast: gaps have none
      if (home !== undefined) yield home;
      at = entry.counter + entry.length;
    }
  }
}
