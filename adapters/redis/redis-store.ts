import type { SnapshotStore } from "../../lib/live/index.ts";
import type { RedisClient } from "./client.ts";

/**
 * How to keep snapshots in redis.
 * @public
 */
export interface RedisStoreOptions {
  /** Begins every key. @defaultValue "busbar:" */
  readonly prefix?: string;
}

/**
 * Keeps snapshots of live sessions in redis, each under a key of its own that expires. They survive a crash of redis as far as its own persistence goes.
 * @param client - Connected; it stays yours.
 * @throws each call: what the client throws.
 * @example
 * ```ts
 * const client = await createClient({ url: process.env.REDIS_URL }).connect();
 * liveRoute(app, "/board/:id", board, { store: redisStore(client), secret });
 * ```
 * @public
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): SnapshotStore {
  const { prefix = "busbar:" } = options;
  return {
    async get(key) {
      const typeMapping = { 36: Buffer }; // else bytes would be read as text
      const reply = await client.sendCommand(["GET", prefix + key], { typeMapping });
      return reply instanceof Uint8Array ? new Uint8Array(reply) : undefined;
    },
    async put(key, bytes, ttlMs) {
      await client.sendCommand(setOf(prefix + key, bytes, ttlMs));
    },
    async claim(key, bytes, ttlMs) {
      return (await client.sendCommand([...setOf(prefix + key, bytes, ttlMs), Buffer.from("NX")])) !== null;
    },
    async delete(key) {
      await client.sendCommand(["DEL", prefix + key]);
    },
  };
}

function setOf(key: string, bytes: Uint8Array, ttlMs: number): Buffer[] {
  const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const life = String(Math.max(1, Math.ceil(ttlMs)));
  return [Buffer.from("SET"), Buffer.from(key), value, Buffer.from("PX"), Buffer.from(life)];
}
