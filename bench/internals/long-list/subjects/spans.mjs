// A request's five spans, begun and ended; the last 4096 are kept. Ways: ours (columns), objects.
import { createSpans } from "../tried/spans.mjs";
import { wayOf } from "./data.mjs";

const NAMES = ["request", "match", "load", "render", "send"];
const KEPT = 4096;

export function setUp() {
  const { start, end, read } = { ours: createSpans, objects }[wayOf(import.meta.url)](KEPT);
  let clock = 0;
  const request = () => {
    const root = start(NAMES[0], undefined, clock++);
    let last = root;
    for (let i = 1; i < NAMES.length; i++) {
      last = start(NAMES[i], root, clock++);
      end(last, clock++);
    }
    end(root, clock++);
    return last;
  };
  return {
    answer: () =>
      Array.from({ length: 50 }, () => read(request()))
        .map(({ name, ms }) => `${name} ${ms}`)
        .join(),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += read(request()).ms;
      return sum;
    },
  };
}

function objects(kept) {
  const ring = new Array(kept).fill(undefined);
  let next = 0;
  return {
    start(name, parent, now) {
      const span = { name, parent, start: now, end: -1 };
      ring[next++ & (kept - 1)] = span;
      return span;
    },
    end(span, now) {
      span.end = now;
    },
    read: ({ name, start, end }) => ({ name, ms: end - start }),
  };
}
