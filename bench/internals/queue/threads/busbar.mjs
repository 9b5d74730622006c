import { parentPort, workerData } from "node:worker_threads";
import { openConsumer, openNumberConsumer, openProducer } from "busbar/pool";
import { makeMessages, weightOf } from "../kinds.mjs";
import { createTally } from "../other-side.mjs";

const { what, buffer, back, shared, go } = workerData;
const tally = createTally(shared);

if (what.kind === "half") {
  const producer = openProducer(buffer, { lane: 1 });
  const messages = makeMessages(64);
  const words = new Int32Array(go);
  parentPort.postMessage("ready");
  for (;;) {
    Atomics.wait(words, 0, 0);
    const count = Atomics.exchange(words, 0, 0);
    for (let i = 0; i < count; i++) producer.push(messages[i & 15]);
  }
} else if (what.kind === "ping-pong") {
  const consumer = openConsumer(buffer);
  const replies = openProducer(back);
  parentPort.postMessage("ready");
  for (;;) {
    const message = consumer.pop();
    replies.push(message);
    tally.add(1, weightOf(message));
  }
} else if (what.kind === "bytes") {
  const consumer = openConsumer(buffer);
  parentPort.postMessage("ready");
  let weight = 0;
  const take = (message) => {
    weight += weightOf(message);
  };
  while (consumer.wait()) {
    weight = 0;
    tally.add(consumer.drain(take, 256), weight);
  }
} else {
  const consumer = openNumberConsumer(buffer);
  const width = what.numbers;
  // as they are sent: in batches, or one at a time
  const into = new Float64Array(what.kind === "batches" ? 256 * width : width);
  parentPort.postMessage("ready");
  for (;;) {
    let weight = 0;
    let total = 0;
    for (let count = consumer.pop(into); count > 0; count = total < 1024 ? consumer.tryPop(into) : 0) {
      total += count;
      for (let i = 0; i < count * width; i++) weight += into[i];
    }
    tally.add(total, weight);
  }
}
