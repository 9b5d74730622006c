import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { makeMessages } from "../kinds.mjs";
import { startOther } from "../other-side.mjs";
import { createSubject } from "../subject.mjs";

const thread = new URL("../threads/channel.mjs", import.meta.url);
const isWoken = import.meta.url.includes("?woken"); // as piscina does: the other side sleeps on a word, and reads its port when woken
const isMoved = import.meta.url.includes("?moved");

export function setUp(caseName) {
  return createSubject(caseName, thread, async (what, start) => {
    const { port1, port2 } = new MessageChannel();
    const wakes = new SharedArrayBuffer(8);
    const words = new Int32Array(wakes);
    const other = await start({ port: port2, wakes: isWoken ? wakes : undefined }, [port2]);
    const wake = () => {
      if (!isWoken) return;
      Atomics.add(words, 0, 1);
      Atomics.notify(words, 0);
    };
    const post = (message) => {
      if (isMoved) {
        const copy = message.slice(); // each message is made anew, as its memory goes
        port1.postMessage(copy, [copy.buffer]);
      } else port1.postMessage(message);
      wake();
    };
    if (what.producers === 2) return twoProducers(other, post, what);
    const ends = { other, send: post, sendBatch: post, sendNumber: post };
    if (what.kind !== "ping-pong") return ends;
    if (!isWoken) {
      let resolve;
      port1.on("message", (message) => resolve(message));
      ends.exchangeAsync = (message) => {
        const reply = new Promise((done) => {
          resolve = done;
        });
        post(message);
        return reply;
      };
    } else {
      ends.exchange = (message) => {
        const seen = Atomics.load(words, 1);
        post(message);
        let reply = receiveMessageOnPort(port1);
        while (reply === undefined) {
          Atomics.wait(words, 1, seen);
          reply = receiveMessageOnPort(port1);
        }
        return reply.message;
      };
    }
    return ends;
  });
}

async function twoProducers(other, post, what) {
  const messages = makeMessages(what.size);
  const { port1, port2 } = new MessageChannel();
  const go = new SharedArrayBuffer(8);
  const words = new Int32Array(go);
  other.worker.postMessage({ port: port1 }, [port1]);
  const third = await startOther(thread, { what: { kind: "half" }, port: port2, go }, [port2]);
  return {
    other,
    sendAll(count) {
      const half = count >> 1;
      other.expect(count);
      Atomics.store(words, 0, half);
      Atomics.notify(words, 0);
      for (let i = 0; i < count - half; i++) post(messages[i & 15]);
      return other.settle();
    },
    async stop() {
      await third.stop();
      await other.stop();
    },
  };
}
