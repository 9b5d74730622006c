import assert from "node:assert/strict";
import { deflateRawSync } from "node:zlib";
import { describe, test } from "vitest";
import { createDoc, deflate, inflate } from "../../lib/crdt/index.ts";

describe("bytes of a document", () => {
  test("are compressed and come back, short ones as they were", async () => {
    const doc = createDoc({ replicaId: 1 });
    doc.text("t").insert(0, "all work and no play ".repeat(500));
    const bytes = doc.encode();
    const packed = await deflate(bytes);
    assert.ok(packed.length < bytes.length / 10);
    assert.deepEqual(await inflate(packed), bytes);
    assert.deepEqual(await inflate(bytes), bytes);
    const short = Uint8Array.of(0xc7, 1, 2, 3);
    assert.equal(await deflate(short), short);
  });

  test("that do not decompress, or to too much, are refused", async () => {
    const bomb = Uint8Array.of(0xcd, ...deflateRawSync(new Uint8Array(10_000_000)));
    await assert.rejects(inflate(bomb, 1_000_000), { code: "CRDT_LIMIT" });
    await assert.rejects(inflate(Uint8Array.of(0xcd, 255, 255, 255)), { code: "CRDT_BAD_UPDATE" });
    await assert.rejects(inflate(bomb.subarray(0, 100)), { code: "CRDT_BAD_UPDATE" });
  });
});
