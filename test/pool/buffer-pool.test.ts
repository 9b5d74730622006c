import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { createBufferPool, type Lease } from "../../lib/pool/index.ts";

describe("buffer pool", () => {
  test("lends the buffer that came back last", () => {
    const pool = createBufferPool();
    const first = pool.acquire({ minBytes: 2000 });
    const bytes = first.bytes;
    assert.equal(bytes.length, 2048);
    first.release();
    assert.equal(pool.acquire({ minBytes: 1025 }).bytes, bytes);
    assert.deepEqual(pool.stats(), { idleBytes: 0, leasedBytes: 2048, leases: 1, reused: 1, allocated: 1 });
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

  test("leases never share bytes and the figures add up, whatever the order", () => {
    const action = fc.record({
      kind: fc.constantFrom("acquire", "release", "grow"),
      size: fc.nat(9000),
      pick: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const pool = createBufferPool({ maxBytes: 20_000 });
        const out: Lease[] = [];
        for (const { kind, size, pick } of actions) {
          const chosen = out[pick % Math.max(out.length, 1)];
          if (kind === "acquire" || chosen === undefined) out.push(pool.acquire({ minBytes: size }));
          else if (kind === "grow") chosen.grow(size);
          else {
            chosen.release();
            out.splice(out.indexOf(chosen), 1);
          }
        }
        const held = out.map((lease) => lease.bytes);
        assert.equal(new Set(held.map((bytes) => bytes.buffer)).size, held.length);
        const stats = pool.stats();
        assert.equal(stats.leases, out.length);
        assert.equal(
          stats.leasedBytes,
          held.reduce((sum, bytes) => sum + bytes.length, 0),
        );
        assert.ok(stats.idleBytes <= 20_000);
      }),
    );
  });
});
