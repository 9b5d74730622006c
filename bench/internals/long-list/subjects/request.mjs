// What one request makes: a context, its params, three frames, eight diff nodes; 64 requests are under way. Ways: fresh, lists, arena.
import { createArenas } from "../tried/arena-of-pools.mjs";
import { createFreeList } from "../tried/free-list.mjs";
import { MANY, wayOf } from "./data.mjs";
import { SHAPES } from "./shapes.mjs";

const ALIVE = 64;
const FRAMES = 3;
const NODES = 8;
const TEXTS = Array.from({ length: MANY }, (_, i) => `text ${i}`);
const { context: CONTEXT, params: PARAMS, frame: FRAME, "diff node": NODE } = SHAPES;

export function setUp() {
  const { begin, end } = { fresh, lists, arena }[wayOf(import.meta.url)]();
  const alive = Array.from({ length: ALIVE }, (_, i) => begin(i));
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const at = i & (ALIVE - 1);
      sum += read(alive[at]);
      end(alive[at]);
      alive[at] = begin(i);
    }
    return sum;
  };
  return { answer: () => String(run(2000)), run };
}

function read({ context, params, frames, nodes }) {
  let sum = CONTEXT.read(context) + PARAMS.read(params);
  for (const frame of frames) sum += FRAME.read(frame);
  for (const node of nodes) sum += NODE.read(node);
  return sum;
}

const textAt = (n) => TEXTS[n & (MANY - 1)];

function fresh() {
  const begin = (n) => {
    const params = PARAMS.fresh(textAt(n), textAt(n + 1));
    const context = CONTEXT.fresh(textAt(n), params, n & 0xffff);
    const frames = [];
    for (let i = 0; i < FRAMES; i++) frames.push(FRAME.fresh(textAt(n + i), undefined, (n + i) & 0xffff));
    const nodes = [];
    for (let i = 0; i < NODES; i++) nodes.push(NODE.fresh(textAt(n), textAt(n + i), (n + i) & 0xffff));
    return { context, params, frames, nodes };
  };
  return { begin, end() {} };
}

function lists() {
  const of = ({ make, reset }, most) => createFreeList(make, reset, most * ALIVE);
  const [contexts, params, frames, nodes] = [of(CONTEXT, 1), of(PARAMS, 1), of(FRAME, FRAMES), of(NODE, NODES)];
  return filler(
    () => ({ context: contexts.acquire(), params: params.acquire(), frames: [], nodes: [] }),
    frames.acquire,
    nodes.acquire,
    (one) => {
      contexts.release(one.context);
      params.release(one.params);
      for (const frame of one.frames) frames.release(frame);
      for (const node of one.nodes) nodes.release(node);
    },
  );
}

function arena() {
  const arenas = createArenas({ context: CONTEXT, params: PARAMS, frame: FRAME, node: NODE });
  return filler(
    () => {
      const own = arenas.begin();
      return { own, context: own.context.take(), params: own.params.take(), frames: [], nodes: [] };
    },
    ({ own }) => own.frame.take(),
    ({ own }) => own.node.take(),
    ({ own }) => own.end(),
  );
}

function filler(makeRequest, takeFrame, takeNode, end) {
  const begin = (n) => {
    const one = makeRequest();
    PARAMS.fill(one.params, textAt(n), textAt(n + 1));
    CONTEXT.fill(one.context, textAt(n), one.params, n & 0xffff);
    for (let i = 0; i < FRAMES; i++) {
      const frame = takeFrame(one);
      FRAME.fill(frame, textAt(n + i), undefined, (n + i) & 0xffff);
      one.frames.push(frame);
    }
    for (let i = 0; i < NODES; i++) {
      const node = takeNode(one);
      NODE.fill(node, textAt(n), textAt(n + i), (n + i) & 0xffff);
      one.nodes.push(node);
    }
    return one;
  };
  return { begin, end };
}
