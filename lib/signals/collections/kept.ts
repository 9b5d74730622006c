/*
 * One object of each class of this folder, for ever: an engine forgets the shape of a class, and the code it made for it, when a garbage collection
 * finds no object left, as between the requests of a server. What a request did with collections then took 2 to 30 times as long, and garbage
 * collections come by themselves. Made before anything of a user's, and of texts: a shape that has held fractions alone is given up for another when
 * it is to hold anything else. A class that is missing here fails test/signals/kept.test.ts.
 */
import { CHANGES } from "../../pool/index.ts";
import { coreOf } from "./collection.ts";
import { Follower } from "./follower.ts";
import { join } from "./joins.ts";
import { keyedList } from "./keyed-list.ts";
import { keyedMap } from "./keyed-map.ts";
import { derivedNode, keep, sourceNode } from "./node.ts";
import type { KeyedCollection } from "./types.ts";

const KEYS = ["one", "two"] as const;
const itself = (key: string): string => key;

const map = keyedMap<string, string>(KEYS.map((key) => [key, key]));
const flat = keyedList<string, string>(KEYS, itself);
const unfolded = keyedList<string, string>(KEYS, itself);
const groups = map.groupBy(itself);

const collections: readonly Pick<KeyedCollection<string, unknown>, "get" | typeof CHANGES>[] = [
  map,
  flat,
  unfolded.filter(() => true),
  map.map(itself),
  map.sortBy(itself),
  map.take(sourceNode("count")),
  map.distinct(),
  map.flatten((key) => [key], { key: itself }),
  join(map, map),
  groups,
  ...groups.get(),
  groups.sum(() => 0),
];
const results = [
  map.sum(() => 0),
  map.max(() => 0),
  map.reduce({ initial: "", add: itself, remove: itself }),
  derivedNode(() => [map.get("one"), map.has("one"), map.at(0)], "reads"),
];
const readers = collections.map((collection) => collection[CHANGES]());
const core = coreOf(map);
const follower = core && new Follower(core);

for (const collection of collections) collection.get();
follower?.advance();
for (const result of results) result.get();
for (const reader of readers) reader.take();
flat.push("three"); // now that somebody wants to hear of its rows
keep(collections, results, readers, [follower]);
