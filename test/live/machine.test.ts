import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Instruction, Output, SessionLimits } from "../../lib/live/machine/instructions.ts";
import { advance, step } from "../../lib/live/machine/machine.ts";
import { encodePatch, shareBytes } from "../../lib/live/machine/patch-bytes.ts";
import { copyState, Ledger, type SessionState } from "../../lib/live/machine/states.ts";
import {
  ACK,
  ADOPT,
  CAN_MANY,
  type ClientFrame,
  DRAIN,
  decodeLiveFrame,
  ERROR,
  EVENT,
  HELLO,
  type HelloFrame,
  LEAVE,
  type LiveFrame,
  MOUNT,
  NAV,
  OP_FILL,
  OP_TEXT,
  type Operation,
  PATCH,
  PING,
  REPLY,
  RESYNC,
  UPLOAD,
  type WireValue,
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
  bytesPerSecond: 1000,
  byteBurst: 2000,
  waitingEvents: 5,
};

const rendered: SessionState = {
  kind: "rendered",
  ledger: new Ledger(1, limits, 0),
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

/** As a session does it, which keeps no state but the last. */
function runInPlace(state: SessionState, log: readonly Instruction[]): ReturnType<typeof run> {
  let now = copyState(state);
  const outputs: Output[] = [];
  for (const instruction of log) now = advance(now, instruction, limits, outputs);
  return { state: now, outputs };
}

const frame: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.tuple(fc.constant(EVENT), fc.nat(12), fc.nat(4), fc.nat(3), fc.constant(null)) as fc.Arbitrary<ClientFrame>,
  fc.tuple(fc.constant(ACK), fc.nat(12)) as fc.Arbitrary<ClientFrame>,
  fc.tuple(fc.constant(PING), fc.nat(9)) as fc.Arbitrary<ClientFrame>,
  fc.tuple(fc.constant(RESYNC), fc.nat(6)) as fc.Arbitrary<ClientFrame>,
  fc.tuple(fc.constant(NAV), fc.nat(12), fc.nat(4), fc.constantFrom("/a", "/b?c")) as fc.Arbitrary<ClientFrame>,
  fc.tuple(
    fc.constant(UPLOAD),
    fc.nat(2),
    fc.nat(9),
    fc.constantFrom(null, new Uint8Array([1]), ["f", "n", "t", 9]),
  ) as fc.Arbitrary<ClientFrame>,
  fc.constant([LEAVE]) as fc.Arbitrary<ClientFrame>,
  fc.constant(hello(0, 0)) as fc.Arbitrary<ClientFrame>,
);
/** The next event or navigation of an honest client, as far as random logs have one. */
const turn = (ref: number, at: number): ClientFrame =>
  at % 3 === 0 ? [NAV, ref, 0, "/next"] : [EVENT, ref, 0, at, null];

const instruction = (nowMs: number): fc.Arbitrary<Instruction> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .tuple(frame, fc.nat(300))
        .map(([sent, bytes]): Instruction => ({ kind: "frame", frame: sent, bytes, nowMs })),
    },
    {
      weight: 6,
      arbitrary: fc
        .tuple(fc.nat(12), fc.nat(9))
        .map(([ref, at]): Instruction => ({ kind: "frame", frame: turn(ref, at), bytes: 9, nowMs })),
    },
    {
      weight: 8,
      arbitrary: fc
        .tuple(
          fc.nat(12),
          fc.constantFrom(undefined, "LIVE_BAD_EVENT" as const),
          fc.constantFrom(undefined, null, "ok"),
        )
        .map(([ref, error, reply]): Instruction => ({ kind: "settled", ref, error, reply, nowMs })),
    },
    fc
      .tuple(fc.nat(2), fc.nat(9), fc.constantFrom("" as const, "LIVE_NO_UPLOAD" as const))
      .map(([entry, received, code]): Instruction => ({ kind: "uploaded", entry, received, code, nowMs })),
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
      { kind: "restore", epoch: 5, seq: 3, handled: 4, unknown: 5, nowMs },
      { kind: "close" },
    ),
  );

