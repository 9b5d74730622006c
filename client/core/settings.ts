import type { ClientSettings } from "./types.ts";

// One document has one client. What it is told and what extensions may use is one object, so that copies of the script find each other.

// cast: where a page puts its settings before it loads the script. On a server nothing is left behind.
const shared = (globalThis.document ? globalThis : {}) as { busbarConfig?: ClientSettings };

shared.busbarConfig ??= {};

/** What `config` has set; after the start also what extensions are given. */
export const settings: ClientSettings = shared.busbarConfig;
