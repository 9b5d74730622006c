import type { ClientSettings } from "./types.ts";

// One document has one client. What it is told and what extensions may use is one object, so that copies of the script find each other.

// cast: where a page puts its settings before it loads the script
const shared = globalThis as { busbarConfig?: Partial<ClientSettings> };

const given = shared.busbarConfig ?? {};

/** What `config` has set; after the start also what extensions are given. */
export const settings: ClientSettings = Object.assign(given, {
  navigate: (url: string) => {
    location.href = url;
  },
  reload: () => location.reload(),
  scripts: true,
  extensions: [],
  ...given,
});

if (globalThis.document) shared.busbarConfig = settings;
