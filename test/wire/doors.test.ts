import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { createBufferPool } from "../../lib/pool/index.ts";
import * as wire from "../../lib/wire/index.ts";
import { refusesByCode } from "../helpers/hostile.ts";

const { createDecoder, decodeValue, defineFrame, defineFrames, encodeLease, encodeValue, int } = wire;
const MOVE = defineFrame(64, { piece: int });
const FRAMES = defineFrames({ move: MOVE });

describe("wrong arguments of busbar/wire are refused by code, in the place of", () => {
  refusesByCode(
    wire,
    {
      "createChannelPair send": (bytes) => wire.createChannelPair()[0].send(bytes),
      "createChannelPair onMessage": (hear) => wire.createChannelPair()[0].onMessage(hear),
      "createChannelPair onClose": (hear) => wire.createChannelPair()[0].onClose(hear),
      "createDecoder push": (bytes) => [...createDecoder().push(bytes)],
      "createDecoder limits": (limit) => [
        ...createDecoder({ maxBytes: limit, maxDepth: limit, maxItems: limit }).push(Uint8Array.of(0x91, 1)),
      ],
      "createMemoryBus publish": (bytes) => wire.createMemoryBus().publish("a", bytes),
      "createMemoryBus subscribe": (hear) => wire.createMemoryBus().subscribe("a", hear),
      "decodeClientFrame bytes": (bytes) => wire.decodeClientFrame(bytes),
      "decodeFrame bytes": (bytes) => wire.decodeFrame(bytes),
      "decodeLiveFrame bytes": (bytes) => wire.decodeLiveFrame(bytes),
      "decodeSyncFrame bytes": (bytes) => wire.decodeSyncFrame(bytes),
      "decodeValue bytes": (bytes) => decodeValue(bytes),
      "decodeValue limits": (limit) =>
        decodeValue(Uint8Array.of(0x91, 1), { maxBytes: limit, maxDepth: limit, maxItems: limit }),
      "defineFrame type": (type) => defineFrame(type, {}),
      "defineFrame shape": (shape) => defineFrame(64, shape),
      "defineFrame field": (field) => defineFrame(64, { field }),
      "defineFrame encode": (piece) => MOVE.encode({ piece }),
      "defineFrame decode": (bytes) => MOVE.decode(bytes),
      "defineFrames table": (table) => defineFrames(table),
      "defineFrames frame": (frame) => defineFrames({ frame }),
      "defineFrames encode": (frame) => FRAMES.encode(frame),
      "defineFrames encode kind": (kind) => FRAMES.encode({ kind, piece: 1 } as never), // cast: what the types forbid
      "defineFrames decode": (bytes) => FRAMES.decode(bytes),
      "encodeFrame frame": (frame) => wire.encodeFrame(frame),
      "encodeLease value": (value) => encodeLease(value, createBufferPool()).release(),
      "encodeLease pool": (pool) => encodeLease(1, pool),
      "encodeLiveFrame frame": (frame) => wire.encodeLiveFrame(frame),
      "encodeValue value": (value) => encodeValue(value),
      "encodeValue inside": (value) => encodeValue({ list: [value] }),
      "any value": (value) => wire.any(value),
      "bool value": (value) => wire.bool(value),
      "bytes value": (value) => wire.bytes(value),
      "int value": (value) => int(value),
      "listOf value": (value) => wire.listOf(int)(value),
      "nullable value": (value) => wire.nullable(int)(value),
      "number value": (value) => wire.number(value),
      "oneOf value": (value) => wire.oneOf("a")(value),
      "text value": (value) => wire.text(value),
      "tupleOf value": (value) => wire.tupleOf(int)(value),
    },
    // Of what both sides of live views and sync have made themselves, or have decoded.
    ["encodeSyncFrame", "hashText", "packOrder", "templatesHash", "unpackOrder", "unpackPicks"],
  );

  test("a message, of which nothing is sent", async () => {
    const [left, right] = wire.createChannelPair();
    const heard: number[] = [];
    right.onMessage((bytes) => heard.push(bytes.length));
    for (const wrong of [5, -1, "text", [1, 2], new ArrayBuffer(2), null] as never[])
      assert.throws(() => left.send(wrong), { code: "WIRE_BAD_ARGUMENT" });
    assert.equal(left.queuedBytes, 0);
    left.send(new Uint8Array(3));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(heard, [3]);
  });

  test("a frame of a kind that only prototypes have", () => {
    for (const kind of ["toString", "constructor", "__proto__"])
      assert.throws(() => FRAMES.encode({ kind, piece: 1 } as never), { code: "WIRE_BAD_FRAME" }); // cast: as above
  });
});
