// One in, one out, with so many waiting. Ways: deque, array, fixed (piscina's FixedQueue).
import { createDeque } from "busbar/pool";
import { FixedQueue } from "piscina";
import { wayOf } from "./data.mjs";

const ways = { deque: () => createDeque(), array: () => [], fixed: () => new FixedQueue() };

export function setUp(caseName) {
  const depth = Number(/\d[\d,]*/.exec(caseName)[0].replaceAll(",", ""));
  const queue = ways[wayOf(import.meta.url)]();
  const tasks = Array.from({ length: 256 }, (_, id) => ({ id }));
  for (let i = 0; i < depth; i++) queue.push(tasks[i & 255]);
  let next = depth;
  const turn = () => {
    queue.push(tasks[next++ & 255]);
    return queue.shift().id;
  };
  return {
    answer: () => Array.from({ length: 300 }, turn).join(),
    run(count) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += turn();
      return sum;
    },
  };
}
