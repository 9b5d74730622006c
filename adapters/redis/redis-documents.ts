import { createHash } from "node:crypto";
import { CodedError } from "../../lib/errors/index.ts";
import {
  type AppendClaim,
  byteOrder,
  demandOption,
  type ListOptions,
  type Store,
  type StoredDocument,
} from "../../lib/sync/index.ts";
import type { RedisClient } from "./client.ts";
import { APPEND, COMPACT, CUT, LOAD } from "./document-scripts.ts";

/**
 * How to keep documents in redis.
 * @public
 */
export interface RedisDocumentsOptions {
  /** Begins every key. @defaultValue "busbar:" */
  readonly prefix?: string;
  /**
   * What survives when `append` has resolved. `"disk"`: a crash of the machine redis is on; it must run with `appendonly yes` and `appendfsync always`.
   * `"process"`: a crash of redis; it must run with `appendonly yes`, and the last second may be lost with the machine.
   * @defaultValue "disk"
   */
  readonly durability?: "disk" | "process";
  /** Believes in the durability without asking redis for its settings: for services that do not tell. @defaultValue false */
  readonly unchecked?: boolean;
}

/**
 * Keeps documents in redis, for any number of processes at once: per document a stream of updates and a snapshot.
 * @param client - Connected; it stays yours.
 * @throws CodedError `SYNC_BAD_OPTION`; `SYNC_STORE_DURABILITY` when redis is not set up for the durability asked for; what the client throws.
 * @remarks One round trip for each append. Keys of a document are spread over slots: a single redis or one with replicas, not a cluster.
 * @example
 * ```ts
 * const client = await createClient({ url: process.env.REDIS_URL }).on("error", report).connect();
 * const hub = createHub({ store: await redisDocuments(client), bus: redisBus(client), platform: nodePlatform });
 * ```
 * @public
 */
export async function redisDocuments(client: RedisClient, options: RedisDocumentsOptions = {}): Promise<Store> {
  const { prefix = "busbar:", durability = "disk", unchecked = false } = options;
  demandOption(durability === "disk" || durability === "process", "durability"); // a misspelt one must not promise less
  demandOption(typeof client?.sendCommand === "function", "client");
  demandOption(typeof prefix === "string", "prefix");
  if (!unchecked) await checkSettings(client, durability);
  return new RedisDocuments(client, prefix);
}

const BYTES = { 36: Buffer } as const; // else bytes would be read as text