const logs = fc
  .array(fc.nat(20_000), { maxLength: 60 })
  .chain((steps) =>
    fc.tuple(...steps.map((_, index) => instruction(steps.slice(0, index + 1).reduce((a, b) => a + b, 0)))),
  )
  .map((log): readonly Instruction[] => [joins(0, 0), ...log]);

/** Whether the same bytes went out before: a replay after a lost socket. */
function resent(outputs: readonly Output[], output: Output): boolean {
  const bytes = output.kind === "send" ? output.bytes : undefined;
  return outputs.slice(0, outputs.indexOf(output)).some((other) => other.kind === "send" && other.bytes === bytes);
}

test("any log replays to the same states and bytes, never throws, and keeps its bounds and promises", () => {
  fc.assert(
    fc.property(logs, (log) => {
      const first = run(rendered, log);
      assert.deepEqual(run(rendered, log), first);
      assert.deepEqual(runInPlace(rendered, log), first);
      let lastRun = 0;
      let lastSeq = 0;
      let epoch = 1;
      let told = 0;
      for (const output of first.outputs) {
        if (output.kind === "run" || output.kind === "navigate") {
          assert.ok(output.ref > lastRun, "each turn comes once, in order");
          lastRun = output.ref;
        }
        if (output.kind !== "send") continue;
        const sent = decodeLiveFrame(output.bytes);
        if (sent[0] === REPLY) {
          assert.ok(sent[1] <= lastRun, "only what had its turn is answered");
          if (!resent(first.outputs, output)) assert.ok(sent[1] > told, "a reply goes before what tells of its ref");
        }
        if (sent[0] === PATCH) told = Math.max(told, sent[2]);
        if (sent[0] === ACK) told = Math.max(told, sent[1]);
        if (sent[0] === PATCH && sent[1] > lastSeq) {
          assert.equal(sent[1], lastSeq + 1, "seq has no gaps");
          lastSeq = sent[1];
        }
        if (sent[0] !== ADOPT && sent[0] !== MOUNT) continue;
        lastSeq = sent[2]; // ADOPT repeats what the client claims to have, MOUNT has a seq of its own
        if (sent[1] !== epoch) [epoch, lastRun, told] = [sent[1], 0, 0];
      }
      if ("ledger" in first.state) {
        expect(first.state.ledger.waiting.length).toBeLessThanOrEqual(limits.waitingEvents);
        expect(first.state.ledger.sent.length).toBeLessThanOrEqual(60);
        expect(first.state.ledger.answers.length).toBeLessThanOrEqual(limits.waitingEvents);
        expect(first.state.ledger.allowance).toBeLessThanOrEqual(limits.frameBurst);
        expect(first.state.ledger.byteAllowance).toBeLessThanOrEqual(limits.byteBurst);
        assert.ok(first.state.ledger.byteAllowance >= 0 && first.state.ledger.allowance >= 0);
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
  const open = run(quiet.state, [{ kind: "frame", frame: [ACK, 1], bytes: 2, nowMs: 2 }]);
  assert.equal(open.state.kind, "live");
  assert.deepEqual(open.outputs, [{ kind: "render" }]);
});

test("where the clock is set back by an hour, nobody who is gone is waited for longer than by a clock that goes on", () => {
  const hour = 3_600_000;
  const later = (state: SessionState, ...waitsMs: readonly number[]): readonly string[] => {
    let nowMs = 0;
    let now = state;
    return waitsMs.map((ms) => {
      nowMs += ms;
      now = step(now, { kind: "tick", nowMs }, limits)[0];
      return now.kind;
    });
  };
  const at = (ms: number): Ledger => new Ledger(1, limits, ms);
  assert.deepEqual(later({ kind: "live", ledger: at(hour) }, 1, 74_000, 1_000), ["live", "live", "detached"]);
  const throttled: SessionState = { kind: "throttled", ledger: at(hour), sinceMs: hour };
  assert.deepEqual(later(throttled, 1, 29_000, 1_000), ["throttled", "throttled", "detached"]);
  const detached: SessionState = { kind: "detached", ledger: at(hour), expiresAtMs: hour + 60_000 };
  assert.deepEqual(later(detached, 1, 59_000, 1_000), ["detached", "detached", "expired"]);
  const draining: SessionState = { kind: "draining", ledger: at(hour), endsAtMs: hour + 60_000 };
  assert.deepEqual(later(draining, 1, 59_000, 1_000), ["draining", "draining", "closed"]);
  const waiting: SessionState = { ...rendered, expiresAtMs: hour + 30_000, ledger: at(hour) };
  assert.deepEqual(later(waiting, 1, 29_000, 1_000), ["rendered", "rendered", "expired"]);
  const frame = hello(0, 0);
  const mounting: SessionState = {
    ...{ kind: "remounting", ledger: at(hour), hello: frame },
    ...{ fresh: false, compare: false, sameBuild: true },
  };
  assert.deepEqual(later(mounting, 1, 74_000, 1_000), ["remounting", "remounting", "refused"]);
});

test("a process that was stopped for long, or whose clock was set forward, gives everybody the time they would have had", () => {
  const hour = 3_600_000;
  const after = (state: SessionState, lateMs: number): string =>
    step(state, { kind: "tick", nowMs: 90_000 + lateMs, lateMs }, limits)[0].kind;
  const at = (): Ledger => new Ledger(1, limits, 10_000);
  for (const state of [
    { kind: "live", ledger: at() },
    { kind: "throttled", ledger: at(), sinceMs: 50_000 },
    { kind: "detached", ledger: at(), expiresAtMs: 90_000 },
    { kind: "draining", ledger: at(), endsAtMs: 90_000 },
    { ...rendered, expiresAtMs: 90_000, ledger: at() },
  ] as SessionState[]) {
    assert.equal(after(state, hour), state.kind);
    assert.notEqual(after(state, 0), state.kind);
    assert.notEqual(after(state, 10_000), state.kind);
  }
});

test("a page nobody joins expires, and a client that comes later mounts anew", () => {
  const expired = run(rendered, [{ kind: "tick", nowMs: 30_000 }]).state;
  assert.equal(expired.kind, "expired");
  const { state, outputs } = run(expired, [joins(3, 4)]);
  assert.equal(state.kind, "remounting");
  assert.deepEqual(outputs, [
    { kind: "mount", fresh: true, compare: true },
    { kind: "timer", atMs: limits.idleMs },
  ]);
});

test("a page that is made while its process is stopped is asked to leave, and no error meets it", () => {
  const making = run(rendered, [{ kind: "tick", nowMs: 30_000 }, joins(3, 4)]).state;
  const drained = run(making, [{ kind: "drain", reason: "r", retryAfterMs: 5, nowMs: 1 }]);
  assert.equal(drained.state.kind, "remounting");
  assert.deepEqual(sentBy(drained.outputs), [[DRAIN, "r", 5]]);
  const { state, outputs } = run(drained.state, [{ kind: "close" }]);
  assert.deepEqual(state, { kind: "refused", code: "LIVE_CLOSED" });
  assert.deepEqual(outputs, [{ kind: "close", code: 1001, reason: "closed" }]);
});

test("a refusal ends a page that was to be joined", () => {
  const { state } = run(rendered, [
    { kind: "hello", frame: hello(0, 0), refusal: "LIVE_REFUSED", sameBuild: true, nowMs: 0 },
  ]);
  assert.deepEqual(state, { kind: "refused", code: "LIVE_REFUSED" });
});

const says = (frame: ClientFrame, nowMs = 1, bytes = 9): Instruction => ({ kind: "frame", frame, bytes, nowMs });
const settles = (ref: number, reply?: WireValue): Instruction => ({
  kind: "settled",
  ref,
  error: undefined,
  reply,
  nowMs: 1,
});
const sentBy = (outputs: readonly Output[]): LiveFrame[] =>
  outputs.flatMap((output) => (output.kind === "send" ? [decodeLiveFrame(output.bytes)] : []));

test("a navigation waits for its turn like an event, and its answer starts what is next", () => {
  const { state, outputs } = run(rendered, [
    joins(0, 0),
    says([EVENT, 1, 0, 3, null]),
    says([NAV, 2, 0, "/next"]),
    says([EVENT, 3, 0, 4, null]),
  ]);
  const turns = (list: readonly Output[]): Output[] => list.filter(({ kind }) => kind === "run" || kind === "navigate");
  assert.deepEqual(turns(outputs), [{ kind: "run", ref: 1, handler: 3, args: null }]);
  const second = run(state, [settles(1)]);
  assert.deepEqual(turns(second.outputs), [{ kind: "navigate", ref: 2, url: "/next" }]);
  const third = run(second.state, [settles(2, new Uint8Array([7]))]);
  assert.deepEqual(turns(third.outputs), [{ kind: "run", ref: 3, handler: 4, args: null }]);
  assert.deepEqual(sentBy(third.outputs), [[REPLY, 2, new Uint8Array([7])]]);
});

test("an address nobody could have is refused", () => {
  const { state, outputs } = run(rendered, [joins(0, 0), says([NAV, 1, 0, "/".repeat(9000)])]);
  assert.equal(state.kind, "detached");
  assert.deepEqual(sentBy(outputs)[1], [ERROR, "WIRE_BAD_LIVE_FRAME", 0, 0]);
});

test("uploads go past events that wait, and are answered as their pieces are", () => {
  const { state, outputs } = run(rendered, [
    joins(0, 0),
    says([EVENT, 1, 0, 0, null]),
    says([UPLOAD, 5, 0, ["photo", "a.png", "image/png", 3]]),
    says([UPLOAD, 5, 0, new Uint8Array([1, 2])]),
  ]);
  assert.deepEqual(
    outputs.filter(({ kind }) => kind === "upload"),
    [
      { kind: "upload", entry: 5, offset: 0, part: ["photo", "a.png", "image/png", 3] },
      { kind: "upload", entry: 5, offset: 0, part: new Uint8Array([1, 2]) },
    ],
  );
  const answer = run(state, [{ kind: "uploaded", entry: 5, received: 2, code: "", nowMs: 1 }]);
  assert.deepEqual(sentBy(answer.outputs), [[UPLOAD, 5, 2, ""]]);
});

test("a page that leaves ends its session at once", () => {
  const { state, outputs } = run(rendered, [joins(0, 0), says([LEAVE])]);
  assert.deepEqual(state, { kind: "closed" });
  assert.deepEqual(outputs.at(-1), { kind: "close", code: 1000, reason: "left" });
  const draining = run(rendered, [
    joins(0, 0),
    { kind: "drain", reason: "r", retryAfterMs: 5, nowMs: 1 },
    says([LEAVE]),
  ]);
  assert.deepEqual(draining.state, { kind: "closed" });
});

test("a reply made while the socket is away comes with the next one, and one that arrived is forgotten", () => {
  const patch: Instruction = { kind: "rendered", operations: [[OP_TEXT, 0, "x"]], nowMs: 1 };
  const away = run(rendered, [
    joins(0, 0),
    says([EVENT, 1, 0, 0, null]),
    { kind: "socketLost", nowMs: 1 },
    settles(1, "done"),
  ]);
  assert.deepEqual(sentBy(away.outputs), [[ADOPT, 1, 0]]);
  const back = run(away.state, [joins(0, 1)]);
  assert.deepEqual(sentBy(back.outputs), [
    [ADOPT, 1, 0],
    [REPLY, 1, "done"],
    [ACK, 1],
  ]);
  const again = run(back.state, [patch, { kind: "socketLost", nowMs: 1 }, joins(0, 1)]);
  assert.deepEqual(sentBy(again.outputs).slice(1), [
    [ADOPT, 1, 0],
    [REPLY, 1, "done"],
    [PATCH, 1, 1, [OP_TEXT, 0, "x"]],
  ]);
  const later = run(again.state, [says([ACK, 1]), { kind: "socketLost", nowMs: 1 }, joins(1, 1)]);
  assert.deepEqual(sentBy(later.outputs), [[ADOPT, 1, 1]]);
});

test.each<[string, ClientFrame]>([
  ["an event", [EVENT, 1, 0, 0, null]],
  ["a navigation", [NAV, 1, 0, "/"]],
  ["a piece of a file", [UPLOAD, 0, 0, new Uint8Array(3)]],
  ["an acknowledgement", [ACK, 0]],
  ["a ping", [PING, 0]],
  ["a request for what is missing", [RESYNC, 0]],
])("the limits count %s, and its bytes", (_, frame) => {
  const dropped = (log: readonly Instruction[]): boolean =>
    sentBy(run(rendered, [joins(0, 0), ...log]).outputs).some((sent) => sent[0] === ERROR);
  const pings = Array<Instruction>(limits.frameBurst).fill(says([PING, 0], 0, 0));
  assert.equal(dropped(pings), false);
  assert.equal(dropped([...pings, says(frame, 0, 0)]), true);
  assert.equal(dropped([...pings, says(frame, 20, 0)]), false);
  assert.equal(dropped([says(frame, 0, limits.byteBurst)]), false);
  assert.equal(dropped([says(frame, 0, limits.byteBurst + 1)]), true);
  assert.equal(dropped([says([PING, 0], 0, limits.byteBurst), says(frame, 100, 101)]), true);
  assert.equal(dropped([says([PING, 0], 0, limits.byteBurst), says(frame, 100, 99)]), false);
});

test("a flood is refused while the page is mounted anew, and while it is asked to leave", () => {
  const pings = Array<Instruction>(limits.frameBurst + 1).fill(says([PING, 0], 0, 1));
  const mounting = run(rendered, [joins(0, 0, 0, 12), ...pings]);
  assert.deepEqual(mounting.state, { kind: "refused", code: "LIVE_RATE_LIMITED" });
  const leaving = run(rendered, [joins(0, 0), { kind: "drain", reason: "r", retryAfterMs: 5, nowMs: 0 }, ...pings]);
  assert.equal(leaving.state.kind, "detached");
  assert.deepEqual(sentBy(leaving.outputs).at(-1), [ERROR, "LIVE_RATE_LIMITED", 0, 1000]);
});

test("what a session before a crash had begun does not run in the one after it", () => {
  const crashed = run(rendered, [
    joins(0, 0),
    says([EVENT, 1, 0, 0, null]),
    says([EVENT, 2, 0, 0, null]),
    { kind: "failed", code: "LIVE_CRASHED", nowMs: 1 },
    joins(0, 2, 1),
    { kind: "mounted", epoch: 9, templates: [], templatesHash: 22, render: 11, content: [0], nowMs: 1 },
    settles(1),
  ]);
  assert.equal(crashed.outputs.filter(({ kind }) => kind === "run").length, 1);
  const next = run(crashed.state, [says([EVENT, 3, 0, 5, null])]);
  assert.deepEqual(next.outputs, [{ kind: "run", ref: 3, handler: 5, args: null }]);
});

const mounted = (render: number, epoch = 9): Instruction => ({
  ...{ kind: "mounted", epoch, templates: [], templatesHash: 22, render, content: [0], nowMs: 1 },
});
const expired = (): SessionState => run(rendered, [{ kind: "tick", nowMs: 30_000 }]).state;
const restores = (seq: number, handled: number, unknown = 0): Instruction => ({
  ...{ kind: "restore", epoch: 5, seq, handled, unknown, nowMs: 1 },
});

test("a session from a snapshot goes on with its epoch and seq, and runs no event twice", () => {
  const { state, outputs } = run(expired(), [restores(3, 4), joins(3, 6), mounted(77)]);
  assert.deepEqual(outputs[0], { kind: "mount", fresh: false, compare: true });
  assert.deepEqual(sentBy(outputs), [
    [MOUNT, 5, 4, null, [0]],
    [ACK, 4],
  ]);
  const again = run(state, [says([EVENT, 4, 4, 0, null]), says([EVENT, 5, 4, 0, null]), says([EVENT, 6, 4, 0, null])]);
  assert.deepEqual(sentBy(again.outputs), [[ACK, 4]]);
  assert.deepEqual(again.outputs.slice(1), [{ kind: "run", ref: 5, handler: 0, args: null }]);
});

test("a page that shows just what a snapshot renders is adopted, and counts from where it stands", () => {
  const { state, outputs } = run(expired(), [restores(3, 0), joins(0, 0), mounted(11)]);
  assert.deepEqual(sentBy(outputs), [[ADOPT, 5, 0]]);
  const patched = run(state, [{ kind: "rendered", operations: [[OP_TEXT, 0, "x"]], nowMs: 1 }]);
  assert.deepEqual(sentBy(patched.outputs), [[PATCH, 1, 0, [OP_TEXT, 0, "x"]]]);
});

test("a page of another build gives up what it has bound, and goes on with the ref after the last one it sent", () => {
  const renewed = { ...mounted(77), renewed: ["b2", ["add"]] } as Instruction; // cast: of one kind
  const { state, outputs } = run(expired(), [restores(3, 4), joins(3, 6), renewed]);
  assert.deepEqual(sentBy(outputs), [[MOUNT, 5, 4, null, [0], "b2", ["add"]]]);
  const after = run(state, [says([EVENT, 6, 4, 0, null]), says([EVENT, 7, 4, 0, null])]);
  assert.deepEqual(after.outputs.slice(1), [{ kind: "run", ref: 7, handler: 0, args: null }]);
});

test("a page that has joined nothing, and has missed the page its session began with, is not told to go on before it has that", () => {
  const { state } = run(expired(), [joins(0, 0), mounted(77)]);
  const again = run(state, [{ kind: "socketLost", nowMs: 1 }, joins(0, 0), mounted(77)]);
  assert.deepEqual(
    sentBy(again.outputs).map(([type]) => type),
    [MOUNT],
  );
});

test("an event that had begun and was not committed is said to be unknown, until the client has heard it", () => {
  const { state, outputs } = run(expired(), [restores(3, 4, 5), joins(3, 5), mounted(77)]);
  const said: LiveFrame = [ERROR, "LIVE_EVENT_UNKNOWN", 5, 0];
  assert.deepEqual(sentBy(outputs), [[MOUNT, 5, 4, null, [0]], said, [ACK, 5]]);
  const again = run(state, [{ kind: "socketLost", nowMs: 1 }, joins(4, 5)]);
  assert.deepEqual(sentBy(again.outputs), [[ADOPT, 5, 4], said]);
  assert.equal(run(state, [says([EVENT, 5, 4, 0, null])]).outputs.filter(({ kind }) => kind === "run").length, 0);
});

test("a snapshot older than what the client has heard lets its next event say where it goes on, once", () => {
  const { state } = run(expired(), [restores(3, 1), joins(9, 3), mounted(77)]);
  const next = run(state, [says([EVENT, 3, 9, 0, null]), { ...settles(1), ref: 3 } as Instruction]); // cast: of one kind
  assert.deepEqual(next.outputs[0], { kind: "run", ref: 3, handler: 0, args: null });
  assert.equal(next.state.kind, "live");
  assert.equal(run(next.state, [says([EVENT, 5, 9, 0, null])]).state.kind, "detached");
});

test("a client that asks again for the page its session began with gets that very page", () => {
  const { state, outputs } = run(expired(), [joins(0, 0), mounted(77)]);
  const again = run(state, [says([RESYNC, 0])]);
  assert.deepEqual(sentBy(again.outputs), [[ADOPT, 9, 0], ...sentBy(outputs).filter(([type]) => type === MOUNT)]);
});

test("an error is said again to a client that may not have heard it", () => {
  const failed: Instruction = { kind: "settled", ref: 1, error: "LIVE_BAD_EVENT", nowMs: 1 };
  const lost: Instruction = { kind: "socketLost", nowMs: 1 };
  const { outputs } = run(rendered, [joins(0, 0), says([EVENT, 1, 0, 0, null]), lost, failed, joins(0, 1)]);
  assert.deepEqual(sentBy(outputs).slice(1), [
    [ADOPT, 1, 0],
    [ERROR, "LIVE_BAD_EVENT", 1, 0],
    [ACK, 1],
  ]);
});

test("who waits for an answer before the next piece of a file never exceeds the limits, however fast", () => {
  let state: SessionState = run(rendered, [joins(0, 0)]).state;
  let nowMs = 1;
  let wakeAtMs = Number.POSITIVE_INFINITY;
  let answers = 0;
  for (let piece = 0; piece < 40; piece++) {
    const log: Instruction[] = [
      says([UPLOAD, 1, piece * 100, new Uint8Array(100)], nowMs, 110),
      { kind: "uploaded", entry: 1, received: piece * 100 + 100, code: "", nowMs },
    ];
    let step = run(state, log);
    // The answer comes at once, or when the timer has come.
    while (sentBy(step.outputs).length === 0) {
      for (const output of step.outputs) if (output.kind === "timer") wakeAtMs = output.atMs;
      assert.ok(wakeAtMs > nowMs && wakeAtMs < nowMs + 10_000);
      nowMs = wakeAtMs;
      step = run(step.state, [{ kind: "tick", nowMs }]);
    }
    assert.deepEqual(sentBy(step.outputs), [[UPLOAD, 1, piece * 100 + 100, ""]]);
    answers++;
    state = step.state;
  }
  assert.equal(answers, 40);
  assert.equal(state.kind, "live");
  // 4,400 bytes at 1,000 a second, of which 1,500 may come at once.
  assert.ok(nowMs > 2500 && nowMs < 4000, `${nowMs} ms`);
});

const many: Operation[] = Array.from({ length: 6 }, (_, row) => [OP_TEXT, [0, row, 1], "same"]);
const rendersMany: Instruction = { kind: "rendered", operations: many, nowMs: 1 };
const joinsWith = (can: number, seq: number): Instruction => ({
  kind: "hello",
  frame: [...hello(seq, 0), can, 0] as HelloFrame,
  refusal: undefined,
  sameBuild: true,
  nowMs: 0,
});
const codesSent = (outputs: readonly Output[]): unknown[] =>
  outputs
    .flatMap((output) => (output.kind === "send" ? [decodeLiveFrame(output.bytes)] : []))
    .flatMap((frame) => (frame[0] === PATCH ? frame.slice(3).map((one) => (one as Operation)[0]) : []));

test("who says that it takes operations that change many rows gets them, and nobody else", () => {
  assert.deepEqual(codesSent(run(rendered, [joinsWith(CAN_MANY, 0), rendersMany]).outputs), [OP_FILL]);
  assert.deepEqual(codesSent(run(rendered, [joinsWith(0, 0), rendersMany]).outputs), new Array(6).fill(OP_TEXT));
});

test("frames that are kept go again only to a page that takes what is in them", () => {
  const lost = run(rendered, [joinsWith(CAN_MANY, 0), rendersMany, { kind: "socketLost", nowMs: 2 }]).state;
  assert.deepEqual(codesSent(run(lost, [joinsWith(CAN_MANY, 0)]).outputs), [OP_FILL]);
  const other = run(lost, [joinsWith(0, 0)]);
  assert.deepEqual(codesSent(other.outputs), []);
  assert.equal(other.state.kind, "remounting");
});

test("operations that are shared go to each client in the form it takes", () => {
  shareBytes(many);
  for (const takesMany of [true, false, true]) {
    const shared = encodePatch(7, 3, many, takesMany);
    assert.deepEqual(shared, encodePatch(7, 3, [...many], takesMany));
  }
});
