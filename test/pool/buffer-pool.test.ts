import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createBufferPool, type Lease } from "../../lib/pool/index.ts";
import { type ModelLease, PoolModel } from "../oracle/buffer-pool.ts";

describe("buffer pool", () => {
  test("lends the buffer that came back last", () => {
    const pool = createBufferPool();
    const first = pool.acquire({ minBytes: 2000 });
    const bytes = first.bytes;
    assert.equal(bytes.length, 2048);
    first.release();
    assert.equal(pool.acquire({ minBytes: 1025 }).bytes, bytes);
    const { hits, misses, hitRate, leases, leasedBytes, idleBytes } = pool.stats();
    assert.deepEqual([hits, misses, hitRate, leases, leasedBytes, idleBytes], [1, 1, 0.5, 1, 2048, 0]);
  });

  test("an ended lease refuses every use, and ending it twice is harmless", () => {
    const pool = createBufferPool();
    const lease = pool.acquire();
    lease.release();
    lease.release();
    assert.deepEqual([pool.stats().leases, pool.stats().idleBytes], [0, 1024]);
    for (const use of [
      () => lease.bytes,
      () => lease.written(),
      () => lease.detach(),
      () => lease.grow(1),
      () => {
        lease.length = 0;
      },
    ]) {
      assert.throws(use, { code: "POOL_LEASE_RELEASED" });
    }
  });

  test("detach gives an exact copy that later leases cannot reach", () => {
    const pool = createBufferPool();
    const lease = pool.acquire();
    lease.bytes.set([1, 2, 3]);
    lease.length = 3;
    const mine = lease.detach();
    pool.acquire().bytes.fill(9);
    assert.deepEqual([...mine], [1, 2, 3]);
    assert.equal(mine.buffer.byteLength, 3);
  });

  test("grow keeps what was written and gives the old buffer back", () => {
    const pool = createBufferPool();
    const lease = pool.acquire();
    lease.bytes.set([1, 2, 3]);
    lease.length = 3;
    lease.grow(1024);
    assert.equal(lease.bytes.length, 1024);
    lease.grow(5000);
    assert.deepEqual([...lease.written()], [1, 2, 3]);
    assert.deepEqual([pool.stats().leasedBytes, pool.stats().idleBytes], [8192, 1024]);
    lease.release();
  });

  test("refuses what is too large, and a length outside the capacity", () => {
    const pool = createBufferPool({ maxLeaseBytes: 3000 });
    const lease = pool.acquire({ minBytes: 3000 });
    assert.equal(lease.bytes.length, 3000);
    assert.throws(() => lease.grow(3001), { code: "POOL_TOO_LARGE" });
    assert.throws(() => pool.acquire({ minBytes: 3001 }), { code: "POOL_TOO_LARGE" });
    assert.throws(() => pool.acquire({ minBytes: Number.NaN }), { code: "POOL_TOO_LARGE" });
    for (const length of [-1, 3001, 0.5, Number.NaN]) {
      assert.throws(
        () => {
          lease.length = length;
        },
        { code: "POOL_OUT_OF_RANGE" },
      );
    }
  });

  test("keeps no more idle bytes than it was told", () => {
    const pool = createBufferPool({ maxBytes: 2048 });
    const leases = [pool.acquire(), pool.acquire(), pool.acquire()];
    for (const lease of leases) lease.release();
    assert.equal(pool.stats().idleBytes, 2048);
  });

  test("holds, lends, drops and counts as its model does, and leases never share bytes", () => {
    const size = fc.oneof(
      fc.nat(9000),
      fc.constantFrom(0, 1024, 1025, 65_536, 65_537, 1_048_576, 1_048_577, 2_500_000, 4_000_000),
    );
    const action = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ kind: fc.constant("acquire" as const), size: fc.option(size, { nil: undefined }) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant("release" as const),
          pick: fc.nat(),
          share: fc.constantFrom(0, 0.3, 1),
        }),
      },
      fc.record({ kind: fc.constant("detach" as const), pick: fc.nat(), share: fc.constantFrom(0, 0.5, 0.9, 1) }),
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("grow" as const), pick: fc.nat(), size }) },
      fc.record({ kind: fc.constant("warmUp" as const), count: fc.nat(4), size }),
      fc.record({ kind: fc.constant("trim" as const), size }),
    );
    const limits = fc.record({
      maxBytes: fc.constantFrom(0, 5000, 20_000, 5_000_000),
      maxLeaseBytes: fc.constantFrom(3000, 70_000, 3_000_000),
      calibrateEvery: fc.constantFrom(1, 4, 21, Number.POSITIVE_INFINITY),
    });
    fc.assert(
      fc.property(limits, fc.boolean(), fc.array(action, { maxLength: 60 }), (options, development, actions) => {
        const pool = createBufferPool({ ...options, development });
        const model = new PoolModel(options);
        const out: { readonly lease: Lease; readonly twin: ModelLease }[] = [];
        for (const each of actions) {
          const chosen = "pick" in each ? out[each.pick % Math.max(out.length, 1)] : undefined;
          if (each.kind === "acquire") {
            const twin = model.acquire(each.size);
            const acquire = (): Lease => pool.acquire(each.size === undefined ? undefined : { minBytes: each.size });
            if (twin === "refused") assert.throws(acquire, { code: "POOL_TOO_LARGE" });
            else out.push({ lease: acquire(), twin });
          } else if (each.kind === "warmUp") {
            const warmUp = (): void => pool.warmUp(each.count, { minBytes: each.size });
            if (model.warmUp(each.count, each.size) === "refused") assert.throws(warmUp, { code: "POOL_TOO_LARGE" });
            else warmUp();
          } else if (each.kind === "trim") assert.equal(pool.trim(each.size), model.trim(each.size));
          else if (chosen === undefined) continue;
          else if (each.kind === "grow") {
            const grow = (): void => chosen.lease.grow(each.size);
            if (model.grow(chosen.twin, each.size) === "refused") assert.throws(grow, { code: "POOL_TOO_LARGE" });
            else grow();
          } else endBoth(each, chosen, model);
          const left = out.filter(({ twin }) => model.out.includes(twin));
          out.splice(0, out.length, ...left);
          const held = out.map(({ lease }) => lease.bytes);
          assert.deepEqual(pool.stats(), model.stats());
          assert.deepEqual(
            held.map((bytes) => bytes.length),
            out.map(({ twin }) => twin.capacity),
          );
          assert.equal(new Set(held.map((bytes) => bytes.buffer)).size, held.length);
          assert.ok(pool.stats().idleBytes <= options.maxBytes);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("sizes that make no sense are refused or harmless", () => {
    const { NaN: nan, POSITIVE_INFINITY: endless } = Number;
    const pool = createBufferPool();
    for (const minBytes of [nan, endless, 2 ** 40, Number.MAX_SAFE_INTEGER])
      assert.throws(() => pool.acquire({ minBytes }), { code: "POOL_TOO_LARGE" });
    for (const minBytes of [-1, -endless, 0, 0.5]) {
      const lease = pool.acquire({ minBytes });
      assert.equal(lease.bytes.length, 1024);
      for (const less of [-endless, -1, 0, 1024]) lease.grow(less);
      assert.equal(lease.bytes.length, 1024);
      assert.throws(() => lease.grow(nan), { code: "POOL_TOO_LARGE" });
      assert.equal(lease.bytes.length, 1024);
      lease.release();
    }
    assert.equal(pool.trim(nan), 1024);
    for (const count of [nan, -1, 0]) pool.warmUp(count);
    for (const minBytes of [nan, endless, 2 ** 40])
      assert.throws(() => pool.warmUp(1, { minBytes }), { code: "POOL_TOO_LARGE" });
    pool.warmUp(1, { minBytes: 2_000_000 });
    assert.equal(pool.stats().idleBytes, 0);
    pool.warmUp(endless, { minBytes: 1_000_000 });
    assert.equal(pool.stats().idleBytes, 16 * 1024 * 1024);
    const endlessly = createBufferPool({ maxLeaseBytes: endless });
    for (const minBytes of [2 ** 32 + 1, 5 * 2 ** 30]) // more than their sizes have bits
      assert.throws(() => endlessly.acquire({ minBytes }), { code: "POOL_TOO_LARGE" });
    const none = createBufferPool({ maxBytes: nan });
    none.acquire().release();
    assert.equal(none.stats().idleBytes, 0);
  });

  test("after a warm-up nothing is allocated", () => {
    const pool = createBufferPool();
    pool.warmUp(3, { minBytes: 5000 });
    const leases = [1, 2, 3].map(() => pool.acquire({ minBytes: 8192 }));
    assert.deepEqual([pool.stats().hits, pool.stats().misses], [3, 0]);
    for (const lease of leases) lease.release();
    assert.equal(pool.stats().idleBytes, 3 * 8192);
  });

  test("one huge lease in a hundred is not kept, and a lease that asks for nothing gets the usual size", () => {
    const pool = createBufferPool({ calibrateEvery: 200 });
    for (let i = 0; i < 400; i++) {
      const lease = pool.acquire(i % 100 === 0 ? { minBytes: 1_000_000 } : undefined);
      lease.grow(3000);
      lease.length = 3000;
      lease.release();
    }
    assert.equal(pool.stats().idleBytes, 1024 + 4096);
    assert.equal(pool.acquire().bytes.length, 4096);
  });
});

test("a pool looks what leases needed after 64 of them, then after twice as many, up to every so many", () => {
  const pool = createBufferPool({ calibrateEvery: 100 });
  const usual = (leases: number, bytes: number): number => {
    let before = 0;
    for (let i = 0; i < leases; i++) {
      const lease = pool.acquire();
      before = lease.bytes.length;
      lease.grow(bytes);
      lease.length = bytes;
      lease.release();
    }
    return before;
  };
  assert.deepEqual([usual(64, 3000), usual(1, 3000)], [1024, 4096]);
  assert.deepEqual([usual(99, 30_000), usual(1, 1)], [4096, 32_768]);
  assert.deepEqual([usual(99, 1), usual(1, 1)], [32_768, 1024]);
  const never = createBufferPool({ calibrateEvery: Number.POSITIVE_INFINITY });
  for (let i = 0; i < 500; i++) {
    const lease = never.acquire();
    lease.grow(5000);
    lease.release();
  }
  assert.equal(never.acquire().bytes.length, 1024);
});

describe("what a lease hands on", () => {
  test.each([
    ["a pooled lease", 4096, 4096],
    ["a large lease, half written", 2_097_152, 1_048_577],
    ["a large lease, nearly all written", 2_097_152, 2_000_000],
    ["a large lease, all written", 2_097_152, 2_097_152],
    ["an empty one", 1, 0],
  ])("%s: nobody else reaches it, and nothing of others stands behind it", (_name, minBytes, length) => {
    const pool = createBufferPool();
    const lease = pool.acquire({ minBytes });
    lease.bytes.fill(7);
    lease.length = length;
    const mine = lease.detach();
    assert.throws(() => lease.bytes, { code: "POOL_LEASE_RELEASED" });
    assert.equal(pool.stats().leasedBytes, 0);
    const others = [pool.acquire({ minBytes }), pool.acquire({ minBytes })];
    for (const other of others) other.bytes.fill(9);
    assert.ok(mine.length === length && mine.every((byte) => byte === 7));
    assert.equal(mine.byteOffset, 0);
    const behind = new Uint8Array(mine.buffer, length);
    assert.ok(behind.every((byte) => byte === 0));
    assert.ok(behind.length <= mine.buffer.byteLength / 8);
  });
});

describe("withLease", () => {
  test("releases when the function returns, throws, resolves or rejects", async () => {
    const pool = createBufferPool();
    const wrong = new Error("wrong");
    assert.equal(
      pool.withLease((lease) => lease.bytes.length, { minBytes: 2000 }),
      2048,
    );
    assert.equal(pool.stats().leases, 0);
    assert.throws(
      () =>
        pool.withLease(() => {
          throw wrong;
        }),
      wrong,
    );
    assert.equal(pool.stats().leases, 0);
    const later = pool.withLease(async (lease) => {
      await null;
      return lease.bytes.length;
    });
    assert.equal(pool.stats().leases, 1);
    assert.equal(await later, 1024);
    assert.equal(pool.stats().leases, 0);
    await assert.rejects(
      pool.withLease(() => Promise.reject(wrong)),
      wrong,
    );
    assert.equal(pool.stats().leases, 0);
    const silent = new Proxy(
      {},
      {
        get() {
          throw wrong;
        },
      },
    );
    assert.throws(() => pool.withLease(() => silent), wrong); // not even asking whether it is a promise
    assert.equal(pool.stats().leases, 0);
  });

  test("leaves a lease alone that its user has ended, in development too", () => {
    for (const development of [false, true]) {
      const pool = createBufferPool({ development });
      const mine = pool.withLease((lease) => {
        lease.bytes.set([1, 2]);
        lease.length = 2;
        return lease.detach();
      });
      assert.deepEqual([...mine], [1, 2]);
      assert.equal(pool.stats().leases, 0);
    }
  });
});

type End = { readonly kind: "release" | "detach"; readonly share: number };

function endBoth(
  end: End,
  { lease, twin }: { readonly lease: Lease; readonly twin: ModelLease },
  model: PoolModel,
): void {
  const length = Math.floor(lease.bytes.length * end.share);
  const { length: capacity } = lease.bytes;
  lease.length = length;
  if (end.kind === "release") lease.release();
  else assert.equal(lease.detach().length, length);
  model.end(twin, length, end.kind === "detach" && capacity > 1_048_576 && length >= capacity - (capacity >> 3));
}
