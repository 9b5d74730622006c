// It has no ends that wait: who finds the ring full or empty looks again.
import { RingBuffer } from "ringbuf.js";
import { createSubject } from "../subject.mjs";

const thread = new URL("../threads/ringbuf.mjs", import.meta.url);

export function setUp(caseName) {
  return createSubject(caseName, thread, async (what, start) => {
    const Type = what.size === undefined ? Float64Array : Uint8Array;
    const capacity = what.size === undefined ? 65_536 * what.numbers : 1_048_576;
    const there = RingBuffer.getStorageForCapacity(capacity, Type);
    const back = RingBuffer.getStorageForCapacity(capacity, Type);
    const other = await start({ there, back });
    const ring = new RingBuffer(there, Type);
    const replies = new RingBuffer(back, Type);
    const one = new Type(1);
    const reply = new Type(what.size ?? 1);
    const send = (message) => {
      while (ring.availableWrite() < message.length); // it would write a part
      ring.push(message);
    };
    return {
      other,
      send,
      sendBatch: send,
      sendNumber(value) {
        one[0] = value;
        send(one);
      },
      exchange(message) {
        send(message);
        while (replies.availableRead() < reply.length);
        replies.pop(reply);
      },
    };
  });
}
