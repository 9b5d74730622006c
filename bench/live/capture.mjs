// What travels between a browser and a server: a relay that writes down every byte at the socket, and readers of what was written down.
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect, createServer } from "node:net";

const HOST = "127.0.0.1";

/** Relays connections to a port. `port`: where to connect; `take()`: the connections so far, each `{ up, down }` as bytes. */
export async function startCapture(target) {
  const taps = [];
  const sockets = new Set();
  const server = createServer((near) => {
    const far = connect({ host: HOST, port: target, noDelay: true });
    const tap = { up: [], down: [] };
    taps.push(tap);
    for (const [from, to, log] of [
      [near, far, tap.up],
      [far, near, tap.down],
    ]) {
      sockets.add(from);
      from.setNoDelay?.(true);
      from.on("data", (bytes) => {
        log.push(bytes);
        to.write(bytes);
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  server.listen(0, HOST);
  await once(server, "listening");
  return {
    port: server.address().port,
    take: () => taps.map(({ up, down }) => ({ up: Buffer.concat(up), down: Buffer.concat(down) })),
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** The bytes written since an earlier `take`, by connection; those without any are left out. */
export function since(before, after) {
  return after
    .map(({ up, down }, at) => ({
      up: up.subarray(before[at]?.up.length ?? 0),
      down: down.subarray(before[at]?.down.length ?? 0),
    }))
    .filter(({ up, down }) => up.length + down.length > 0);
}

/** Whether bytes begin with an HTTP message. */
export function isHttp(bytes) {
  return /^(GET|POST|PUT|PATCH|DELETE|HTTP)[ /]/.test(bytes.subarray(0, 8).toString("latin1"));
}

/** HTTP messages one after the other: `{ head, body }`, both as they were at the socket; a chunked body with its chunk sizes. */
export function httpMessages(bytes) {
  const messages = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end < 0) throw new Error("a head was cut");
    const head = bytes.subarray(at, end + 4);
    const text = head.toString("latin1");
    const bodyEnd = bodyEndOf(bytes, end + 4, text);
    messages.push({ head, body: bytes.subarray(end + 4, bodyEnd), text });
    at = bodyEnd;
    if (/^upgrade: websocket/im.test(text)) break; // what follows is another protocol
  }
  return messages;
}

function bodyEndOf(bytes, start, head) {
  if (/^transfer-encoding: chunked/im.test(head)) {
    const end = bytes.indexOf("0\r\n\r\n", start);
    return end < 0 ? bytes.length : end + 5;
  }
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return start + Number(length ?? 0);
}

/** Messages of a WebSocket: `{ payload, bytes, opcode }` each; `bytes`: with its frame's head. Fragments are not joined: each is one. */
export function webSocketMessages(bytes) {
  const messages = [];
  for (let at = 0; at < bytes.length; ) {
    const [first, second] = [bytes[at], bytes[at + 1]];
    let [length, head] = [second & 127, 2];
    if (length === 126) [length, head] = [bytes.readUInt16BE(at + 2), 4];
    else if (length === 127) [length, head] = [Number(bytes.readBigUInt64BE(at + 2)), 10];
    const isMasked = (second & 128) !== 0;
    const mask = isMasked ? bytes.subarray(at + head, at + head + 4) : undefined;
    if (isMasked) head += 4;
    const payload = Buffer.from(bytes.subarray(at + head, at + head + length));
    if (mask !== undefined) for (let i = 0; i < length; i++) payload[i] ^= mask[i & 3];
    messages.push({ payload, bytes: head + length, opcode: first & 15, isCompressed: (first & 64) !== 0 });
    at += head + length;
  }
  return messages;
}
