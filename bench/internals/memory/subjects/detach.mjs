// The bytes of a lease handed on for good, seven eighths of a class. Ways: detach, copy (always), give (the buffer itself, zeroed behind the bytes; the pool
// has to make another).
import { createBufferPool } from "busbar/pool";
import { bytesOf, wayOf } from "../data.mjs";

const KEPT = 16; // how many the receiver still has: they are not collected while they are in cache

export function setUp(caseName) {
  const size = bytesOf(caseName);
  const length = size - (size >> 3);
  const once = { detach, copy, give }[wayOf(import.meta.url)](size, length);
  const kept = [];
  let next = 0;
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const bytes = once(next & 255);
      kept[next++ % KEPT] = bytes;
      sum += bytes[0] + bytes.length;
    }
    return sum;
  };
  return { answer: () => String(run(8)), run, bytes: length };
}

function leasing(size, length, end) {
  const pool = createBufferPool({ maxLeaseBytes: 2 ** 30 });
  const wanted = { minBytes: size };
  return (value) => {
    const lease = pool.acquire(wanted);
    lease.bytes.fill(value, 0, length);
    lease.length = length;
    return end(lease);
  };
}

function detach(size, length) {
  return leasing(size, length, (lease) => lease.detach());
}

function copy(size, length) {
  return leasing(size, length, (lease) => {
    const bytes = lease.written().slice();
    lease.release();
    return bytes;
  });
}

function give(size, length) {
  return (value) => {
    const bytes = new Uint8Array(size);
    bytes.fill(value, 0, length);
    bytes.fill(0, length);
    return bytes.subarray(0, length);
  };
}
