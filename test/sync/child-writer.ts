import { levelStore } from "../../adapters/level/index.ts";

// Appends 1, 2, 3, ... to several documents at once until it is killed, and prints each acknowledgement.
const path = process.argv[2];
if (path === undefined) throw new Error("needs the folder");
const store = await levelStore(path);
await Promise.all(["a", "b", "c", "d"].map(write));

async function write(name: string): Promise<void> {
  for (let next = (await store.load(name)).position + 1; ; next++) {
    const position = await store.append(name, bytesOf([next]));
    process.stdout.write(`${name} ${position}\n`);
    if (next % 7 === 0) await store.compact(name, bytesOf(Array.from({ length: next }, (_, index) => index + 1)), next);
  }
}

function bytesOf(numbers: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}
