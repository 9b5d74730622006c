// A page from rows of short pieces of text to UTF-8. Ways: writer (as html does: gathered until a row ends beyond 16 Ki units, into a lease), wide
// (beyond 32 Ki), pieces (each piece to the writer by itself), listed (pieces in an array, joined once), into (one text, then encodeInto a lease), from (one
// text, then Buffer.from).
import { createBufferPool, createWriter } from "busbar/pool";
import { bytesOf, fingerprint, pagesOf, wayOf } from "../data.mjs";

const FLUSH_UNITS = 16_384;
const WIDE_UNITS = 32_768;
const encoder = new TextEncoder();

export function setUp(caseName) {
  const size = bytesOf(caseName);
  const pages = pagesOf(size);
  const once = { writer: () => writer(FLUSH_UNITS), wide: () => writer(WIDE_UNITS), pieces, listed, into, from }[
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
  const out = createWriter({ pool: createBufferPool() });
  return (page, use) => {
    let text = "";
    for (const row of page) {
      for (const piece of row) text += piece;
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
  const out = createWriter({ pool: createBufferPool() });
  return (page, use) => {
    for (const row of page) for (const piece of row) out.utf8(piece);
    return finish(out.lease(), use);
  };
}

function listed() {
  const out = createWriter({ pool: createBufferPool() });
  return (page, use) => {
    const text = [];
    for (const row of page) for (const piece of row) text.push(piece);
    out.utf8(text.join(""));
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
  for (const row of page) for (const piece of row) text += piece;
  return text;
}

function finish(lease, use) {
  const used = use(lease.written());
  lease.release();
  return used;
}
