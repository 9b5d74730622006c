// It spins where the queue sleeps: the cost of a claim is what is measured.
import { makeMessages } from "../kinds.mjs";
import { startOther } from "../other-side.mjs";
import { createSubject } from "../subject.mjs";
import { makeCells, openCells } from "./cells.mjs";

const thread = new URL("./thread.mjs", import.meta.url);

export function setUp(caseName) {
  return createSubject(caseName, thread, async (what, start) => {
    const buffer = makeCells(what.size);
    const other = await start({ buffer });
    const ring = openCells(buffer, what.size);
    const send = (message) => {
      while (!ring.tryPush(message));
    };
    if (what.producers !== 2) return { other, send };
    const messages = makeMessages(what.size);
    const go = new SharedArrayBuffer(8);
    const words = new Int32Array(go);
    const third = await startOther(thread, { what: { kind: "half", size: what.size }, buffer, go });
    return {
      other,
      sendAll(count) {
        const half = count >> 1;
        other.expect(count);
        Atomics.store(words, 0, half);
        Atomics.notify(words, 0);
        for (let i = 0; i < count - half; i++) send(messages[i & 15]);
        return other.settle();
      },
      async stop() {
        await third.stop();
        await other.stop();
      },
    };
  });
}
