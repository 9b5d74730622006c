// Writes integers as digits into bytes. Ways: ours, string (through the writer), latin1 (through Buffer).
import { createWriter } from "busbar/pool";
import { formatInteger } from "../tried/integers.mjs";
import { integers, MANY, wayOf } from "./data.mjs";

const WAY = wayOf(import.meta.url);
const ROOM = MANY * 20;

export function setUp() {
  const numbers = integers();
  const write = { ours, string, latin1 }[WAY](numbers);
  return {
    answer: () => Buffer.from(Uint8Array.from(write(0, MANY))).toString("latin1"),
    run(count) {
      let bytes = 0;
      for (let done = 0; done < count; done += MANY) bytes += write(done, Math.min(MANY, count - done)).length;
      return bytes;
    },
  };
}

function ours(numbers) {
  const out = new Uint8Array(ROOM);
  return (_, count) => {
    let at = 0;
    for (let i = 0; i < count; i++) at = formatInteger(out, at, numbers[i]);
    return out.subarray(0, at);
  };
}

function string(numbers) {
  const writer = createWriter({ minBytes: ROOM });
  return (_, count) => {
    writer.reset();
    for (let i = 0; i < count; i++) writer.utf8(`${numbers[i]}`);
    return { length: writer.length, [Symbol.iterator]: () => writer.toBytes()[Symbol.iterator]() };
  };
}

function latin1(numbers) {
  const out = Buffer.allocUnsafeSlow(ROOM);
  return (_, count) => {
    let at = 0;
    for (let i = 0; i < count; i++) at += out.latin1Write(`${numbers[i]}`, at);
    return out.subarray(0, at);
  };
}
