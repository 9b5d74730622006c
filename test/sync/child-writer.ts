import pg from "pg";
import { createClient } from "redis";
import { levelStore } from "../../adapters/level/index.ts";
import { postgresStore } from "../../adapters/postgres/index.ts";
import { redisDocuments } from "../../adapters/redis/index.ts";
import type { Store } from "../../lib/sync/index.ts";

// Appends 1, 2, 3, ... to several documents at once, as a replica of its own, until it is killed, and prints each acknowledgement. Every few numbers it rewrites
// what the document holds as a snapshot. Arguments: kind of store, index of the writer, then what the store needs.
const [kind = "", index = "", place = "", more = ""] = process.argv.slice(2);
const replica = Number(index);
const store = await open();
await Promise.all(["a", "b", "c", "d"].map(write));

async function open(): Promise<Store> {
  if (kind === "level") return levelStore({ path: place, durability: more === "process" ? "process" : "disk" });
  if (kind === "postgres") return postgresStore(new pg.Pool({ connectionString: place, max: 4 }), { schema: more });
  return redisDocuments(await createClient({ url: place }).connect(), { prefix: more });
}

async function write(name: string): Promise<void> {
  const first = 1 + (await count(name));
  for (let next = first; ; next++) {
    await store.append(name, bytesOf([replica, next]), {
      ranges: [{ replica, from: next - 1, to: next }],
      author: `writer ${replica}`,
    });
    process.stdout.write(`${name}/${replica} ${next}\n`);
    if (next % 7 !== 0) continue;
    const { snapshot, updates, position } = await store.load(name);
    const all = [...(snapshot === undefined ? [] : [snapshot]), ...updates].flatMap((bytes) => [...numbersOf(bytes)]);
    await store.compact(name, bytesOf(all), position);
  }
}

/** How many numbers of this replica are stored: a killed writer's last one may be, though it never heard so. */
async function count(name: string): Promise<number> {
  const { snapshot, updates } = await store.load(name);
  const all = [...(snapshot === undefined ? [] : [snapshot]), ...updates].flatMap((bytes) => [...numbersOf(bytes)]);
  return all.filter((value, at) => at % 2 === 0 && value === replica).length;
}

function numbersOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}

function bytesOf(numbers: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(numbers).buffer);
}
