import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, test } from "vitest";
import { createBufferPool } from "../../lib/pool/index.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Collects until something holds; the registry's callbacks come in tasks of their own. */
async function collectUntil(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !holds(); i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("a pool in development", () => {
  test("refuses to release twice, and to release after detach", () => {
    const pool = createBufferPool({ development: true });
    const [first, second] = [pool.acquire(), pool.acquire()];
    first.release();
    assert.throws(() => first.release(), { code: "POOL_LEASE_RELEASED" });
    second.detach();
    assert.throws(() => second.release(), { code: "POOL_LEASE_RELEASED" });
    assert.deepEqual([pool.stats().leases, pool.stats().idleBytes], [0, 2048]);
  });

  test("names the place of the release when bytes were written after it, and goes on", () => {
    const pool = createBufferPool({ development: true });
    const lease = pool.acquire();
    const stale = lease.bytes;
    const releaseByName = (): void => lease.release();
    releaseByName();
    stale[1000] = 1;
    assert.throws(
      () => pool.acquire(),
      (error: Error & { readonly code?: string; readonly cause?: unknown }) => {
        assert.equal(error.code, "POOL_WRITTEN_AFTER_RELEASE");
        assert.match(error.message, /Byte 1000 of 1024/);
        assert.ok(error.cause instanceof Error);
        assert.match(String(error.cause.stack), /released here[\s\S]*releaseByName/);
        return true;
      },
    );
    assert.deepEqual([pool.stats().leases, pool.stats().leasedBytes, pool.stats().idleBytes], [0, 0, 0]);
    pool.acquire().release();
  });

  test("also what grow left behind is watched", () => {
    const pool = createBufferPool({ development: true });
    const lease = pool.acquire();
    const stale = lease.bytes;
    lease.grow(2000);
    stale[0] = 1;
    assert.throws(() => pool.acquire(), { code: "POOL_WRITTEN_AFTER_RELEASE" });
  });

  test("who reads without having written, or after the end, sees neither zeros nor what was there", () => {
    const pool = createBufferPool({ development: true });
    pool.warmUp(1);
    for (const lease of [pool.acquire(), pool.acquire()]) {
      const { bytes } = lease;
      assert.ok(bytes.every((byte) => byte === 0xfb));
      bytes.fill(65);
      lease.release();
      assert.ok(bytes.every((byte) => byte === 0xfb));
    }
    const dropped = createBufferPool({ development: true, maxBytes: 0 }).acquire();
    const { bytes } = dropped;
    dropped.release();
    assert.ok(bytes.every((byte) => byte === 0xfb));
  });

  test("a lost lease is counted and reported with the place that acquired it", async () => {
    const lost: Error[] = [];
    const pool = createBufferPool({ development: true, onLeak: (error) => lost.push(error) });
    const loseByName = (): void => {
      const lease = pool.acquire({ minBytes: 2000 });
      lease.grow(5000);
    };
    const kept = pool.acquire();
    for (let i = 0; i < 3; i++) loseByName();
    for (let i = 0; i < 3; i++) pool.acquire().release();
    assert.equal(pool.stats().leases, 4);
    await collectUntil(() => pool.stats().leaks === 3);
    const { leaks, leases, leasedBytes } = pool.stats();
    assert.deepEqual([leaks, leases, leasedBytes], [3, 1, 1024]);
    for (const error of lost) {
      assert.equal((error as { readonly code?: string }).code, "POOL_LEASE_LOST");
      assert.match(error.message, /8192 bytes/);
      assert.match(String((error.cause as Error).stack), /acquired here[\s\S]*loseByName/);
    }
    kept.release();
  });

  test("a lease whose owner is its only reference is lost with it", async () => {
    const pool = createBufferPool({ development: true });
    class Owner {
      readonly lease = pool.acquire(); // the stack of this call has the owner as its `this`
    }
    (() => new Owner())();
    await collectUntil(() => pool.stats().leaks === 1);
    assert.equal(pool.stats().leaks, 1);
  });

  test("without development nothing is watched", async () => {
    const pool = createBufferPool();
    (() => pool.acquire())();
    const lease = pool.acquire();
    lease.bytes[0] = 77;
    lease.release();
    lease.release();
    assert.equal(pool.acquire().bytes[0], 77);
    await collectUntil(() => pool.stats().leaks > 0);
    assert.deepEqual([pool.stats().leaks, pool.stats().leases], [0, 2]);
  });
});
