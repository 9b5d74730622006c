import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createBufferPool, createReader, createWriter, type Writer } from "../../lib/pool/index.ts";

const text = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.tuple(fc.nat(300), fc.string({ unit: "binary", maxLength: 200 })).map(([n, tail]) => "a".repeat(n) + tail),
);
const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("utf8" as const, "string" as const), text }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("bytes" as const), bytes: fc.uint8Array({ maxLength: 700 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("u8" as const), value: fc.nat(255) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("claim" as const), count: fc.nat(500), value: fc.nat(255) }) },
  { weight: 3, arbitrary: fc.constant({ kind: "mark" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reset" as const), pick: fc.nat() }) },
  fc.constantFrom(...(["detach", "lease", "release"] as const).map((kind) => ({ kind }))),
);

/** Prefixes text with its length, by the book. */
function prefixed(value: string): readonly number[] {
  const bytes = [...Buffer.from(value)];
  const prefix: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...prefix, rest, ...bytes];
    prefix.push((rest % 128) + 128);
  }
}

describe("writer as an arena", () => {
  test.each([
    ["without a pool", false],
    ["with a pool", true],
  ])("holds what a plain array holds, over marks, resets and handing over, %s", (_name, isPooled) => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 50 }),
        fc.option(fc.nat(3000), { nil: undefined }),
        (commands, minBytes) => {
          const pool = createBufferPool({ development: true, calibrateEvery: 3 });
          const size = minBytes === undefined ? {} : { minBytes };
          const out = createWriter(isPooled ? { pool, ...size } : size);
          let plain: number[] = [];
          let marks = [0];
          const handOver = (bytes: Uint8Array): void => {
            assert.deepEqual([...bytes], plain);
            plain = [];
            marks = [0];
          };
          for (const each of commands) {
            if (each.kind === "utf8") {
              const bytes = Buffer.from(each.text);
              assert.equal(out.utf8(each.text), bytes.length);
              plain.push(...bytes);
            } else if (each.kind === "string") {
              out.string(each.text);
              plain.push(...prefixed(each.text));
            } else if (each.kind === "bytes") {
              out.bytes(each.bytes);
              plain.push(...each.bytes);
            } else if (each.kind === "u8") {
              out.u8(each.value);
              plain.push(each.value);
            } else if (each.kind === "claim") {
              const at = out.claim(each.count);
              assert.equal(at, plain.length);
              out.buffer.fill(each.value, at, at + each.count);
              plain.push(...new Array<number>(each.count).fill(each.value));
            } else if (each.kind === "mark") marks.push(out.length);
            else if (each.kind === "reset") {
              marks = marks.slice(0, (each.pick % marks.length) + 1);
              const mark = marks.at(-1) ?? 0;
              out.reset(mark);
              plain.length = mark;
            } else if (each.kind === "detach") handOver(out.detach());
            else if (each.kind === "lease") {
              const lease = out.lease();
              handOver(lease.written());
              lease.release();
            } else {
              out.release();
              plain = [];
              marks = [0];
            }
            assert.equal(out.length, plain.length);
          }
          assert.deepEqual([...out.buffer.subarray(0, out.length)], plain);
          assert.deepEqual([...out.toBytes()], plain);
          out.release();
          assert.deepEqual([pool.stats().leases, pool.stats().leasedBytes], [0, 0]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a length that is known afterwards is filled in where it was claimed", () => {
    const out = createWriter();
    const at = out.claim(2);
    out.utf8("hello");
    out.buffer[at] = out.length - at - 2;
    out.buffer[at + 1] = 0;
    assert.deepEqual([...out.detach()], [5, 0, 104, 101, 108, 108, 111]);
    assert.equal(out.length, 0);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    "refuses to claim %d bytes, and to go back there",
    (count) => {
      const out = createWriter();
      out.u8(1);
      for (const use of [() => out.claim(count), () => out.reset(count)])
        assert.throws(use, { code: "POOL_OUT_OF_RANGE" });
      assert.throws(() => out.reset(2), { code: "POOL_OUT_OF_RANGE" });
      assert.deepEqual([...out.toBytes()], [1]);
    },
  );

  test.each([0, -5, Number.NaN, 1, 100])("starts with %d bytes and grows", (minBytes) => {
    for (const options of [{ minBytes }, { minBytes, pool: createBufferPool() }]) {
      const out = createWriter(options);
      for (let i = 0; i < 3000; i++) out.u8(i & 255);
      assert.ok(out.toBytes().every((byte, i) => byte === (i & 255)));
    }
  });

  test("what does not fit the largest lease is refused, and nothing of it is written", () => {
    const fill = (out: Writer, count: number): Writer => {
      out.bytes(new Uint8Array(count).fill(1));
      return out;
    };
    const pool = createBufferPool({ maxLeaseBytes: 2000, development: true });
    for (const refused of [
      (out: Writer) => out.utf8("a".repeat(101)),
      (out: Writer) => out.utf8(`${"a".repeat(90)}${"é".repeat(6)}`),
      (out: Writer) => out.string("é".repeat(60)),
      (out: Writer) => out.string("a".repeat(100)),
      (out: Writer) => out.bytes(new Uint8Array(101)),
      (out: Writer) => out.claim(101),
    ]) {
      const out = fill(createWriter({ pool }), 1900);
      assert.throws(() => refused(out), { code: "POOL_TOO_LARGE" });
      assert.equal(out.length, 1900);
      out.utf8("a".repeat(100)); // and what fits still does
      assert.equal(out.length, 2000);
      out.release();
    }
    assert.equal(pool.stats().leases, 0);
  });

  test("a writer without a pool hands its bytes on alone: what stands behind them is zero", () => {
    for (const count of [1, 200, 230, 256, 5000]) {
      const out = createWriter();
      out.bytes(new Uint8Array(count + 50).fill(9));
      out.reset(count);
      const mine = out.detach();
      assert.equal(mine.length, count);
      assert.ok(new Uint8Array(mine.buffer, mine.byteOffset + count).every((byte) => byte === 0));
      out.u8(7);
      assert.ok(mine.every((byte) => byte === 9));
    }
  });
});

describe("reader", () => {
  test("refuses every proper prefix of what was written, at the value that is cut", () => {
    const value = fc.oneof(
      fc.record({ kind: fc.constantFrom("varint" as const, "svarint" as const), value: fc.maxSafeNat() }),
      fc.record({ kind: fc.constant("u8" as const), value: fc.nat(255) }),
      fc.record({ kind: fc.constant("u32" as const), value: fc.nat(0xffffffff) }),
      fc.record({ kind: fc.constant("f64" as const), value: fc.double() }),
      fc.record({ kind: fc.constant("string" as const), value: fc.string({ unit: "grapheme", maxLength: 30 }) }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), (values) => {
        const out = createWriter();
        const ends = values.map((each) => {
          if (each.kind === "string") out.string(each.value);
          else out[each.kind](each.value);
          return out.length;
        });
        const whole = out.toBytes();
        for (let cut = 0; cut < whole.length; cut++) {
          const from = createReader(whole.subarray(0, cut));
          let read = 0;
          assert.throws(
            () => {
              for (const each of values) {
                from[each.kind]();
                read++;
              }
            },
            { code: "POOL_READ_PAST_END" },
          );
          assert.equal(read, ends.filter((end) => end <= cut).length);
          assert.equal(from.position, ends[read - 1] ?? 0);
        }
      }),
    );
  });
});
