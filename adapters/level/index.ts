/**
 * Documents and live sessions on disk, in an embedded LevelDB folder, through the optional peer `classic-level`.
 * @packageDocumentation
 */
export { type LevelSnapshots, levelSnapshots } from "./level-snapshots.ts";
export { type LevelStoreOptions, levelStore } from "./level-store.ts";
