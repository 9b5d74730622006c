import { doc, idOf } from "./dom.ts";
import type { ClientConfig } from "./types.ts";

// One document has one client, so what it knows of the document is the module's own.

type Settings = { -readonly [Name in keyof ClientConfig]-?: NonNullable<ClientConfig[Name]> } & {
  /** Set by the first copy of this script in a page: the others leave the work to it. */
  process?: (root: Element) => void;
};

// cast: where a page puts its settings before it loads the script, and where the copies of the script find each other
const shared = globalThis as { busbarConfig?: Partial<Settings> };
const given = shared.busbarConfig ?? {};

/** What `config` has set. */
export const settings: Settings = Object.assign(given, {
  navigate: (url: string) => {
    location.href = url;
  },
  reload: () => location.reload(),
  scripts: true,
  ...given,
});

if (doc) shared.busbarConfig = settings;

/** Activates what was just put into the page, before its observer is called. */
export const page: { flush: () => void } = { flush: () => {} };

/** The newest request whose reply replaced a target, by the target's id or by itself. Empty while nothing runs. */
export const newest: Map<string | Element, number> = new Map();

/** What `newest` knows a target by. */
export const keyOf = (target: Element): string | Element => idOf(target) || target;

/** Polls that the server has ended. */
export const finished: WeakSet<Element> = new WeakSet();
