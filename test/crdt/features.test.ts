import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { editorOf } from "../../lib/crdt/doc.ts";
import {
  carryOver,
  compactDoc,
  createDoc,
  createUndo,
  forkDoc,
  marks,
  moves,
  multiMap,
  type RichDelta,
  tree,
  versionCovers,
} from "../../lib/crdt/index.ts";
import type { Sequence } from "../../lib/crdt/model.ts";
import { allRuns } from "../../lib/crdt/sequence/runs.ts";
import { runs } from "../helpers/runs.ts";
import { type NaiveWrite, naiveValues } from "../oracle/multi-value.ts";
import { type NaiveAnchor, type NaiveMark, type NaiveUnit, naiveMarks } from "../oracle/peritext.ts";
import { boundary } from "./world.ts";

const expands = { after: "after", before: "before", both: "both", none: "none" } as const;
const features = [marks(expands), moves(), tree(), multiMap()] as const;
const create = (replicaId: number) => createDoc({ replicaId, features });

interface Noted<T> {
  readonly what: T;
  readonly end: Map<number, number>;
}

const command = fc.record({
  kind: fc.constantFrom(
    ...["insert", "insert", "insert", "delete", "mark", "mark", "mark", "embed", "set", "set", "unset", "map"],
    ...["counter", "list", "deliver", "deliver", "deliver", "sync", "reload", "undo", "redo"],
  ),
  who: fc.nat(3),
  at: fc.nat(1000),
  to: fc.nat(1000),
  word: fc.constantFrom("a", "xyz", "😀", "a😀b"),
  key: fc.constantFrom("after", "before", "both", "none"),
});

