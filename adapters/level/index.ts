/**
 * Documents on disk, in an embedded LevelDB folder, through the optional peer `classic-level`.
 * @packageDocumentation
 */
export { type LevelStoreOptions, levelStore } from "./level-store.ts";
