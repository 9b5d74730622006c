// Looks numbers up in a table of 512. Ways: ours (shared memory), map, snapshot (a map replaced as a whole: what one thread needs of this).
import { createVersionedTable, versionedTableMemory } from "../tried/versioned-table.mjs";
import { integers, MANY, wayOf } from "./data.mjs";

const ROWS = 512;

export function setUp() {
  const values = integers().slice(0, ROWS).map(Math.abs);
  const table = { ours, map, snapshot }[wayOf(import.meta.url)]();
  for (const [i, value] of values.entries()) table.set(i + 1, value);
  const run = (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = (sum + (table.get(((i * 77) & (MANY - 1)) + 1) ?? 1)) % 1e9;
    return sum;
  };
  return { answer: () => String(run(5000)), run };
}

function ours() {
  return createVersionedTable(versionedTableMemory(MANY), MANY);
}

function map() {
  return new Map();
}

function snapshot() {
  let current = new Map();
  return {
    set(key, value) {
      current = new Map(current).set(key, value);
    },
    get: (key) => current.get(key),
  };
}
