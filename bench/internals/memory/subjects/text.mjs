// One text as UTF-8, written behind others. Ways: writer, into (encodeInto), write (Buffer.write), loop (by hand), ascii (Buffer.byteLength, then
// latin1Write where that proves ASCII), msgpackr (its encoder, with a head before the text).
import { createWriter } from "busbar/pool";
import { Packr } from "msgpackr";
import { bytesOf, fingerprint, textsOf, wayOf } from "../data.mjs";

const SLOTS = 16; // texts one behind the other before the first is written over
const encoder = new TextEncoder();

export function setUp(caseName) {
  const size = bytesOf(caseName);
  const texts = textsOf(size);
  const [write, written] = { writer, into, write: byBuffer, loop, ascii, msgpackr }[wayOf(import.meta.url)](size);
  let next = 0;
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += write(texts[next++ % texts.length]);
    return sum;
  };
  return { answer: () => texts.map((text) => fingerprint(written(write(text), text))).join(), run, bytes: size };
}

// Each gives a function that writes and says how much, and one that shows the last so many bytes written.

function writer(size) {
  const out = createWriter();
  const most = SLOTS * size;
  const write = (text) => {
    if (out.length > most) out.reset();
    return out.utf8(text);
  };
  return [write, (count) => out.toBytes().slice(-count)];
}

function into(size) {
  return ring(size, (target, at, text) => encoder.encodeInto(text, target.subarray(at)).written);
}

function byBuffer(size) {
  return ring(size, (target, at, text) => target.write(text, at));
}

function loop(size) {
  return ring(size, writeByHand);
}

function ascii(size) {
  return ring(size, (target, at, text) => {
    const count = Buffer.byteLength(text);
    return count === text.length ? target.latin1Write(text, at, count) : target.utf8Write(text, at, count);
  });
}

function msgpackr() {
  const packr = new Packr({ useRecords: false });
  let last;
  const write = (text) => {
    last = packr.pack(text);
    return last.length;
  };
  return [write, (_, text) => last.slice(last.length - Buffer.byteLength(text))];
}

function ring(size, put) {
  const target = Buffer.allocUnsafeSlow((SLOTS + 4) * size);
  const most = target.length - 3 * size;
  let at = 0;
  const write = (text) => {
    if (at > most) at = 0;
    const count = put(target, at, text);
    at += count;
    return count;
  };
  return [write, (count) => target.subarray(at - count, at)];
}

function writeByHand(target, start, text) {
  let at = start;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      target[at++] = code;
      continue;
    }
    if (code >= 0xd800 && code < 0xe000) {
      code = text.codePointAt(i);
      if (code < 0x10000) code = 0xfffd;
      else i++;
    }
    if (code < 0x800) target[at++] = 0xc0 | (code >> 6);
    else {
      if (code < 0x10000) target[at++] = 0xe0 | (code >> 12);
      else {
        target[at++] = 0xf0 | (code >> 18);
        target[at++] = 0x80 | ((code >> 12) & 63);
      }
      target[at++] = 0x80 | ((code >> 6) & 63);
    }
    target[at++] = 0x80 | (code & 63);
  }
  return at - start;
}
