// Objects of one shape; 256 of them are alive at any time, as requests under way are. Ways: fresh, list.
import { createFreeList } from "../tried/free-list.mjs";
import { MANY, wayOf } from "./data.mjs";
import { SHAPES } from "./shapes.mjs";

const ALIVE = 256;
const TEXTS = Array.from({ length: MANY }, (_, i) => `text ${i}`);

export function setUp(caseName) {
  const shape = SHAPES[Object.keys(SHAPES).find((name) => caseName.includes(name))];
  const { take, drop } = wayOf(import.meta.url) === "fresh" ? fresh(shape) : list(shape);
  const alive = Array.from({ length: ALIVE }, (_, i) => take(TEXTS[i], TEXTS[i + 1], i));
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const at = i & (ALIVE - 1);
      sum += shape.read(alive[at]);
      drop(alive[at]);
      alive[at] = take(TEXTS[i & (MANY - 1)], TEXTS[(i + 1) & (MANY - 1)], i & 0xffff);
    }
    return sum;
  };
  return { answer: () => String(run(5000)), run };
}

function fresh(shape) {
  return { take: shape.fresh, drop() {} };
}

function list(shape) {
  const free = createFreeList(shape.make, shape.reset, ALIVE);
  return {
    take(a, b, n) {
      const one = free.acquire();
      shape.fill(one, a, b, n);
      return one;
    },
    drop: free.release,
  };
}
