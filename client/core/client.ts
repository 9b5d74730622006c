import { boost } from "./boost.ts";
import { doc } from "./dom.ts";
import { watchHistory } from "./history.ts";
import { ask, start } from "./request.ts";
import { page, settings } from "./state.ts";
import { activate } from "./trigger.ts";

/** Starts the client, once in a document. */
export const begin = (): void => {
  if (settings.process) return;
  const process = (root: Element): void => activate(root, ask);
  settings.process = process;
  const take = (records: MutationRecord[]): void => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) if (node instanceof Element && node.isConnected) process(node);
  };
  const observer = new MutationObserver(take);
  observer.observe(doc, { childList: true, subtree: true });
  page.flush = () => take(observer.takeRecords());
  doc.addEventListener("click", boost);
  doc.addEventListener("submit", boost);
  // Back and forward: the page is asked for again, so nothing of it is ever stored or stale. A source outside of the
  // page has no attributes and is heard at the document; it is one for all, so that a restore replaces the one before.
  const source = doc.createElement("html");
  watchHistory((scroll) =>
    start(source, undefined, { method: "GET", url: location.href, restored: true, target: doc.body, scroll }),
  );
  process(doc.documentElement);
};
