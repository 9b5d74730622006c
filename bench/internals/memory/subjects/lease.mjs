// Scratch memory: taken, written to on each page of 4 KiB, given back. Ways: pool, unsafe, slow, array.
import { createBufferPool } from "busbar/pool";
import { bytesOf, wayOf } from "../data.mjs";

const PAGE = 4096;

export function setUp(caseName) {
  const size = bytesOf(caseName);
  const once = { pool, unsafe, slow, array }[wayOf(import.meta.url)](size);
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += once(i & 255);
    return sum;
  };
  return { answer: () => String(run(300)), run };
}

function touch(bytes, size, value) {
  for (let i = 0; i < size; i += PAGE) bytes[i] = value;
  return bytes[0];
}

function pool(size) {
  const buffers = createBufferPool();
  const wanted = { minBytes: size };
  return (value) => {
    const lease = buffers.acquire(wanted);
    const seen = touch(lease.bytes, size, value);
    lease.release();
    return seen;
  };
}

function unsafe(size) {
  return (value) => touch(Buffer.allocUnsafe(size), size, value);
}

function slow(size) {
  return (value) => touch(Buffer.allocUnsafeSlow(size), size, value);
}

function array(size) {
  return (value) => touch(new Uint8Array(size), size, value);
}
