// The three ways in one process: the same page is asserted after every move before anything is timed.
import assert from "node:assert/strict";
import process from "node:process";
import { now } from "../clock.mjs";
import { WAYS } from "./ways.mjs";

const MOVES = 10;
const WARM_UP_MOVES = 100;

const ways = WAYS.map(({ name, make }) => ({ name, way: make(), samples: [], bytes: 0, calls: 0 }));
/** Where the slider stands at a move: never where it stood before. */
const priceAt = (move) => 1 + ((move * 7) % 97);
const PRICES = 97;

function check() {
  for (let move = 0; move < PRICES; move++) {
    for (const one of ways) {
      const before = one.way.count.calls;
      one.bytes += one.way.move(priceAt(move)).length / PRICES;
      one.calls += (one.way.count.calls - before) / PRICES;
    }
    const [first, ...others] = ways.map(({ way }) => way.html());
    for (const other of others) assert.equal(other, first);
  }
}

let next = PRICES;
function timed(way, moves) {
  const from = next;
  const start = now();
  for (let i = 0; i < moves; i++) way.move(priceAt(from + i));
  return (now() - start) / moves;
}

process.on("disconnect", () => process.exit());
process.once("message", ({ rounds }) => {
  check();
  for (let move = 0; rounds > 0 && move < WARM_UP_MOVES; move += MOVES) {
    for (const { way } of ways) timed(way, MOVES);
    next += MOVES;
  }
  for (let round = 0; round < rounds; round++) {
    globalThis.gc();
    for (let turn = 0; turn < ways.length; turn++) {
      const { way, samples } = ways[(turn + round) % ways.length];
      samples.push(timed(way, MOVES));
    }
    next += MOVES;
  }
  process.send(ways.map(({ way, ...result }) => result));
});
process.send({});