describe("documents with all features", () => {
  test("agree with each other byte for byte, with the oracles and with their events, whatever order updates arrive in", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 4 }), fc.array(command, { maxLength: 70 }), (count, commands) => {
        let ids = 0;
        const join = () => {
          ids++;
          const doc = create((ids * 7919) % 101);
          const rich = { delta: [] as RichDelta };
          doc.text("t").observeDelta((delta) => {
            rich.delta = patch(rich.delta, delta);
          });
          const values = new Map<string, readonly unknown[]>();
          doc.multiMap("m").observe((changes) => {
            for (const [key, { before, after }] of changes) {
              assert.deepEqual(values.get(key) ?? [], before);
              if (after.length === 0) values.delete(key);
              else values.set(key, after);
            }
          });
          const updates: Uint8Array[] = [];
          doc.onUpdate((bytes, origin) => {
            if (origin === "remote") return;
            for (const other of replicas) if (other.doc !== doc) other.updates.push(bytes);
          });
          return { doc, rich, values, updates, undo: createUndo(doc) };
        };
        type Replica = ReturnType<typeof join>;
        const replicas: Replica[] = [];
        for (let i = 0; i < count; i++) replicas.push(join());
        const marked: Noted<NaiveMark>[] = [];
        const written: Noted<NaiveWrite>[] = [];
        let isUndone = false;
        let number = 0;
        for (const { kind, who, at, to, word, key } of commands) {
          const place = who % count;
          const replica = replicas[place] as Replica; // cast: within the list
          const { doc, updates } = replica;
          const text = doc.text("t");
          const shown = text.toString();
          const start = boundary(shown, at % (shown.length + 1));
          const end = boundary(shown, Math.min(shown.length, start + (to % 5)));
          const noted = <T>(what: T): Noted<T> => ({ what, end: new Map(doc.version()) });
          const own = (version: ReadonlyMap<number, number>): Map<number, number> => {
            const { replicaId } = doc;
            return new Map([...version].filter(([id]) => id === replicaId || id === -1 - replicaId));
          };
          if (kind === "insert") text.insert(start, word);
          else if (kind === "delete") text.delete(start, end - start);
          else if (kind === "embed") {
            isUndone = true; // the oracle knows no embeds
            text.insertEmbed(start, at);
          } else if (kind === "mark" && end > start) {
            const value = to % 3 === 0 ? null : to % 3;
            const units = unitsOf(doc);
            const visible = units.filter(({ deleted }) => !deleted);
            const anchor = (index: number, after: boolean): NaiveAnchor => ({
              unit: visible[after ? index - 1 : index]?.id ?? null,
              after,
            });
            text.mark({ start, end }, { [key]: value });
            const from = anchor(start, key === "before" || key === "both");
            const until = anchor(end, key === "before" || key === "none");
            const time = editorOf(doc).model.clock;
            const { what } = noted({ time, replica: doc.replicaId, start: from, end: until, key, value });
            marked.push({ what, end: own(doc.version()) });
          } else if (kind === "set" || kind === "unset") {
            const map = doc.multiMap("m");
            const version = doc.version();
            const seen = written.filter((other) => versionCovers(version, other.end)).map(({ what }) => what);
            const same = new Set(seen.filter((other) => other.key === key).map(({ id }) => id));
            const value = kind === "set" ? number++ : null;
            if (value !== null) map.set(key, value);
            else map.delete(key);
            written.push({ what: { id: written.length, key, value, seen: same }, end: own(doc.version()) });
          } else if (kind === "map") {
            if (to % 4 === 0) doc.map("nodes").delete(key);
            else doc.map("nodes").child("text", key).insert(0, word);
          } else if (kind === "counter") doc.counter("n").add(at - 500);
          else if (kind === "list") {
            const list = doc.list("l");
            if (list.length > 1 && to % 2 === 0) list.move(at % list.length, to % list.length);
            else if (to % 3 === 0)
              list
                .insertChild(at % (list.length + 1), "map")
                .child("text", "x")
                .insert(0, word);
            else if (to % 5 === 0 && list.length > 0) list.delete(at % list.length, 1);
            else list.insert(at % (list.length + 1), number++);
          } else if (kind === "deliver" && updates.length > 0) {
            const [bytes] = at % 4 === 0 ? updates.slice(at % updates.length) : updates.splice(at % updates.length, 1);
            if (bytes !== undefined) doc.apply(bytes, "remote");
          } else if (kind === "sync") {
            const other = replicas[to % count] as Replica; // cast: see above
            doc.apply(other.doc.encode({ since: doc.version() }), "remote");
          } else if (kind === "undo") isUndone = replica.undo.undo() || isUndone;
          else if (kind === "redo") isUndone = replica.undo.redo() || isUndone;
          else if (kind === "reload") {
            const fresh = join();
            fresh.doc.apply(doc.encode(), "remote");
            fresh.updates.push(...updates);
            replicas[place] = fresh;
          }
          const { doc: now, rich, values } = replicas[place] as Replica; // cast: see above
          assert.deepEqual(rich.delta, now.text("t").toDelta());
          assert.deepEqual([...values].sort(byKey), now.multiMap("m").entries());
          if (isUndone) continue;
          const version = now.version();
          const known = <T>(all: readonly Noted<T>[]): T[] =>
            all.filter((other) => versionCovers(version, other.end)).map(({ what }) => what);
          assert.deepEqual(unitwise(now.text("t").toDelta()), naiveMarks(unitsOf(now), known(marked)));
          const multi = now.multiMap("m").entries();
          const sorted = multi.map(([name, all]) => [name, [...all].sort((a, b) => Number(a) - Number(b))]);
          assert.deepEqual(sorted, [...naiveValues(known(written))].sort(byKey));
        }
        for (let round = 0; round < 2; round++)
          for (const to of replicas)
            for (const from of replicas)
              if (from !== to) to.doc.apply(from.doc.encode({ since: to.doc.version() }), "remote");
        const [first] = replicas;
        assert.ok(first);
        const bytes = first.doc.encode();
        const late = createDoc({ features });
        late.apply(bytes);
        const relay = createDoc();
        relay.apply(bytes);
        assert.deepEqual(relay.encode(), bytes, "passed on by those without the features");
        for (const { doc, rich } of [...replicas, { doc: late, rich: undefined }]) {
          assert.deepEqual(doc.encode(), bytes);
          assert.deepEqual(doc.text("t").toDelta(), first.doc.text("t").toDelta());
          assert.deepEqual(doc.multiMap("m").entries(), first.doc.multiMap("m").entries());
          assert.equal(print(doc.list("l").toArray()), print(first.doc.list("l").toArray()));
          assert.equal(print(doc.map("nodes").entries()), print(first.doc.map("nodes").entries()));
          assert.equal(doc.counter("n").value, first.doc.counter("n").value);
          if (rich !== undefined) assert.deepEqual(rich.delta, doc.text("t").toDelta());
        }
      }),
      { numRuns: runs(400) },
    );
  });

  test("take back, one after the other, all that one did alone, and repeat it", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        const doc = create(1);
        const undo = createUndo(doc, { maxSteps: 1000 });
        const list = doc.list("l");
        const text = doc.text("t");
        const states = [state()];
        let steps = 0;
        undo.observe(() => steps++);
        function state(): string {
          return (
            print([text.toDelta(), list.toArray(), doc.map("nodes").entries(), doc.multiMap("m").entries()]) +
            doc.counter("n").value
          );
        }
        for (const { kind, at, to, word, key } of commands) {
          const shown = text.toString();
          const start = boundary(shown, at % (shown.length + 1));
          const end = boundary(shown, Math.min(shown.length, start + (to % 5)));
          const before = steps;
          if (kind === "insert") text.insert(start, word);
          else if (kind === "delete") text.delete(start, end - start);
          else if (kind === "mark") text.mark({ start, end }, { [key]: to % 3 === 0 ? null : to % 3 });
          else if (kind === "embed") text.insertEmbed(start, at);
          else if (kind === "set") doc.multiMap("m").set(key, at);
          else if (kind === "unset") doc.multiMap("m").delete(key);
          else if (kind === "counter") doc.counter("n").add(at);
          else if (kind === "map") {
            if (to % 4 === 0) doc.map("nodes").delete(key);
            else if (to % 4 === 1) doc.map("nodes").set(key, at);
            else doc.map("nodes").child("text", key).insert(0, word);
          } else if (kind === "list") {
            if (list.length > 1 && to % 2 === 0) list.move(at % list.length, to % list.length);
            else if (to % 3 === 0)
              list
                .insertChild(at % (list.length + 1), "map")
                .child("text", "x")
                .insert(0, word);
            else if (to % 5 === 0 && list.length > 0) list.delete(0, list.length);
            else list.insert(at % (list.length + 1), at);
          }
          if (steps > before + 1) states.push(...new Array<string>(steps - before - 1).fill("")); // several transactions
          if (steps > before) states.push(state());
        }
        const check = (at: number): void => {
          if (states[at] !== "") assert.equal(state(), states[at]);
        };
        for (let round = 0; round < 2; round++) {
          for (let at = states.length - 2; undo.undo(); at--) check(at);
          assert.equal(state(), states[0]);
          for (let at = 1; undo.redo(); at++) check(at);
          assert.equal(state(), states.at(-1));
        }
      }),
      { numRuns: runs(300) },
    );
  });
});

