// One scratch buffer of 4 KiB, taken, written to and given back. Ways: pool (busbar/pool), unsafe.
import { createBufferPool } from "busbar/pool";
import { wayOf } from "./data.mjs";

const SIZE = 4096;

export function setUp() {
  const once = { pool, unsafe }[wayOf(import.meta.url)]();
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += once(i & 255);
    return sum;
  };
  return { answer: () => String(run(1000)), run };
}

function pool() {
  const buffers = createBufferPool();
  const wanted = { minBytes: SIZE };
  return (first) => {
    const lease = buffers.acquire(wanted);
    const { bytes } = lease;
    bytes[0] = first;
    const seen = bytes[0];
    lease.release();
    return seen;
  };
}

function unsafe() {
  return (first) => {
    const bytes = Buffer.allocUnsafe(SIZE);
    bytes[0] = first;
    return bytes[0];
  };
}
