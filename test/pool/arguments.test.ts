import assert from "node:assert/strict";
import { test } from "vitest";
import {
  createQueue,
  createReader,
  createWriter,
  hash32,
  hash64,
  hash64Halves,
  openConsumer,
  openProducer,
} from "../../lib/pool/index.ts";

const CALLS: Readonly<Record<string, (wrong: never) => unknown>> = { hash32, hash64, hash64Halves, createReader };

test.each([new ArrayBuffer(8), new SharedArrayBuffer(8), 5, undefined, null, {}, [1]])(
  "%o has no bytes, is refused and changes nothing",
  (wrong) => {
    const bad = { code: "POOL_BAD_ARGUMENT" };
    for (const [name, call] of Object.entries(CALLS)) assert.throws(() => call(wrong as never), bad, name); // cast: what the types forbid
    const out = createWriter();
    out.u8(1);
    assert.throws(() => out.bytes(wrong as never), bad); // cast: as above
    out.u8(2);
    assert.deepEqual([...out.toBytes()], [1, 2]);
    const { buffer } = createQueue({ bytes: 1024 });
    const producer = openProducer(buffer);
    for (const push of [producer.tryPush, producer.push]) assert.throws(() => push.call(producer, wrong as never), bad); // cast: as above
    producer.tryPush(Uint8Array.of(7));
    const consumer = openConsumer(buffer);
    assert.deepEqual([consumer.tryPop(), consumer.tryPop()], [Uint8Array.of(7), undefined]);
  },
);
