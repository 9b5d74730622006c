/**
 * Redis for live views and documents: messages between machines, sessions that outlive their process, documents many processes serve. The peer `redis` is the client you pass in.
 * @packageDocumentation
 */
export type { RedisClient, RedisSubscriber, RedisTypeMapping } from "./client.ts";
export { type RedisBus, type RedisBusOptions, redisBus } from "./redis-bus.ts";
export { type RedisDocumentsOptions, redisDocuments } from "./redis-documents.ts";
export { type RedisStoreOptions, redisStore } from "./redis-store.ts";
