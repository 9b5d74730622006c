import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { containerName } from "../../lib/crdt/container-name.ts";
import { LEFT, RIGHT, type Sequence, type Side, type Span, TEXT } from "../../lib/crdt/model.ts";
import { Arrangement } from "../../lib/crdt/sequence/arrange.ts";
import { integrate } from "../../lib/crdt/sequence/fugue.ts";
import { type Runs, runsOf } from "../../lib/crdt/sequence/pack.ts";
import { type Placing, receiveInsert, SequenceHome } from "../../lib/crdt/sequence/sequence.ts";
import { createModel } from "../../lib/crdt/update/load.ts";
import { entryAt, logOf } from "../../lib/crdt/update/log.ts";
import { NaiveText, type UnitId } from "../oracle/fugue-max.ts";

/** What hangs where, by numbers of earlier units; -1 is the start, or the end. */
interface Insertion {
  readonly replica: number;
  readonly parent: number;
  readonly right: number;
  readonly isLeft: boolean;
  readonly lengths: readonly number[];
}

const insertions = (isOne: boolean): fc.Arbitrary<readonly Insertion[]> =>
  fc.array(
    fc.record({
      replica: fc.integer({ min: 1, max: 4 }),
      parent: fc.nat(),
      right: isOne ? fc.constant(-1) : fc.nat(),
      isLeft: fc.boolean(),
      lengths: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 25 },
  );

describe("spans put in order all at once stand where the oracle has them", () => {
  test("when siblings have one right origin", () => {
    fc.assert(fc.property(insertions(true), check), { numRuns: 300 });
  });
  test("whatever right origins strangers write", () => {
    fc.assert(fc.property(insertions(false), check), { numRuns: 1000 });
  });
  test("in however many pieces a span goes on", () => {
    const arrangement = new Arrangement();
    const { home, receive } = receiver(arrangement.add);
    receive(1, RIGHT, null, null, [1]);
    receive(1, RIGHT, { replica: 1, counter: 0 }, null, new Array<number>(300_000).fill(1));
    assert.equal(arrangement.settle().get(home)?.spans.length, 300_001);
  });
});

function check(all: readonly Insertion[]): void {
  const oracle = new NaiveText();
  const arrangement = new Arrangement();
  const together = receiver(arrangement.add);
  const single = receiver(integrate);
  const units: UnitId[] = [];
  const next = new Map<number, number>();
  for (const { replica, parent, right, isLeft, lengths } of all) {
    const at = units.length === 0 ? -1 : (parent % (units.length + 1)) - 1;
    const origin = units.length === 0 || right < 0 ? -1 : (right % (units.length + 1)) - 1;
    const side = isLeft && at >= 0 ? LEFT : RIGHT;
    const on = units[at] ?? null;
    const before = side === LEFT ? on : (units[origin] ?? null);
    const length = lengths.reduce((sum, one) => sum + one, 0);
    const counter = next.get(replica) ?? 0;
    for (let i = 0; i < length; i++) {
      const id = { replica, counter: counter + i };
      oracle.apply({
        kind: "insert",
        id,
        unit: unitOf(id),
        parent: i === 0 ? on : { replica, counter: id.counter - 1 },
        side: i === 0 && side === LEFT ? "left" : "right",
        rightOrigin: before,
      });
      units.push(id);
    }
    next.set(replica, counter + length);
    for (const { receive } of [together, single]) receive(replica, side, on, before, lengths);
  }
  const expected = oracle.toString();
  assert.equal(shown(runsOf(single.home.tree)), expected);
  assert.equal(shown(arrangement.settle().get(together.home) ?? runsOf(together.home.tree)), expected);
}

function receiver(place: Placing): {
  readonly home: Sequence;
  readonly receive: (
    replica: number,
    side: Side,
    on: UnitId | null,
    right: UnitId | null,
    lengths: readonly number[],
  ) => void;
} {
  const doc = createModel(new Map());
  const home = new SequenceHome(containerName(TEXT, "t", null), null, doc) as Sequence;
  const find = (id: UnitId): readonly [Span, number] => {
    const span = entryAt(logOf(doc, id.replica), id.counter) as Span; // cast: all are insertions
    return [span, id.counter - span.counter];
  };
  return {
    home,
    receive(replica, side, on, right, lengths) {
      const log = logOf(doc, replica);
      const [parent, offset] = on === null ? [null, 0] : find(on);
      const [origin, originOffset] = right === null ? [null, 0] : find(right);
      let counter = log.next;
      const pieces = lengths.map((length) => {
        let content = "";
        for (let i = 0; i < length; i++) content += unitOf({ replica, counter: counter++ });
        return { length, content };
      });
      receiveInsert(home, log, side, parent, offset, origin, originOffset, pieces, [], place);
    },
  };
}

/** A letter of its own. */
function unitOf({ replica, counter }: UnitId): string {
  return String.fromCharCode(0x4e00 + replica * 1000 + counter);
}

function shown({ contents }: Runs): string {
  return contents.join("");
}
