// What all subjects of this part have in common: they differ in how a message leaves and arrives.
import { BATCH, kindOf, makeMessages } from "./kinds.mjs";
import { startOther } from "./other-side.mjs";

/**
 * @param openEnds - `(kind, threads) => { send(message), sendBatch(batch), answer?() }` after the threads run; may start more of them.
 */
export async function createSubject(caseName, thread, openEnds) {
  const what = kindOf(caseName);
  const ends = await openEnds(what, (data, transfer) => startOther(new URL(thread), { what, ...data }, transfer));
  const { other } = ends;
  const messages = what.size === undefined ? [] : makeMessages(what.size);
  const batches = Array.from({ length: 16 }, (_, k) => Float64Array.from({ length: 2 * BATCH }, (_, i) => k + i));

  const send = {
    batches(count) {
      for (let i = 0; i < count; i += BATCH) ends.sendBatch(batches[(i / BATCH) & 15]);
    },
    numbers(count) {
      for (let i = 0; i < count; i++) ends.sendNumber(i & 1023);
    },
    bytes(count) {
      for (let i = 0; i < count; i++) ends.send(messages[i & 15]);
    },
    "ping-pong"(count) {
      for (let i = 0; i < count; i++) ends.exchange(messages[i & 15]);
    },
  }[what.kind];

  /** Whole batches only, so that all subjects send the same. */
  const wholes = (count) => (what.kind === "batches" ? Math.ceil(count / BATCH) * BATCH : count);
  const run = async (count) => {
    const whole = wholes(count);
    if (ends.exchangeAsync !== undefined) {
      for (let i = 0; i < whole; i++) await ends.exchangeAsync(messages[i & 15]);
      return whole;
    }
    if (ends.sendAll !== undefined) return ends.sendAll(whole);
    other.expect(whole);
    send(whole);
    return other.settle();
  };

  return {
    async answer() {
      other.takeSum();
      await run(what.kind === "ping-pong" ? 32 : 512); // a spinning end on a machine with more to do takes milliseconds per turn
      return String(other.takeSum());
    },
    run,
    bytes: what.size ?? 8 * what.numbers,
    stop: () => ends.stop?.() ?? other.stop(),
  };
}
