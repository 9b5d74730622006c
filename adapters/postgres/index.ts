/**
 * Documents in PostgreSQL, for any number of processes. The peer `pg` is the pool you pass in.
 * @packageDocumentation
 */
export { type PostgresPool, type PostgresStoreOptions, postgresStore } from "./postgres-store.ts";
