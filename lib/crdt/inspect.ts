import { CodedError } from "../errors/index.ts";
import { decodeUpdate } from "./decode.ts";
import { createDoc, editorOf } from "./doc.ts";
import { listenTo } from "./hooks.ts";
import { type Intervals, outside } from "./intervals.ts";
import { entryAt } from "./log.ts";
import { type ContainerName, type DocModel, type Editor, type FeatureParts, GAP, WRITE } from "./model.ts";
import { type InsertRow, type Row, type Section, START, type Update } from "./rows.ts";
import { stageUpdate } from "./stage.ts";
import type { Doc, DocFeature } from "./types.ts";

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
  let update = decodeUpdate(bytes, limits);
  if (update.texts !== undefined && model.logs.size > 0) {
    const other = createDoc({ limits });
    other.apply(bytes);
    update = decodeUpdate(other.encode({ since: doc.version() }), limits);
  }
  const staged = stageUpdate(model, update, limits);
  return staged.kind === "waiting" ? undefined : operationsOf(model, update);
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
  const parts: FeatureParts = {
    setup({ model }) {
      listenTo(model.hooks, {
        staged(update) {
          for (const operation of operationsOf(model, update as Update)) {
            // cast: the engine gives nothing else
            const why = refuse(operation);
            if (why === undefined) continue;
            throw new CodedError("CRDT_REFUSED", `An operation of replica ${operation.replica} is refused: ${why}`, {
              value: operation,
            });
          }
        },
      });
    },
  };
  return { name: "authorize", parts };
}

/** Of an update that has been staged, what is new. */
function operationsOf(model: DocModel, update: Update): CrdtOperation[] {
  const homes = new Homes(model, update);
  const found: CrdtOperation[] = [];
  const { replicas, sections } = update;
  for (let place = 0; place < replicas.length; place++) {
    const replica = replicas[place] as number; // cast: within the table
    const section = sections[place] as Section; // cast: one for each replica
    const log = model.logs.get(replica);
    const known = log?.next ?? 0;
    for (const row of section.rows) {
      const to = row.counter + row.length;
      const home = row.kind === GAP || to <= known ? undefined : homes.ofRow(place, row);
      if (home === undefined) continue;
      const from = Math.max(known, row.counter);
      const kind = row.kind === WRITE ? (WRITES[home.type] ?? "write") : "insert";
      add(found, { kind, ...named(home), replica, from, to });
    }
    if (section.goneTo <= (log?.gone ?? 0)) continue;
    const touched = new Map<string, ContainerName>();
    for (const { of, bounds } of section.deletions) {
      const targets = model.logs.get(replicas[of] as number); // cast: places are within the table
      const deleted = log === undefined || targets === undefined ? undefined : log.deleted.get(targets);
      for (let i = 0; i < bounds.length; i += 2) {
        const [start, end] = [bounds[i] as number, bounds[i + 1] as number]; // casts: bounds come in pairs
        const fresh = deleted === undefined ? [start, end] : outside(deleted, start, end);
        homes.inRange(of, fresh, (home) => touched.set(home.key, home));
      }
    }
    const [from, to] = [log?.gone ?? 0, section.goneTo];
    for (const home of touched.values()) found.push({ kind: "delete", ...named(home), replica, from, to });
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

/** Which containers operations are on: that of a run is its parent's. */
class Homes {
  private readonly model: DocModel;
  private readonly update: Update;
  private readonly rows = new Map<Row, ContainerName | undefined>();

  constructor(model: DocModel, update: Update) {
    this.model = model;
    this.update = update;
  }

  /** A chain of runs may be as long as the update: no recursion. */
  ofRow(place: number, start: Row): ContainerName | undefined {
    const passed: Row[] = [];
    let home: ContainerName | undefined;
    for (let [at, row]: [number, Row | undefined] = [place, start]; row !== undefined; ) {
      passed.push(row);
      const known = this.known(at, row.counter);
      if (row.kind === GAP) break;
      home = known ?? row.container ?? this.rows.get(row);
      if (home !== undefined || row.kind === WRITE) break;
      const { parent, parentCounter } = row as InsertRow; // cast: the kinds that are left
      if (parent === START) break;
      home = this.known(parent, parentCounter);
      if (home !== undefined) break;
      [at, row] = [parent, this.rowAt(parent, parentCounter)];
    }
    for (const row of passed) this.rows.set(row, home);
    return home;
  }

  /** Visits the containers of operations, which are known or in the update. Superseded ones have none. */
  inRange(place: number, bounds: Intervals, visit: (home: ContainerName) => void): void {
    const log = this.model.logs.get(this.update.replicas[place] as number); // cast: places are within the table
    for (let i = 0; i < bounds.length; i += 2) {
      const end = bounds[i + 1] as number; // cast: bounds come in pairs
      for (let at = bounds[i] as number; at < end; ) {
        // cast: see above
        const entry = log !== undefined && at < log.next ? entryAt(log, at) : this.rowAt(place, at);
        if (entry === undefined) return;
        const home = log !== undefined && at < log.next ? this.known(place, at) : this.ofRow(place, entry as Row); // cast: then it is one
        if (home !== undefined) visit(home);
        at = entry.counter + entry.length;
      }
    }
  }

  private known(place: number, counter: number): ContainerName | undefined {
    const log = this.model.logs.get(this.update.replicas[place] as number); // cast: places are within the table
    if (log === undefined || counter >= log.next) return undefined;
    const entry = entryAt(log, counter);
    return entry.kind === GAP ? undefined : entry.home;
  }

  private rowAt(place: number, counter: number): Row | undefined {
    const { rows } = this.update.sections[place] as Section; // cast: places are within the table
    let [low, high] = [0, rows.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((rows[middle] as Row).counter <= counter)
        low = middle; // cast: within the list
      else high = middle - 1;
    }
    const row = rows[low];
    return row !== undefined && row.counter <= counter && counter < row.counter + row.length ? row : undefined;
  }
}
