// One session as a browser has it, on one socket without a library: the page, the upgrade on the same connection, HELLO, then events.
import { Buffer } from "node:buffer";
import { connect } from "node:net";
import { wire } from "../live/busbar.mjs";
import { dataIn, helloOf } from "../live/join.mjs";
import { addressOf } from "./descriptors.mjs";

const { ACK, EVENT, PATCH, PING, decodeValue, encodeLiveFrame } = wire;
const HOST = "127.0.0.1";
const KEY = "AAAAAAAAAAAAAAAAAAAAAA==";
const SMALL = 126;

/** Opens session `number`. `ping()` and `send(handler)` are its frames; `onAnswer(ms)` hears how long an event took. */
export function openSession({ port, number, isLive, onAnswer, onLost }) {
  return new Promise((joined, failed) => {
    const socket = connect({ host: HOST, port, localAddress: addressOf(number), noDelay: true });
    let stage = readPage;
    let rest = Buffer.alloc(0);
    let [ref, seq] = [0, 0];
    const sentAt = new Map();
    const session = {
      ping: () => socket.write(masked(encodeLiveFrame([PING, 0]))),
      send(handler) {
        const bytes = masked(encodeLiveFrame([EVENT, ++ref, seq, handler, null]));
        sentAt.set(ref, performance.now());
        socket.write(bytes);
      },
      waiting: () => sentAt.size,
      close: () => socket.destroy(),
    };
    socket.on("error", failed);
    socket.on("close", () => {
      failed(new Error("closed"));
      onLost();
    });
    socket.on("data", (bytes) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      try {
        while (rest.length > 0 && stage()) {}
      } catch (error) {
        socket.destroy(error);
      }
    });
    socket.write(`GET / HTTP/1.1\r\nhost: ${HOST}:${port}\r\n\r\n`);

    function readPage() {
      const head = rest.indexOf("\r\n\r\n");
      if (head < 0) return false;
      const text = rest.subarray(0, head).toString("latin1");
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1]);
      if (Number.isNaN(length)) throw new Error("a page without a length");
      if (rest.length < head + 4 + length) return false;
      const body = rest.subarray(head + 4, head + 4 + length).toString();
      rest = rest.subarray(head + 4 + length);
      const hello = isLive ? encodeLiveFrame(helloOf(dataIn(body))) : undefined;
      stage = () => readUpgrade(hello);
      socket.write(
        `GET / HTTP/1.1\r\nhost: ${HOST}:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${KEY}\r\n\r\n`,
      );
      return true;
    }

    function readUpgrade(hello) {
      const head = rest.indexOf("\r\n\r\n");
      if (head < 0) return false;
      if (!rest.toString("latin1", 0, 12).endsWith("101")) throw new Error("no upgrade");
      rest = rest.subarray(head + 4);
      stage = readFrame;
      if (hello === undefined) joined(session);
      else socket.write(masked(hello));
      return true;
    }

    function readFrame() {
      if (rest.length < 2) return false;
      let [length, head] = [rest[1], 2];
      if (length === SMALL) {
        if (rest.length < 4) return false;
        [length, head] = [rest.readUInt16BE(2), 4];
      }
      if (length > 0xffff || rest.length < head + length) return false;
      const frame = decodeValue(rest.subarray(head, head + length));
      rest = rest.subarray(head + length);
      if (rest.length === 0) rest = Buffer.alloc(0); // lets go of what was read
      hear(frame);
      return true;
    }

    function hear([kind, first, second]) {
      if (kind === PATCH) {
        seq = first;
        answered(second);
      } else if (kind === ACK || kind === EVENT)
        answered(first); // an echo is an EVENT
      else if (kind !== PING) joined(session);
    }

    function answered(handled) {
      // One answer may be for several events.
      for (const [event, at] of sentAt) {
        if (event > handled) return;
        sentAt.delete(event);
        onAnswer(performance.now() - at);
      }
    }
  });
}

/** A client's WebSocket message. The mask is of zeros: it is there to be undone, which costs the same. */
function masked(payload) {
  const isSmall = payload.length < SMALL;
  const frame = Buffer.alloc((isSmall ? 6 : 8) + payload.length);
  frame[0] = 0x82;
  frame[1] = 0x80 | (isSmall ? payload.length : SMALL);
  if (!isSmall) frame.writeUInt16BE(payload.length, 2);
  frame.set(payload, frame.length - payload.length);
  return frame;
}
