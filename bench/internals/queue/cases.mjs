import { measureIdle } from "./idle.mjs";
import { SIZES } from "./kinds.mjs";
import { measureRenderers } from "./renderers.mjs";

const subject = (file) => new URL(`./${file}`, import.meta.url).href;
const busbar = subject("subjects/busbar.mjs");
const channel = subject("subjects/channel.mjs");
const woken = subject("subjects/channel.mjs?woken");
const moved = subject("subjects/channel.mjs?moved");
const ringbuf = subject("subjects/ringbuf.mjs");
const cells = subject("tried/subject.mjs");

const CHANNEL = "MessageChannel";
const WOKEN = "MessageChannel, woken by Atomics (piscina's transport)";
const MOVED = "MessageChannel, moved";
const RINGBUF = "ringbuf.js (spins)";
const CELLS = "one ring, claimed cell by cell (spins)";

const sized = Object.entries(SIZES).map(([name, size]) => ({
  name: `${name}, one at a time`,
  subjects: {
    busbar,
    [CHANNEL]: channel,
    [WOKEN]: woken,
    ...(size > 1024 ? { [MOVED]: moved } : {}),
    [RINGBUF]: ringbuf,
    ...(size === 64 ? { [CELLS]: cells } : {}),
  },
  ours: "busbar",
  tried: size === 64 ? [CELLS] : [],
  line: { plot: "queue", at: size },
  targets: size === 64 ? [{ text: "64 B: 5x MessageChannel", peer: CHANNEL, atLeast: 5 }] : [],
}));

export const part = {
  name: "queue",
  title: "Queues between threads, and renderer threads",
  notes: [
    "One thread sends, another takes and adds up what it took; a round ends when the last message is counted, and the sums must agree. Ends of busbar and of MessageChannel sleep when there is nothing to do; those of ringbuf.js have no way to, so they spin here.",
  ],
  cases: [
    {
      name: "16-byte messages, 256 at a time",
      subjects: { busbar, [CHANNEL]: channel, [WOKEN]: woken, [RINGBUF]: ringbuf },
      ours: "busbar",
      targets: [{ text: "50M batched 16-byte messages/s", opsAtLeast: 50e6 }],
    },
    {
      name: "8-byte messages, one at a time",
      subjects: { busbar, [CHANNEL]: channel, [WOKEN]: woken, [RINGBUF]: ringbuf },
      ours: "busbar",
      times: 3,
      targets: [
        { text: "10M single 8-byte messages/s", opsAtLeast: 10e6 },
        { text: "queue 10M operations/s", opsAtLeast: 10e6, aim: true },
      ],
    },
    ...sized,
    {
      name: "64 B, from two producers",
      subjects: { busbar, [CHANNEL]: channel, [CELLS]: cells },
      ours: "busbar",
      tried: [CELLS],
    },
    {
      name: "64 B, there and back",
      subjects: { busbar, [CHANNEL]: channel, [WOKEN]: woken, [RINGBUF]: ringbuf },
      ours: "busbar",
    },
  ],
  dropped: [
    {
      what: "One ring for many producers and consumers (MPMC)",
      reason:
        "A claim costs a compare-and-exchange at each end, and a thread that dies between its claim and its commit stops everybody for good; a ring per producer has no claims.",
      from: { case: "64 B, from two producers", tried: CELLS, over: "busbar" },
    },
    {
      what: "Results of renderer threads through the ring",
      figure: "see the table of ways to bring bytes back",
      reason:
        "Moving the memory costs no more at any size and gives the caller bytes of its own; the ring copies them in, and out again.",
    },
    {
      what: "Work stealing between renderer threads",
      figure: "0 %: there is nothing to steal",
      reason:
        "One line serves whoever is free, and a thread holds one page at a time. Handing a second page out in advance would hide the message between two pages, tens of microseconds, and put it behind a slow one.",
    },
    {
      what: "piscina under the renderer threads",
      figure: "see the table of renderer threads",
      reason:
        "As fast on pages that take milliseconds; but it has no limit per task that ends a stuck thread, aborting ends the thread, and it would be a dependency.",
    },
  ],

  async measure({ rounds, wants }) {
    const tables = [];
    const verdicts = [];
    const cases = [];
    if (wants("idle")) verdicts.push(await measureIdle(rounds));
    if (wants("renderer threads")) {
      const found = await measureRenderers(rounds);
      cases.push(...found.cases);
      tables.push(...found.tables);
    }
    return { cases, verdicts, tables };
  },
};
