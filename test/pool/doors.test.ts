import assert from "node:assert/strict";
import { describe, test } from "vitest";
import * as pool from "../../lib/pool/index.ts";
import { refusesByCode } from "../helpers/hostile.ts";

const { createBufferPool, createLru, createQueue, createNumberQueue, createWriter } = pool;

describe("wrong arguments of busbar/pool are refused by code, in the place of", () => {
  refusesByCode(
    pool,
    {
      "createBitset add": (value) => pool.createBitset(70).add(value),
      "createBufferPool maxBytes": (maxBytes) => createBufferPool({ maxBytes }).acquire().release(),
      "createBufferPool maxLeaseBytes": (maxLeaseBytes) => createBufferPool({ maxLeaseBytes }).acquire().release(),
      "createBufferPool calibrateEvery": (calibrateEvery) => createBufferPool({ calibrateEvery }).acquire().release(),
      "createBufferPool withLease": (use) => createBufferPool().withLease(use),
      "createByteSet values": (values) => pool.createByteSet(values),
      "createByteSet value": (value) => pool.createByteSet([value]),
      "createDeque items": (item) => pool.createDeque().push(item),
      "createInterner maxEntries": (maxEntries) => pool.createInterner({ maxEntries }),
      "createInterner maxTextBytes": (maxTextBytes) => pool.createInterner({ maxTextBytes }),
      "createLru maxBytes": (maxBytes) => createLru({ maxBytes }).set("a", 1, 1),
      "createLru maxEntries": (maxEntries) => createLru({ maxEntries }).set("a", 1, 1),
      "createLru onEvict": (onEvict) => createLru({ maxEntries: 1, onEvict }).set("a", 1),
      "createLru bytes": (bytes) => createLru({ maxBytes: 10 }).set("a", 1, bytes),
      "createNumberQueue width": (width) => createNumberQueue({ width, messages: 16 }),
      "createNumberQueue messages": (messages) => createNumberQueue({ messages }),
      "createQueue bytes": (bytes) => createQueue({ bytes }),
      "createReader bytes": (bytes) => pool.createReader(bytes),
      "createReader count": (count) =>
        typeof count === "number" && pool.createReader(Uint8Array.of(1, 2, 3)).bytes(count),
      "createReader position": (position) => Object.assign(pool.createReader(Uint8Array.of(1, 2, 3)), { position }),
      "createWriter bytes": (bytes) => createWriter().bytes(bytes),
      "createWriter string": (text) => createWriter().string(text),
      "createWriter utf8": (text) => createWriter().utf8(text),
      "createWriter f64": (value) => createWriter().f64(value),
      "createWriter varint": (value) => createWriter().varint(value),
      "createWriter svarint": (value) => createWriter().svarint(value),
      "createWriter claim": (count) => typeof count !== "number" && createWriter().claim(count),
      "createWriter reset": (mark) => createWriter().reset(mark),
      "hash32 data": (data) => pool.hash32(data),
      "hash32 seed": (seed) => pool.hash32("a", seed),
      "hash64 data": (data) => pool.hash64(data),
      "hash64 seed": (seed) => pool.hash64("a", seed),
      "hash64Halves data": (data) => pool.hash64Halves(data),
      "hash64Halves seed": (seed) => pool.hash64Halves("a", seed),
      "openConsumer memory": (memory) => pool.openConsumer(memory),
      "openNumberConsumer memory": (memory) => pool.openNumberConsumer(memory),
      "openNumberProducer memory": (memory) => pool.openNumberProducer(memory),
      "openProducer memory": (memory) => pool.openProducer(memory),
      "openProducer message": (message) => pool.openProducer(createQueue({ bytes: 1024 }).buffer).tryPush(message),
    },
    // Between a check of bounds and the bytes, and so without one of their own.
    ["longestRise", "readUtf8", "writeUtf8"],
  );

  test("text or a number that is none, and a writer has written nothing", () => {
    const out = createWriter();
    out.u8(1);
    for (const wrong of [undefined, null, 5n, Symbol("s"), {}, [1]] as never[]) {
      for (const write of [out.utf8, out.string])
        assert.throws(() => write.call(out, wrong), { code: "POOL_BAD_ARGUMENT" });
      assert.throws(() => out.f64(wrong), { code: "POOL_OUT_OF_RANGE" });
    }
    out.u8(2);
    assert.deepEqual([...out.toBytes()], [1, 2]);
  });

  test("what is to use a lease, and none is lent", () => {
    const leases = createBufferPool();
    assert.throws(() => leases.withLease(5 as never), { code: "POOL_BAD_ARGUMENT" }); // cast: what the types forbid
    assert.deepEqual([leases.stats().leases, leases.stats().misses], [0, 0]);
  });

  test("memory that was handed on, which looks as if it were empty", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    for (const take of [pool.hash32, pool.hash64, pool.createReader, createWriter().bytes.bind(createWriter())])
      assert.throws(() => take(bytes), { code: "POOL_BAD_ARGUMENT" });
    assert.equal(pool.hash32(new Uint8Array(0)), pool.hash32(""));
  });
});
