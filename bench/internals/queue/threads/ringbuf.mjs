import { parentPort, workerData } from "node:worker_threads";
import { RingBuffer } from "ringbuf.js";
import { weightOf } from "../kinds.mjs";
import { createTally } from "../other-side.mjs";

const { what, there, back, shared } = workerData;
const tally = createTally(shared);
const Type = what.size === undefined ? Float64Array : Uint8Array;
const ring = new RingBuffer(there, Type);
const replies = new RingBuffer(back, Type);
parentPort.postMessage("ready");

if (what.kind === "batches") {
  const into = new Float64Array(512);
  for (;;) {
    const count = ring.pop(into);
    if (count === 0) continue;
    let weight = 0;
    for (let i = 0; i < count; i++) weight += into[i];
    tally.add(count / 2, weight);
  }
} else {
  const into = new Type(what.size ?? 1);
  for (;;) {
    let weight = 0;
    let total = 0;
    while (total < 1024 && ring.availableRead() >= into.length) {
      ring.pop(into);
      total++;
      weight += what.size === undefined ? into[0] : weightOf(into);
      if (what.kind === "ping-pong") replies.push(into);
    }
    if (total > 0) tally.add(total, weight);
  }
}
