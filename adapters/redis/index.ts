/**
 * Redis for live views: messages between machines, and sessions that outlive their process. The peer `redis` is the client you pass in.
 * @packageDocumentation
 */
export type { RedisClient, RedisSubscriber, RedisTypeMapping } from "./client.ts";
export { type RedisBus, type RedisBusOptions, redisBus } from "./redis-bus.ts";
export { type RedisStoreOptions, redisStore } from "./redis-store.ts";
