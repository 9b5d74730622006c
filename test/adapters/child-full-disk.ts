import { levelStore } from "../../adapters/level/index.ts";

// Appends 1, 2, 3, ... to a document, each until it is taken, prints what was acknowledged, "full" at the first refusal, and "enough" once
// it has gone on behind that. Arguments: folder, durability.
const [path = "", durability = ""] = process.argv.slice(2);
const BEHIND = 100;

const store = await levelStore({ path, durability: durability === "process" ? "process" : "disk" });
process.stdout.write("open\n");
let wasFull = false;
for (let number = 1, behind = 0; behind < BEHIND; ) {
  try {
    await store.append("doc", Uint8Array.of(number & 255, number >> 8, ...new Uint8Array(1000)));
    process.stdout.write(`${number}\n`);
    number++;
    if (wasFull) behind++;
  } catch {
    if (!wasFull) process.stdout.write("full\n");
    wasFull = true;
  }
  await new Promise((resolve) => setTimeout(resolve, wasFull ? 5 : 0));
}
process.stdout.write("enough\n");
setInterval(() => {}, 1000); // until it is killed
