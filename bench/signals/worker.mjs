// One library, in a process of its own: checks a shape, then times it when asked to.
import process from "node:process";
import { area } from "./area.mjs";
import { answersOf } from "./check.mjs";
import { now } from "./clock.mjs";
import { shapeNamed } from "./shapes/index.mjs";

const WINDOW_NS = 25e6;
const MIN_WARM_UP_NS = 75e6;
const MAX_WARM_UP_NS = 450e6;
const STILL_FASTER = 0.93; // of the window before: then the engine is not done
const ROUND_NS = 15e6;
const SHIFTS = 211; // a prime
const STRIDE = 97;

const { subject } = await import(new URL(`./subjects/${area.subjects[process.argv[3]].file}`, import.meta.url).href);

let timer;

const tasks = {
  answers: ({ shape }) => ({ answers: answersOf(shapeNamed(shape), subject) }),
  start({ shape }) {
    timer = createTimer(shapeNamed(shape));
    warmUp();
    return {};
  },
  round() {
    globalThis.gc();
    return { ns: timer.runFor(ROUND_NS).ns };
  },
  stop() {
    timer.stop();
    timer = undefined;
    globalThis.gc();
    return {};
  },
};

process.on("disconnect", () => process.exit());
process.on("message", (message) => {
  try {
    process.send(tasks[message.task](message));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
process.send({});

/** Until a window takes as long as the one before. */
function warmUp() {
  let last = Number.POSITIVE_INFINITY;
  for (let spent = 0; spent < MAX_WARM_UP_NS; ) {
    const window = timer.runFor(WINDOW_NS);
    spent += window.spent;
    if (spent >= MIN_WARM_UP_NS && window.ns >= last * STILL_FASTER) return;
    last = window.ns;
  }
}

let rubbish;

/**
 * Makes up to 1.7 MB of rubbish before what is not timed. Steps that allocate alike have a collection of the young come at one place of them for
 * ever, in the timed half or in the other, as it falls out for a library: so each has its share of them.
 */
function shift(number) {
  for (let i = (number * STRIDE) % SHIFTS; i > 0; i--) rubbish = new Array(1000).fill(i);
  if (rubbish === null) throw new Error("it must be kept"); // or an engine might make none
}

function createTimer(shape) {
  const graph = shape.make(subject, { runs: 0 });
  let number = 0;
  let sum = 0;
  return {
    /** Nanoseconds per step, over at least this long, and what it took. */
    runFor(budgetNs) {
      let spent = 0;
      let steps = 0;
      while (spent < budgetNs) {
        if (graph.prepare !== undefined) shift(number);
        graph.prepare?.();
        const start = now();
        sum += graph.step(number++);
        spent += now() - start;
        graph.settle?.();
        steps++;
      }
      return { ns: spent / steps, spent };
    },
    stop() {
      graph.stop();
      if (Number.isNaN(sum)) throw new Error("the sum must stay a number"); // keeps the answers alive
    },
  };
}
