// A page from short pieces of text to UTF-8. Ways: writer (as html does: gathered to 16 Ki units at a time, into a lease), wide (to
// 32 Ki), pieces (each piece to
// the writer by itself), into (one text, then encodeInto a lease), from (one text, then Buffer.from).
import { createBufferPool, createWriter } from "busbar/pool";
import { bytesOf, fingerprint, pagesOf, wayOf } from "../data.mjs";

const FLUSH_UNITS = 16_384;
const WIDE_UNITS = 32_768;
const encoder = new TextEncoder();

export function setUp(caseName) {
  const size = bytesOf(caseName);
  const pages = pagesOf(size);
  const once = { writer: () => writer(FLUSH_UNITS), wide: () => writer(WIDE_UNITS), pieces, into, from }[
    wayOf(import.meta.url)
  ]();
  let next = 0;
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += once(pages[next++ % pages.length], lengthOf);
    return sum;
  };
  return { answer: () => pages.map((page) => once(page, fingerprint)).join(), run, bytes: size };
}

function lengthOf(bytes) {
  return bytes.length;
}

function writer(units) {
  const pool = createBufferPool();
  return (page, use) => {
    const out = createWriter({ pool });
    let text = "";
    for (const piece of page) {
      text += piece;
      if (text.length >= units) {
        out.utf8(text);
        text = "";
      }
    }
    out.utf8(text);
    return finish(out.lease(), use);
  };
}

function pieces() {
  const pool = createBufferPool();
  return (page, use) => {
    const out = createWriter({ pool });
    for (const piece of page) out.utf8(piece);
    return finish(out.lease(), use);
  };
}

function into() {
  const pool = createBufferPool();
  return (page, use) => {
    const text = joined(page);
    const lease = pool.acquire({ minBytes: text.length });
    let { read, written } = encoder.encodeInto(text, lease.bytes);
    if (read < text.length) {
      lease.grow(3 * text.length);
      ({ written } = encoder.encodeInto(text, lease.bytes));
    }
    lease.length = written;
    return finish(lease, use);
  };
}

function from() {
  return (page, use) => use(Buffer.from(joined(page)));
}

function joined(page) {
  let text = "";
  for (const piece of page) text += piece;
  return text;
}

function finish(lease, use) {
  const used = use(lease.written());
  lease.release();
  return used;
}
