import { parentPort, workerData } from "node:worker_threads";
import { makeMessages, weightOf } from "../kinds.mjs";
import { createTally } from "../other-side.mjs";
import { openCells } from "./cells.mjs";

const { what, buffer, shared, go } = workerData;
const tally = createTally(shared);
const ring = openCells(buffer, what.size);
parentPort.postMessage("ready");

if (what.kind === "half") {
  const messages = makeMessages(what.size);
  const words = new Int32Array(go);
  for (;;) {
    Atomics.wait(words, 0, 0);
    const count = Atomics.exchange(words, 0, 0);
    for (let i = 0; i < count; i++) while (!ring.tryPush(messages[i & 15]));
  }
} else {
  const into = new Uint8Array(what.size);
  for (;;) {
    let count = 0;
    let weight = 0;
    while (count < 256 && ring.tryPop(into)) {
      count++;
      weight += weightOf(into);
    }
    if (count > 0) tally.add(count, weight);
  }
}
