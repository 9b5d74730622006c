import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { makeMessages, weightOf } from "../kinds.mjs";
import { createTally } from "../other-side.mjs";

const { what, port, wakes, shared, go } = workerData;
const tally = createTally(shared);

function take(message) {
  if (what.kind === "batches") {
    let weight = 0;
    for (const value of message) weight += value;
    tally.add(message.length / 2, weight);
  } else if (what.kind === "numbers") tally.add(1, message);
  else {
    tally.add(1, weightOf(message));
    if (what.kind === "ping-pong") port.postMessage(message);
  }
}

if (what.kind === "half") {
  const messages = makeMessages(64);
  const words = new Int32Array(go);
  parentPort.postMessage("ready");
  for (;;) {
    Atomics.wait(words, 0, 0);
    const count = Atomics.exchange(words, 0, 0);
    for (let i = 0; i < count; i++) port.postMessage(messages[i & 15]);
  }
} else if (wakes !== undefined) {
  const words = new Int32Array(wakes);
  parentPort.postMessage("ready");
  for (let seen = 0; ; ) {
    Atomics.wait(words, 0, seen);
    seen = Atomics.load(words, 0);
    for (let entry = receiveMessageOnPort(port); entry !== undefined; entry = receiveMessageOnPort(port)) {
      take(entry.message);
      if (what.kind === "ping-pong") {
        Atomics.add(words, 1, 1);
        Atomics.notify(words, 1);
      }
    }
  }
} else {
  port.on("message", take);
  parentPort.on("message", (more) => more.port.on("message", take));
  parentPort.postMessage("ready");
}
