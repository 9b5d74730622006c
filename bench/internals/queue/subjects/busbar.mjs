import { createNumberQueue, createQueue, openConsumer, openNumberProducer, openProducer } from "busbar/pool";
import { makeMessages, weightOf } from "../kinds.mjs";
import { startOther } from "../other-side.mjs";
import { createSubject } from "../subject.mjs";

const thread = new URL("../threads/busbar.mjs", import.meta.url);

export function setUp(caseName) {
  return createSubject(caseName, thread, async (what, start) => {
    const queue =
      what.size === undefined
        ? createNumberQueue({ width: what.numbers, messages: 65_536 })
        : createQueue({ bytes: 1_048_576, producers: what.producers });
    const back = createQueue({ bytes: 1_048_576 });
    const other = await start({ buffer: queue.buffer, back: back.buffer });
    if (what.producers === 2) return twoProducers(queue, other, what);
    if (what.size !== undefined) {
      const producer = openProducer(queue.buffer);
      const replies = openConsumer(back.buffer);
      return {
        other,
        send: (message) => producer.push(message),
        exchange(message) {
          producer.push(message);
          if (weightOf(replies.pop()) !== weightOf(message)) throw new Error("another message came back");
        },
      };
    }
    const producer = openNumberProducer(queue.buffer);
    const one = new Float64Array(1);
    return {
      other,
      sendBatch: (batch) => producer.push(batch),
      sendNumber(value) {
        one[0] = value;
        producer.push(one);
      },
    };
  });
}

/** Half of the messages come from here, half from a third thread. */
async function twoProducers(queue, other, what) {
  const messages = makeMessages(what.size);
  const go = new SharedArrayBuffer(8);
  const words = new Int32Array(go);
  const third = await startOther(thread, { what: { kind: "half" }, buffer: queue.buffer, go });
  const producer = openProducer(queue.buffer, { lane: 0 });
  return {
    other,
    sendAll(count) {
      const half = count >> 1;
      other.expect(count);
      Atomics.store(words, 0, half);
      Atomics.notify(words, 0);
      for (let i = 0; i < count - half; i++) producer.push(messages[i & 15]);
      return other.settle();
    },
    async stop() {
      await third.stop();
      await other.stop();
    },
  };
}
