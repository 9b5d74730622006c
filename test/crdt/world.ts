import assert from "node:assert/strict";
import fc from "fast-check";
import { type CrdtValue, createDoc, type Doc, type TextDelta, versionCovers } from "../../lib/crdt/index.ts";
import { type NaiveOperation, NaiveText } from "../oracle/fugue-max.ts";

export const ROOTS = ["body", "__proto__"] as const;
type RootName = (typeof ROOTS)[number];

/** One thing that happens in a simulated network of replicas; numbers are taken modulo what there is. */
export type Command =
  | { readonly kind: "insert"; readonly who: number; readonly root: number; readonly at: number; readonly text: string }
  | {
      readonly kind: "delete";
      readonly who: number;
      readonly root: number;
      readonly at: number;
      readonly count: number;
    }
  | {
      readonly kind: "replace";
      readonly who: number;
      readonly root: number;
      readonly at: number;
      readonly text: string;
    }
  | { readonly kind: "set"; readonly who: number; readonly key: string; readonly value: number | null }
  | { readonly kind: "deliver"; readonly who: number; readonly which: number; readonly again: boolean }
  | { readonly kind: "sync"; readonly from: number; readonly to: number }
  | { readonly kind: "reload"; readonly who: number };

const who = fc.nat(4);
const root = fc.nat(9).map((n) => (n === 0 ? 1 : 0));
const at = fc.nat(1000);
const words = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("a", "b", "xyz", "hello", "\n") },
  { weight: 1, arbitrary: fc.constantFrom("😀", "a😀b", "e\u0301", "\uFEFF", "\u0000", "👩‍👧") },
);
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("insert" as const), who, root, at, text: words }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("delete" as const),
      who,
      root,
      at,
      count: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("replace" as const), who, root, at, text: words }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("set" as const),
      who,
      key: fc.constantFrom("a", "b", "__proto__", "constructor"),
      value: fc.oneof(fc.nat(9), fc.constant(null)),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("deliver" as const), who, which: at, again: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("sync" as const), from: who, to: who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const), who }) },
);

interface Replica {
  doc: Doc;
  readonly oracle: Record<RootName, NaiveText>;
  /** The unit it inserted in its latest operation, if that was an insertion. */
  latest: number;
  readonly applied: Set<number>;
  /** Built from observe alone. */
  readonly mirror: Map<string, string>;
  readonly mapMirror: Map<string, CrdtValue>;
  /** Updates of others, in whatever order; delivered ones stay in `seen` for duplicates. */
  readonly inbox: Uint8Array[];
  readonly seen: Uint8Array[];
}

interface Logged {
  readonly replica: number;
  /** The operation is known to a document whose version reaches these: of insertions, and of deletions. */
  readonly end: number;
  readonly gone: number;
  readonly root: RootName;
  readonly operation: NaiveOperation;
}

/** Replicas, each with an oracle and with mirrors fed by events, and a network that loses order. */
export class World {
  readonly replicas: Replica[];
  private readonly logged: Logged[] = [];
  private ids = 0;
  private unit = 0;

  constructor(count: number) {
    this.replicas = Array.from({ length: count }, () => this.join());
  }

  run(command: Command): void {
    if (command.kind === "sync") this.sync(this.pick(command.from), this.pick(command.to));
    else {
      const replica = this.pick(command.who);
      if (command.kind === "deliver") deliver(replica, command.which, command.again);
      else if (command.kind === "reload") this.reload(replica);
      else if (command.kind === "set") set(replica, command.key, command.value);
      else this.edit(replica, command);
    }
  }

  /** Delivers everything, last things first, until all know all. */
  settle(): void {
    for (const replica of this.replicas) {
      while (replica.inbox.length > 0) deliver(replica, replica.inbox.length - 1, false);
      assert.equal(replica.doc.pending().updates, 0, "nothing waits");
    }
  }

  check(): void {
    for (const replica of this.replicas) {
      this.catchUp(replica);
      for (const name of ROOTS) {
        const text = replica.doc.text(name);
        assert.equal(text.toString(), replica.oracle[name].toString(), "equal to the oracle");
        assert.equal(text.length, text.toString().length);
        assert.equal(replica.mirror.get(name) ?? "", text.toString(), "mirror built from events");
      }
      assert.deepEqual([...replica.mapMirror].sort(byKey), replica.doc.map("meta").entries(), "mirror of the map");
    }
  }

  checkEqual(): void {
    const [first, ...others] = this.replicas;
    assert.ok(first);
    const bytes = first.doc.encode();
    for (const { doc } of others) {
      assert.deepEqual(doc.encode(), bytes, "equal bytes");
      assert.deepEqual(doc.map("meta").entries(), first.doc.map("meta").entries());
    }
    const fresh = createDoc();
    fresh.apply(bytes);
    for (const name of ROOTS) assert.equal(fresh.text(name).toString(), first.doc.text(name).toString(), "reload");
    assert.deepEqual(fresh.encode(), bytes, "reload encodes the same");
    assert.deepEqual([...fresh.version()].sort(byId), [...first.doc.version()].sort(byId));
  }

