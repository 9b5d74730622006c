import { boost } from "./boost.ts";
import { attribute, doc, fail, tell } from "./dom.ts";
import { watchHistory } from "./history.ts";
import { start } from "./request.ts";
import { find, milliseconds, selectors, split, words } from "./selectors.ts";
import { settings } from "./settings.ts";
import { page, swap, swaps } from "./swap.ts";
import { activate, awaken, modifiers, triggers } from "./trigger.ts";
import type { Kit } from "./types.ts";

/** Starts the client, once in a document. */
const begin = (): void => {
  if (settings.process) return;
  Object.assign(settings, {
    process: activate,
    attribute,
    fail,
    find,
    milliseconds,
    modifiers,
    selectors,
    split,
    start,
    swap,
    swaps,
    tell,
    triggers,
    words,
  });
  for (const extension of settings.extensions) extension.init?.(settings as Kit); // cast: completed right above
  const take = (records: MutationRecord[]): void => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node instanceof Element && node.isConnected) activate(node);
  };
  const observer = new MutationObserver(take);
  observer.observe(doc, { childList: true, subtree: true });
  page.flush = () => take(observer.takeRecords());
  for (const type of ["click", "submit", "change"]) doc.addEventListener(type, awaken, true);
  doc.addEventListener("click", boost);
  doc.addEventListener("submit", boost);
  // Back and forward: the page is asked for again, so nothing of it is ever stored or stale. A source outside of the
  // page has no attributes and is heard at the document; it is one for all, so that a restore replaces the one before.
  const source = doc.createElement("html");
  watchHistory((scroll) =>
    start(source, undefined, { method: "GET", url: location.href, restored: true, target: doc.body, scroll }),
  );
  activate(doc.documentElement);
};

if (doc?.readyState === "loading") doc.addEventListener("DOMContentLoaded", begin);
else if (doc) begin();
