/**
 * The difference between two evaluations of a page, as patch operations.
 * @packageDocumentation
 */
export { coalesce } from "./coalesce.ts";
export { contentOf } from "./content.ts";
export { diff } from "./diff.ts";
export type { PackedPage } from "./page/packed-page.ts";
export { createPage, type Page } from "./page/page.ts";
export type { Following, PageOptions } from "./page/page-options.ts";
export type { StreamChange, StreamFeed, StreamSource } from "./page/stream-source.ts";
export type {
  KeyedChange,
  KeyedChanges,
  KeyedReader,
  KeyedRow,
  PagePart,
  Watched,
  Watcher,
  Watching,
} from "./page/watching.ts";
export { createTemplates, type Templates } from "./templates.ts";
export { htmlOf, type TreeInstance, type TreeList, type TreeRaw, type TreeValue, treeOf } from "./tree.ts";