  private join(): Replica {
    const replica: Replica = {
      doc: createDoc({ replicaId: this.nextId() }),
      oracle: { body: new NaiveText(), ["__proto__"]: new NaiveText() },
      latest: -1,
      applied: new Set(),
      mirror: new Map(),
      mapMirror: new Map(),
      inbox: [],
      seen: [],
    };
    this.listen(replica);
    return replica;
  }

  /** Ids neither rise nor fall with time, so that ties are not always decided the same way. */
  private nextId(): number {
    this.ids++;
    return (this.ids * 7919) % 101;
  }

  private listen(replica: Replica): void {
    const { doc } = replica;
    for (const name of ROOTS) {
      doc.text(name).observe((delta) => replica.mirror.set(name, patch(replica.mirror.get(name) ?? "", delta)));
    }
    doc.map("meta").observe((changes) => {
      for (const [key, { before, after }] of changes) {
        assert.deepEqual(replica.mapMirror.get(key), before);
        if (after === undefined) replica.mapMirror.delete(key);
        else replica.mapMirror.set(key, after);
      }
    });
    doc.onUpdate((bytes, origin) => {
      if (origin === "remote") return;
      for (const other of this.replicas) if (other !== replica) other.inbox.push(bytes);
    });
  }

  private edit(replica: Replica, command: Extract<Command, { kind: "insert" | "delete" | "replace" }>): void {
    const root = ROOTS[command.root] ?? "body";
    const text = replica.doc.text(root);
    this.catchUp(replica);
    const before = text.toString();
    const start = boundary(before, command.at % (before.length + 1));
    const count = command.kind === "insert" ? 0 : command.kind === "delete" ? command.count : 2;
    const end = boundary(before, Math.min(before.length, start + count));
    const made: NaiveOperation[] = [];
    const oracle = replica.oracle[root];
    replica.doc.transact(() => {
      if (end > start) {
        text.delete(start, end - start);
        made.push(...oracle.delete(start, end - start));
      }
      if (command.kind !== "delete") {
        text.insert(start, command.text);
        made.push(...oracle.insert(replica.doc.replicaId, this.unit, start, command.text, replica.latest));
        this.unit += command.text.length;
        replica.latest = this.unit - 1;
      }
    });
    const { replicaId } = replica.doc;
    const known = replica.doc.version();
    for (const operation of made) {
      replica.applied.add(this.logged.length);
      const isDeletion = operation.kind === "delete";
      const end = isDeletion ? 0 : (known.get(replicaId) ?? 0);
      const gone = isDeletion ? (known.get(-1 - replicaId) ?? 0) : 0;
      this.logged.push({ replica: replicaId, end, gone, root, operation });
    }
  }

  /** Gives the oracle the operations its document knows. */
  private catchUp(replica: Replica): void {
    const version = replica.doc.version();
    this.logged.forEach(({ replica: author, end, gone, root, operation }, i) => {
      const isKnown = (version.get(author) ?? 0) >= end && (version.get(-1 - author) ?? 0) >= gone;
      if (replica.applied.has(i) || !isKnown) return;
      replica.applied.add(i);
      replica.oracle[root].apply(operation);
    });
  }

  private sync(from: Replica, to: Replica): void {
    const result = to.doc.apply(from.doc.encode({ since: to.doc.version() }), "remote");
    assert.equal(result.pending, false);
    assert.ok(versionCovers(to.doc.version(), from.doc.version()));
  }

  /** The session ends; another starts from the saved bytes, with what was waiting lost and sent again. */
  private reload(replica: Replica): void {
    const fresh = createDoc({ replicaId: this.nextId() });
    fresh.apply(replica.doc.encode());
    replica.doc = fresh;
    replica.inbox.push(...replica.seen);
    this.listen(replica);
  }

  private pick(n: number): Replica {
    const replica = this.replicas[n % this.replicas.length];
    assert.ok(replica);
    return replica;
  }
}

function deliver(replica: Replica, which: number, again: boolean): void {
  const from = again ? replica.seen : replica.inbox;
  if (from.length === 0) return;
  const place = which % from.length;
  const [bytes] = again ? [from[place]] : from.splice(place, 1);
  assert.ok(bytes);
  if (!again) replica.seen.push(bytes);
  replica.doc.apply(bytes, "remote");
}

function set(replica: Replica, key: string, value: number | null): void {
  const map = replica.doc.map("meta");
  if (value !== null || map.has(key)) replica.latest = -1;
  if (value === null) map.delete(key);
  else map.set(key, value);
}

/** The nearest index at or after `index` that splits no surrogate pair. */
export function boundary(text: string, index: number): number {
  const inside = index > 0 && index < text.length && (text.charCodeAt(index) & 0xfc00) === 0xdc00;
  return inside ? index + 1 : index;
}

export function patch(text: string, delta: TextDelta): string {
  let result = "";
  let at = 0;
  for (const step of delta) {
    if ("retain" in step) {
      result += text.slice(at, at + step.retain);
      at += step.retain;
    } else if ("insert" in step) result += step.insert;
    else at += step.delete;
  }
  assert.ok(at <= text.length, "a delta stays within the text");
  return result + text.slice(at);
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

function byId(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0];
}
