// Maps of numbers to numbers. Ways: map, compact. "build": 1,000 are put in; "look up": of 100,000.
import { CompactMap } from "../tried/compact-map.mjs";
import { seeded, wayOf } from "./data.mjs";

const MANY = 100_000;
const FEW = 1000;

export function setUp(caseName) {
  const random = seeded(13);
  const keys = Array.from({ length: MANY }, () => Math.floor(random() * 2e9));
  const make = wayOf(import.meta.url) === "map" ? () => new Map() : () => new CompactMap();
  const run = caseName.startsWith("build") ? building(make, keys) : lookingUp(make, keys);
  return { answer: () => String(run(2000)), run };
}

function building(make, keys) {
  return (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const map = make();
      const start = (i % (MANY / FEW)) * FEW;
      for (let at = start; at < start + FEW; at++) map.set(keys[at], at);
      sum += map.size + map.get(keys[start + (i & 511)]);
    }
    return sum;
  };
}

function lookingUp(make, keys) {
  const map = make();
  for (const [i, key] of keys.entries()) map.set(key, i);
  return (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum = (sum + (map.get(keys[(i * 7919) % MANY] + (i & 1)) ?? 1)) | 0;
    return sum;
  };
}