class RedisDocuments implements Store {
  readonly #client: RedisClient;
  readonly #prefix: string;
  readonly #hashes = new Map([APPEND, COMPACT, CUT, LOAD].map((script) => [script, hashOf(script)]));
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(client: RedisClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async load(name: string, after = 0): Promise<StoredDocument> {
    const keys = ["log", "head", "by"].map((part) => this.#key(part, name));
    const [position, snapshot, entries, authors, epoch] = (await this.#script(LOAD, keys, [after])) as Loaded;
    return {
      position: Number(position),
      epoch: Number(epoch),
      snapshot: snapshot === null ? undefined : plain(snapshot),
      updates: entries.map(([, [, update]]) => plain(update)),
      authors: new Map(pairs(authors).map(([replica, author]) => [Number(replica), author.toString().slice(1)])),
    };
  }

  async append(
    name: string,
    update: Uint8Array,
    { ranges, author, epoch = "" }: Omit<AppendClaim, "epoch"> & { readonly epoch?: number | "" } = NOTHING,
  ): Promise<number> {
    const keys = ["log", "head", "next", "by"].map((part) => this.#key(part, name));
    const claims = ranges.flatMap(({ replica, from, to }) => [replica, replica < 0 ? -1 - replica : replica, from, to]);
    const owner = author === undefined ? "" : `=${author}`; // an author may be the empty text
    const args = [name, update, owner, epoch, ...claims];
    const [answer, at, known] = (await this.#script(APPEND, [...keys, this.#names], args)) as Buffer[]; // cast: as the script says
    const value = Number(at);
    if (`${answer}` === "ok") return value;
    if (`${answer}` === "epoch") {
      throw new CodedError("SYNC_STORE_EPOCH", `an update of epoch ${epoch}, where the document is in ${value}`, {
        value,
      });
    }
    if (`${answer}` === "taken") {
      throw new CodedError("SYNC_REPLICA_TAKEN", `replica ${value} belongs to another author`, { value });
    }
    throw new CodedError("SYNC_STORE_GAP", `operations of replica ${value} from ${known} on are missing`, { value });
  }

  async compact(...[name, snapshot, upTo, version = new Map()]: Parameters<Store["compact"]>): Promise<void> {
    const keys = ["log", "head", "next"].map((part) => this.#key(part, name));
    const answer = await this.#script(COMPACT, keys, [upTo, snapshot, ...[...version].flat()]);
    if (`${answer}` === "ok") return;
    throw new CodedError("SYNC_STORE_POSITION", `no update has position ${upTo}`, { value: upTo });
  }

  async cut(...[name, snapshot, upTo, { epoch, version, author, file }]: Parameters<Store["cut"]>): Promise<boolean> {
    const keys = ["log", "head", "next", "by", "files"].map((part) => this.#key(part, name));
    const claims = [...version].flatMap(([key, next]) => [key, key < 0 ? -1 - key : key, next]);
    return (
      (await this.#script(CUT, keys, [upTo, snapshot, epoch, `=${author}`, file.key, file.bytes, ...claims])) === 1
    );
  }

  async list({ prefix = "", after = "", limit = 1000 }: ListOptions = {}): Promise<readonly string[]> {
    // All members have one score, so redis keeps them in the order of their bytes.
    const names: string[] = [];
    let from = byteOrder(after, prefix) >= 0 && after !== "" ? `(${after}` : `[${prefix}`;
    for (;;) {
      const page = await this.#send("ZRANGE", this.#names, from, "+", "BYLEX", "LIMIT", 0, Math.max(limit, 1));
      for (const each of page as Buffer[]) {
        const name = each.toString();
        if (!name.startsWith(prefix) || names.length >= limit) return names;
        names.push(name);
        from = `(${name}`;
      }
      if ((page as Buffer[]).length === 0) return names;
    }
  }

  async remove(name: string): Promise<void> {
    const keys = ["log", "head", "next", "by", "files"].map((part) => this.#key(part, name));
    await this.#send("DEL", ...keys);
    await this.#send("ZREM", this.#names, name);
  }

  async putFile(name: string, key: string, bytes: Uint8Array): Promise<void> {
    await this.#send("HSET", this.#key("files", name), key, bytes);
  }

  async getFile(name: string, key: string): Promise<Uint8Array | undefined> {
    const found = await this.#send("HGET", this.#key("files", name), key);
    return found === null ? undefined : plain(found as Buffer);
  }

  async listFiles(name: string, prefix = ""): Promise<readonly string[]> {
    const keys = ((await this.#send("HKEYS", this.#key("files", name))) as Buffer[]).map((key) => key.toString());
    return keys.filter((key) => key.startsWith(prefix)).sort(byteOrder);
  }

  async removeFile(name: string, key: string): Promise<void> {
    await this.#send("HDEL", this.#key("files", name), key);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#running).then(() => undefined);
    return this.#closing;
  }

  get #names(): string {
    return `${this.#prefix}documents`;
  }

  #key(part: string, name: string): string {
    return `${this.#prefix}document:${part}:${name}`;
  }

  async #script(script: string, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    try {
      return await this.#send("EVALSHA", this.#hashes.get(script) ?? "", keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return this.#send("EVAL", script, keys.length, ...keys, ...args); // redis was restarted: it keeps it from now on
    }
  }

  #send(...args: readonly Argument[]): Promise<unknown> {
    if (this.#closing !== undefined) return Promise.reject(new CodedError("SYNC_STORE_CLOSED", "the store is closed"));
    const done = this.#client
      .sendCommand(args.map(toBuffer), { typeMapping: BYTES })
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }
}

type Argument = string | number | Uint8Array;
type Loaded = [Buffer, Buffer | null, [Buffer, [Buffer, Buffer]][], Buffer[], Buffer];

const NOTHING: AppendClaim = { ranges: [] };

function toBuffer(value: Argument): Buffer {
  if (typeof value !== "object") return Buffer.from(String(value));
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes); // a copy: a reply's buffer holds others too
}

function pairs<T>(flat: readonly T[]): [T, T][] {
  const found: [T, T][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) found.push([flat[i] as T, flat[i + 1] as T]); // casts: within the list
  return found;
}

function hashOf(script: string): string {
  return createHash("sha1").update(script).digest("hex");
}

async function checkSettings(client: RedisClient, durability: "disk" | "process"): Promise<void> {
  const read = async (name: string): Promise<string | undefined> => {
    const reply = await client.sendCommand(["CONFIG", "GET", name]);
    if (Array.isArray(reply)) return reply[1] === undefined ? undefined : String(reply[1]);
    return typeof reply === "object" && reply !== null ? String(Object.values(reply)[0]) : undefined;
  };
  if ((await read("appendonly")) !== "yes") throw weak("appendonly is not yes: a restart of redis loses all");
  if (durability === "disk" && (await read("appendfsync")) !== "always") {
    throw weak("appendfsync is not always: a crash of the machine loses a second");
  }
  const policy = (await read("maxmemory-policy")) ?? "";
  if (policy.startsWith("allkeys") && (await read("maxmemory")) !== "0") {
    throw weak(`maxmemory-policy is ${policy}: when memory is full, documents go`);
  }
}

function weak(message: string): CodedError {
  return new CodedError("SYNC_STORE_DURABILITY", message);
}