describe("a map of several values", () => {
  test("holds what two have set alike at the same time once, before and after it is written anew", () => {
    const [ann, bob] = [create(1), create(2)];
    const heard: unknown[] = [];
    ann.multiMap("m").set("due", { day: 1 });
    bob.multiMap("m").set("due", { day: 1 });
    ann.multiMap("m").observe((changes) => heard.push(...changes.values()));
    ann.apply(bob.encode());
    assert.equal(ann.multiMap("m").all("due").length, 1);
    assert.deepEqual(heard, [], "nothing to see");
    bob.multiMap("m").set("due", 2);
    const cut = forkDoc(ann, { replicaId: 3, features });
    ann.apply(bob.encode());
    assert.equal(print(ann.multiMap("m").all("due")), '[2,{"day":1}]');
    const next = create(4);
    next.apply(compactDoc(cut, 1) as Uint8Array); // cast: nothing waits
    assert.ok(carryOver(cut, ann, next));
    assert.equal(print(next.multiMap("m").entries()), print(ann.multiMap("m").entries()));
    ann.multiMap("m").set("due", 3);
    assert.deepEqual(ann.multiMap("m").all("due"), [3]);
  });
});

/** All units of the text, deleted ones too. */
function unitsOf(doc: ReturnType<typeof create>): NaiveUnit[] {
  const home = editorOf(doc).model.containers.get("1:t") as Sequence | undefined; // cast: texts are sequences
  const units: NaiveUnit[] = [];
  if (home === undefined) return units;
  for (const { span, offset, length, content } of allRuns(home.tree))
    for (let i = 0; i < length; i++)
      units.push({
        id: `${span.log.id}.${span.counter + offset + i}`,
        unit: content === null ? "" : (content[i] as string), // cast: a text
        deleted: content === null,
      });
  return units;
}

function unitwise(delta: RichDelta): [string, Record<string, number>][] {
  return delta.flatMap((step) => {
    const { insert, marks = {} } = step as { insert: string; marks?: Record<string, number> }; // cast: there are no embeds here
    return insert.split("").map((unit): [string, Record<string, number>] => [unit, marks]);
  });
}

type Unit = { insert: string; marks: Record<string, unknown> } | { embed: unknown; marks: Record<string, unknown> };

function patch(before: RichDelta, change: RichDelta): RichDelta {
  const open = (delta: RichDelta): Unit[] =>
    delta.flatMap((step): Unit[] => {
      const values = ("marks" in step ? step.marks : undefined) ?? {};
      if ("embed" in step) return [{ embed: step.embed, marks: values }];
      if ("insert" in step) return step.insert.split("").map((insert) => ({ insert, marks: values }));
      return [];
    });
  const units = open(before);
  let at = 0;
  for (const step of change) {
    if ("retain" in step) {
      for (const until = at + step.retain; at < until; at++) {
        const unit = units[at];
        assert.ok(unit);
        const values = { ...unit.marks, ...step.marks };
        for (const [key, value] of Object.entries(values)) if (value === null) delete values[key];
        units[at] = { ...unit, marks: Object.fromEntries(Object.entries(values).sort(byKey)) };
      }
    } else if ("delete" in step) units.splice(at, step.delete);
    else {
      const added = open([step]);
      units.splice(at, 0, ...added);
      at += added.length;
    }
  }
  const joined: { insert?: string; embed?: unknown; marks?: Record<string, unknown> }[] = [];
  for (const { marks: values, ...unit } of units) {
    const step = Object.keys(values).length > 0 ? { ...unit, marks: values } : unit;
    const last = joined.at(-1);
    if (
      last?.insert !== undefined &&
      "insert" in step &&
      print(last.marks) === print("marks" in step ? step.marks : undefined)
    )
      last.insert += step.insert;
    else joined.push({ ...step });
  }
  return joined as RichDelta; // cast: built as one
}

function print(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    const node = part as {
      readonly type?: string;
      toString(): string;
      entries?(): unknown;
      toArray?(): unknown;
    } | null; // cast: asked for what it has
    if (typeof node !== "object" || node === null || node.type === undefined) return part;
    return node.entries?.() ?? node.toArray?.() ?? String(node);
  });
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
