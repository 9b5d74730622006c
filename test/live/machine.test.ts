import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Instruction, Output, SessionLimits } from "../../lib/live/instructions.ts";
import { step } from "../../lib/live/machine.ts";
import { freshLedger, type SessionState } from "../../lib/live/states.ts";
import {
  ACK,
  ADOPT,
  type ClientFrame,
  decodeLiveFrame,
  EVENT,
  HELLO,
  type HelloFrame,
  MOUNT,
  OP_TEXT,
  PATCH,
  PING,
  RESYNC,
} from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";

const limits: SessionLimits = {
  windowFrames: 8,
  windowBytes: 65_536,
  stallMs: 30_000,
  holdMs: 30_000,
  detachedMs: 60_000,
  idleMs: 75_000,
  framesPerSecond: 50,
  frameBurst: 40,
  waitingEvents: 5,
};

const rendered: SessionState = {
  kind: "rendered",
  ledger: freshLedger(1, limits.frameBurst, 0),
  render: 11,
  templates: 22,
  expiresAtMs: 30_000,
};

const hello = (seq: number, ref: number, render = 11): HelloFrame => [
  HELLO,
  new Uint8Array(32),
  "",
  seq,
  ref,
  22,
  render,
];
const joins = (seq: number, ref: number, nowMs = 0, render = 11): Instruction => ({
  kind: "hello",
  frame: hello(seq, ref, render),
  refusal: undefined,
  sameBuild: true,
  nowMs,
});

function run(
  state: SessionState,
  log: readonly Instruction[],
): { readonly state: SessionState; readonly outputs: Output[] } {
  let now = state;
  const outputs: Output[] = [];
  for (const instruction of log) {
    const [next, out] = step(now, instruction, limits);
    now = next;
    outputs.push(...out);
  }
  return { state: now, outputs };
}

const frame: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.tuple(fc.constant(EVENT), fc.nat(12), fc.nat(4), fc.nat(3), fc.constant(null)) as fc.Arbitrary<ClientFrame>,
  fc.tuple(fc.constant(ACK), fc.nat(12)) as fc.Arbitrary<ClientFrame>,
  fc.tuple(fc.constant(PING), fc.nat(9)) as fc.Arbitrary<ClientFrame>,
  fc.tuple(fc.constant(RESYNC), fc.nat(6)) as fc.Arbitrary<ClientFrame>,
  fc.constant(hello(0, 0)) as fc.Arbitrary<ClientFrame>,
);

const instruction = (nowMs: number): fc.Arbitrary<Instruction> =>
  fc.oneof(
    { weight: 6, arbitrary: frame.map((sent): Instruction => ({ kind: "frame", frame: sent, nowMs })) },
    { weight: 4, arbitrary: fc.nat(12).map((ref): Instruction => ({ kind: "settled", ref, error: undefined, nowMs })) },
    {
      weight: 4,
      arbitrary: fc
        .boolean()
        .map((some): Instruction => ({ kind: "rendered", operations: some ? [[OP_TEXT, 0, "x"]] : [], nowMs })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.nat(6), fc.nat(6), fc.constantFrom(0, 11))
        .map(([seq, ref, render]) => joins(seq, ref, nowMs, render)),
    },
    fc.constant<Instruction>({
      kind: "mounted",
      epoch: 2,
      templates: [],
      templatesHash: 22,
      render: 11,
      content: [0],
      nowMs,
    }),
    fc.constantFrom<Instruction>(
      { kind: "invalidate" },
      { kind: "tick", nowMs },
      { kind: "socketLost", nowMs },
      { kind: "takenOver", nowMs },
      { kind: "failed", code: "LIVE_CRASHED", nowMs },
      { kind: "badFrame", code: "WIRE_CUT_SHORT", nowMs },
      { kind: "drain", reason: "r", retryAfterMs: 5, nowMs },
      { kind: "close" },
    ),
  );

const logs = fc
  .array(fc.nat(20_000), { maxLength: 60 })
  .chain((steps) =>
    fc.tuple(...steps.map((_, index) => instruction(steps.slice(0, index + 1).reduce((a, b) => a + b, 0)))),
  )
  .map((log): readonly Instruction[] => [joins(0, 0), ...log]);

test("any log replays to the same states and bytes, never throws, and keeps its bounds and promises", () => {
  fc.assert(
    fc.property(logs, (log) => {
      const first = run(rendered, log);
      assert.deepEqual(run(rendered, log), first);
      let lastRun = 0;
      let lastSeq = 0;
      let epoch = 1;
      for (const output of first.outputs) {
        if (output.kind === "run") {
          assert.ok(output.ref > lastRun, "each event runs once, in order");
          lastRun = output.ref;
        }
        if (output.kind !== "send") continue;
        const sent = decodeLiveFrame(output.bytes);
        if (sent[0] === PATCH && sent[1] > lastSeq) {
          assert.equal(sent[1], lastSeq + 1, "seq has no gaps");
          lastSeq = sent[1];
        }
        if (sent[0] !== ADOPT && sent[0] !== MOUNT) continue;
        lastSeq = sent[2]; // ADOPT repeats what the client claims to have, MOUNT has a seq of its own
        if (sent[1] !== epoch) [epoch, lastRun] = [sent[1], 0];
      }
      if ("ledger" in first.state) {
        expect(first.state.ledger.waiting.length).toBeLessThanOrEqual(limits.waitingEvents);
        expect(first.state.ledger.sent.length).toBeLessThanOrEqual(60);
      }
    }),
    { numRuns: runs(3000) },
  );
});

test("final states stay", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<SessionState>({ kind: "closed" }, { kind: "refused", code: "LIVE_REFUSED" }),
      logs,
      (state, log) => {
        assert.deepEqual(run(state, log), { state, outputs: [] });
      },
    ),
    { numRuns: runs(200) },
  );
});

test("a session whose client acknowledges nothing is throttled, and let go after thirty seconds", () => {
  const patch: Instruction = { kind: "rendered", operations: [[OP_TEXT, 0, "x"]], nowMs: 1 };
  const full = run(rendered, [joins(0, 0), ...Array<Instruction>(8).fill(patch)]).state;
  assert.equal(full.kind, "throttled");
  const quiet = run(full, [{ kind: "invalidate" }]);
  assert.deepEqual(quiet.outputs, []);
  assert.equal(run(full, [{ kind: "tick", nowMs: 29_000 }]).state.kind, "throttled");
  assert.equal(run(full, [{ kind: "tick", nowMs: 30_001 }]).state.kind, "detached");
  const open = run(quiet.state, [{ kind: "frame", frame: [ACK, 1], nowMs: 2 }]);
  assert.equal(open.state.kind, "live");
  assert.deepEqual(open.outputs, [{ kind: "render", what: "patch", fresh: false }]);
});

test("a page nobody joins expires, and a client that comes later mounts anew", () => {
  const expired = run(rendered, [{ kind: "tick", nowMs: 30_000 }]).state;
  assert.equal(expired.kind, "expired");
  const { state, outputs } = run(expired, [joins(3, 4)]);
  assert.equal(state.kind, "remounting");
  assert.deepEqual(outputs, [
    { kind: "render", what: "mount", fresh: true },
    { kind: "timer", atMs: limits.idleMs },
  ]);
});

test("a refusal ends a page that was to be joined", () => {
  const { state } = run(rendered, [
    { kind: "hello", frame: hello(0, 0), refusal: "LIVE_REFUSED", sameBuild: true, nowMs: 0 },
  ]);
  assert.deepEqual(state, { kind: "refused", code: "LIVE_REFUSED" });
});
