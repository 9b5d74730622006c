// Look up, and put in what is missing; a few keys are asked for most of the time. Ways: lru, bytes (with a budget), package (lru-cache), map.
import { createLru } from "busbar/pool";
import { LRUCache } from "lru-cache";
import { seeded, wayOf } from "./data.mjs";

const ASKED = 65_536;

const ways = {
  lru: (max) => createLru({ maxEntries: max }),
  bytes: (max) => createLru({ maxBytes: max * 100 }),
  package: (max) => new LRUCache({ max }),
  map: (max) => new MapLru(max),
};

/** The usual few lines: the order of the map is the order of use. */
class MapLru {
  #map = new Map();
  #max;

  constructor(max) {
    this.#max = max;
  }

  get(key) {
    const value = this.#map.get(key);
    if (value === undefined) return undefined;
    this.#map.delete(key);
    this.#map.set(key, value);
    return value;
  }

  set(key, value) {
    this.#map.set(key, value);
    if (this.#map.size > this.#max) this.#map.delete(this.#map.keys().next().value);
  }
}

export function setUp(caseName) {
  const max = Number(/\d[\d,]*/.exec(caseName)[0].replaceAll(",", ""));
  const random = seeded(3);
  const keys = Array.from({ length: max * 2 }, (_, i) => `/posts/${i}`);
  const asked = Array.from({ length: ASKED }, () => keys[Math.floor(random() ** 3 * keys.length)]);
  const cache = ways[wayOf(import.meta.url)](max);
  const hasBudget = wayOf(import.meta.url) === "bytes";
  const put = hasBudget ? (key, value) => cache.set(key, value, 100) : (key, value) => cache.set(key, value);
  const work = (start, count) => {
    let missed = 0;
    for (let i = start; i < start + count; i++) {
      const key = asked[i & (ASKED - 1)];
      if (cache.get(key) !== undefined) continue;
      missed++;
      put(key, i + 1);
    }
    return missed;
  };
  let at = 0;
  return {
    answer: () => `${work(0, ASKED)} of ${ASKED} missed`,
    run(count) {
      at += count;
      return work(at - count, count);
    },
  };
}
