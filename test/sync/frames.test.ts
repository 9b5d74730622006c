import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { decodeFrame, decodeSyncFrame, encodeFrame, encodeSyncFrame, type SyncFrame } from "../../lib/wire/index.ts";

const whole = fc.maxSafeNat();
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const bytes = fc.uint8Array({ maxLength: 20 });
const state = fc.oneof(fc.constant(null), whole, text, fc.boolean(), bytes);
const record = <K extends SyncFrame["kind"], T>(kind: K, fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  // cast: without requiredKeys every key is there, which the overload for a generic record cannot say
  fc.record({ kind: fc.constant(kind), ...fields }, { noNullPrototype: true }) as fc.Arbitrary<{ kind: K } & T>;

// One arbitrary for each kind: the type fails to compile when a kind or a field is missing.
const KINDS: { readonly [K in SyncFrame["kind"]]: fc.Arbitrary<Extract<SyncFrame, { kind: K }>> } = {
  hello: record("hello", { protocol: whole, capabilities: fc.array(text) }),
  welcome: record("welcome", {
    protocol: whole,
    capabilities: fc.array(text),
    peer: whole,
    silentMs: whole,
    maxMessageBytes: whole,
  }),
  open: record("open", { handle: whole, name: text, version: bytes }),
  opened: record("opened", {
    handle: whole,
    level: fc.constantFrom("read", "comment", "write"),
    version: bytes,
    update: bytes,
  }),
  update: record("update", { handle: whole, ref: whole, updates: fc.array(bytes) }),
  ack: record("ack", { handle: whole, ref: whole }),
  missing: record("missing", { handle: whole, ref: whole, version: bytes }),
  leave: record("leave", { handle: whole }),
  presence: record("presence", { handle: whole, state }),
  peers: record("peers", { handle: whole, full: fc.boolean(), changes: fc.array(fc.tuple(whole, state, state)) }),
  ping: record("ping", { nonce: whole }),
  pong: record("pong", { nonce: whole }),
  part: record("part", { last: fc.boolean(), bytes }),
  drain: record("drain", { retryAfterMs: whole }),
  error: record("error", { handle: whole, ref: whole, code: text, final: fc.boolean(), message: text }),
  refused: record("refused", { handle: whole, ref: whole, replica: whole, from: whole, code: text, message: text }),
  cut: record("cut", { handle: whole, epoch: whole, old: bytes, step: fc.constantFrom("next", "last", "lost") }),
  resume: record("resume", { handle: whole, name: text, epoch: whole, version: bytes }),
};

describe("sync frames", () => {
  test.each(Object.entries(KINDS))("%s survives the wire", (_kind, arbitrary: fc.Arbitrary<SyncFrame>) =>
    fc.assert(
      fc.property(arbitrary, (frame) => {
        assert.deepEqual(decodeSyncFrame(encodeSyncFrame(frame)), frame);
      }),
      { numRuns: 50 },
    ),
  );

  test("use the numbers 32 to 49, each once", () => {
    const numbers = Object.values(KINDS).map((arbitrary) => {
      const [frame] = fc.sample<SyncFrame>(arbitrary, 1);
      assert.ok(frame);
      return decodeFrame(encodeSyncFrame(frame))[0];
    });
    assert.deepEqual(
      numbers,
      Array.from({ length: 18 }, (_, index) => index + 32),
    );
  });

  test("with any field left out, added or of another type are refused", () =>
    fc.assert(
      fc.property(fc.oneof(...Object.values(KINDS)), fc.nat(10), fc.nat(2), (frame: SyncFrame, place, how) => {
        if (frame.kind === "presence") return; // its one checked field stands for all the others
        const fields = [...decodeFrame(encodeSyncFrame(frame))] as [number, ...never[]]; // cast: to spoil it below
        const index = 1 + (place % (fields.length - 1));
        if (how === 0) fields.pop();
        else if (how === 1)
          fields.push(null as never); // cast: to spoil it
        else fields[index] = -1.5 as never; // cast: to spoil it
        assert.throws(() => decodeSyncFrame(encodeFrame(fields)), { code: "SYNC_BAD_FRAME" });
      }),
    ));
});
