// One library's memory of one kind, in a process of its own.
import process from "node:process";
import { area } from "../area.mjs";

const COUNT = 100_000;
const FEW = 200; // made before the first measurement: what the library itself needs is there then

const { subject } = await import(new URL(`../subjects/${area.subjects[process.argv[3]].file}`, import.meta.url).href);
const { signal, computed, effect, build, read } = subject;

const kinds = {
  signal: (count) => filled(count, (i) => signal(i)),
  computed(count, sources) {
    const nodes = filled(count, (i) => computed(() => read(sources[i]) + 1));
    for (const node of nodes) read(node);
    return nodes;
  },
  effect: (count, sources) =>
    build(() => {
      for (let i = 0; i < count; i++) {
        const source = sources[i];
        effect(() => {
          read(source);
        });
      }
    }),
  dropped(count, [source]) {
    for (let i = 0; i < count; i++) read(computed(() => read(source) + i));
  },
};

process.on("disconnect", () => process.exit());
process.once("message", async ({ kind }) => {
  const make = kinds[kind];
  const [few, sources] = [FEW, COUNT].map((count) => (kind === "signal" ? [] : filled(count, (i) => signal(i))));
  const kept = [make(FEW, few), sources];
  await settled();
  const before = heldBytes();
  kept.push(make(COUNT, sources));
  await settled();
  const bytes = (heldBytes() - before) / COUNT;
  if (kept.length !== 3) throw new Error("everything must still be there"); // keeps it alive
  process.send({ bytes });
});
process.send({});

function filled(count, f) {
  const list = new Array(count);
  for (let i = 0; i < count; i++) list[i] = f(i);
  return list;
}

/** Until whatever was put off to a later turn is done. */
async function settled() {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 5));
}

function heldBytes() {
  for (let i = 0; i < 3; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
