// Reads the responses of one connection from its chunks, and copies nothing that it need not keep.
//
// 1. A head that came whole is compared with the layout of the last one: as many bytes, the same status, the same length.
//    Then its end and the length of the body are known, and nothing is parsed.
// 2. Any other head is parsed; one that came in parts is kept until it is whole.
// 3. Of a body with a length, bytes are counted down. A chunked one is followed chunk by chunk.
import { Buffer } from "node:buffer";

const CR = 13;
const LF = 10;
const STATUS_AT = 9; // after "HTTP/1.1 "
const MAX_HEAD = 64 * 1024;
const EMPTY = Buffer.alloc(0);

/** Where things stand in a head, so that the next one of this form is known without parsing. */
export function createLayout() {
  return { headEnd: 0, status: 0, statusBytes: EMPTY, length: 0, lengthAt: 0, lengthBytes: EMPTY };
}

/**
 * A reader for one connection.
 * @param layout - Shared by connections that ask for the same.
 * @param onResponse - Hears the status of each response, once its last byte is there.
 */
export function createResponseReader(layout, onResponse) {
  let kept = EMPTY; // the beginning of a head, or of a line between chunks
  let left = 0; // bytes of the body, or of the chunk with its line end, that are still to come
  let status = 0;
  let state = "head";

  /** Takes the bytes from `start` to `end`; the buffer may be filled anew afterwards. */
  return function read(buffer, start, end) {
    let [bytes, at, to] = [buffer, start, end];
    while (at < to) {
      if (left > 0) {
        const taken = Math.min(left, to - at);
        left -= taken;
        at += taken;
        if (left === 0 && state === "body") finish();
        continue;
      }
      if (kept.length > 0) {
        bytes = Buffer.concat([kept, bytes.subarray(at, to)]);
        [at, to, kept] = [0, bytes.length, EMPTY];
      }
      const next = state === "head" ? readHead(bytes, at, to) : readChunkLine(bytes, at, to);
      if (next < 0) {
        if (to - at > MAX_HEAD) throw new Error("the head of a response does not end");
        kept = Buffer.from(bytes.subarray(at, to));
        return;
      }
      at = next;
    }
  };

  function finish() {
    state = "head";
    onResponse(status);
  }

  function readHead(bytes, at, to) {
    if (fits(layout, bytes, at, to)) {
      status = layout.status;
      startBody(layout.length);
      return at + layout.headEnd;
    }
    const end = bytes.subarray(at, to).indexOf("\r\n\r\n");
    if (end < 0) return -1;
    const head = bytes.toString("latin1", at, at + end + 2);
    status = statusOf(head);
    if (status === 204 || status === 304) startBody(0);
    else if (/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) state = "chunk";
    else startBody(learn(layout, head, status));
    return at + end + 4;
  }

  function startBody(length) {
    left = length;
    if (length === 0) finish();
    else state = "body";
  }

  // a line with the size of a chunk, or one of those behind the last chunk
  function readChunkLine(bytes, at, to) {
    let end = at;
    while (end < to && bytes[end] !== LF) end++;
    if (end === to) return -1;
    const line = bytes.toString("latin1", at, end - (bytes[end - 1] === CR ? 1 : 0));
    if (state === "chunk") {
      const size = /^[\da-f]+/i.exec(line)?.[0];
      if (size === undefined) throw new Error(`a chunk begins with ${JSON.stringify(line.slice(0, 20))}`);
      left = Number.parseInt(size, 16);
      if (left === 0) state = "trailer";
      else left += 2;
    } else if (line === "") finish();
    return end + 1;
  }
}

/** Whether a head of the known form starts here. */
function fits(layout, bytes, at, to) {
  const { headEnd } = layout;
  const end = at + headEnd;
  if (headEnd === 0 || end > to) return false;
  if (bytes[end - 4] !== CR || bytes[end - 3] !== LF || bytes[end - 2] !== CR || bytes[end - 1] !== LF) return false;
  return equal(layout.statusBytes, bytes, at + STATUS_AT) && equal(layout.lengthBytes, bytes, at + layout.lengthAt);
}

function equal(expected, bytes, at) {
  for (let i = 0; i < expected.length; i++) if (expected[i] !== bytes[at + i]) return false;
  return true;
}

function statusOf(head) {
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1];
  if (status === undefined) throw new Error(`a response begins with ${JSON.stringify(head.slice(0, 20))}`);
  return Number(status);
}

// The whole line is compared later, name and line end included: other digits, or digits in another place, are no match.
function learn(layout, head, status) {
  const found = /\r\ncontent-length: *(\d+)\r\n/i.exec(head);
  if (found === null) throw new Error("a response has neither a length nor chunks");
  layout.headEnd = head.length + 2;
  layout.status = status;
  layout.statusBytes = Buffer.from(String(status));
  layout.length = Number(found[1]);
  layout.lengthAt = found.index;
  layout.lengthBytes = Buffer.from(found[0], "latin1");
  return layout.length;
}
