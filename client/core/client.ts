import { attribute, tell } from "./dom.ts";
import type { Kit } from "./extension-types.ts";
import { isStopped } from "./extensions.ts";
import { isSamePage } from "./history.ts";
import { send } from "./perform.ts";
import { start } from "./request.ts";
import { find, split, words } from "./selectors.ts";
import { doc, isPage, settings } from "./settings.ts";
import { swap } from "./swap.ts";
import { activate, enliven } from "./trigger.ts";
import { milliseconds, vocabulary } from "./vocabulary.ts";

/** Starts the client, once in a document. */
const begin = async (): Promise<void> => {
  if (settings.process) return;
  Object.assign(settings, {
    process: activate,
    attribute,
    find,
    milliseconds,
    send,
    split,
    start,
    swap,
    tell,
    vocabulary,
    words,
  });
  await isStopped("init", settings as Kit); // cast: completed right above
  const observer = new MutationObserver((records) => {
    // Where much came, their parent is asked once. casts: text has no such method, a target can be asked as an element
    records.forEach(({ addedNodes, target }) => {
      // biome-ignore lint/suspicious/useIterableCallbackReturn: every byte is counted here
      (addedNodes[9] ? [target] : addedNodes).forEach((node) => (node as Element).closest && activate(node as Element));
    });
  });
  observer.observe(doc, { childList: true, subtree: true });
  // Activates the elements that an event is about to reach, before it does. Not from parent to parent: of a form that may be a field of
  // this name, and then the way never ends. cast: not all of them are elements
  ["click", "submit", "change"].map((type) =>
    doc.addEventListener(type, (event) => (event.composedPath() as Element[]).map(enliven), true),
  );
  // Back and forward: the page is asked for again, so nothing of it is ever stored or stale. A source outside of the
  // page has no attributes and is heard at the body; it is one for all, so that a restore replaces the one before.
  const source = doc.createElement("html");
  addEventListener("popstate", (event) => {
    // How far it was scrolled when it was left. Entries that other scripts made are theirs, and say nothing of this.
    const scroll = isSamePage() ? undefined : (event.state as { busbar?: number } | null)?.busbar; // cast: ours has that
    if (scroll != null)
      start(source, {
        method: "GET",
        url: doc.URL,
        restored: true,
        replace: "true", // where a redirect leads to is the page's address
        target: doc.body,
        scroll,
        headers: { "Bus-History-Restore-Request": "true" },
      });
  });
  activate(doc.documentElement);
};

// After the scripts that stand behind this one, as they may bring extensions; or at once, in a page that is complete and fires neither.
if (isPage) {
  if (/m/.test(doc.readyState)) begin(); // complete: not loading, nor interactive
  ["DOMContentLoaded", "load"].map((type) => addEventListener(type, begin));
}
