import type { ClientSettings } from "./extension-types.ts";

declare global {
  /** What the page has set, and after the start what extensions are given. */
  var busbarConfig: ClientSettings | undefined;
}

/** Whether there is a page: a server may import this too. The scripts for browsers know, and do not ask. */
export const isPage: boolean = !!globalThis.document;

/** The page. Undefined, and never used, where there is none. */
export const doc: Document = globalThis.document;

/**
 * What `config` has set. One document has one client, so this is one object, by which copies of the script find each other; a page may make
 * it before it loads the script. On a server nothing is left behind.
 */
export const settings: ClientSettings = isPage ? (globalThis.busbarConfig ??= {}) : {};
