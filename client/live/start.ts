import { fill, nodesOf, replace, slotAt, splice } from "./page.ts";
import type { Kit, Live, LiveRoot, Load, More } from "./types.ts";
import { runView } from "./view.ts";

/**
 * Runs the roots at or below a node that do not run yet; `load` brings what only some pages need. For a document also what comes into it
 * later, and ends what leaves it. Returns the stop.
 */
export const startRoots = (node: ParentNode, load: Load): (() => void) => {
  const lives = new Set<Live>();
  let loaded: Promise<More | undefined> | undefined;
  const kit: Kit = {
    _splice: splice,
    _replace: replace,
    _nodesOf: nodesOf,
    _slotAt: slotAt,
    _fill: fill,
    _load: load,
  };
  /** Once for all of them; where it fails, perhaps the next time. */
  const more = (): Promise<More | undefined> =>
    (loaded ??= load("more").then(
      (create) => create(),
      () => (loaded = undefined),
    ));
  const stop = (live: Live, isFinal: boolean): void => {
    live._stop(isFinal);
    if (!isFinal) return;
    lives.delete(live);
    live._root._live = undefined;
  };
  const look = (): void => {
    for (const live of lives) if (!live._root.isConnected) stop(live, true);
    for (const root of node.querySelectorAll<LiveRoot>("[bus-live]")) {
      if (root._live) continue;
      root._live = runView(root, more, kit);
      lives.add(root._live);
    }
  };
  const wake = (): void => {
    for (const live of lives) live._wake();
  };
  const observer = new MutationObserver(look);
  observer.observe(node, { childList: true, subtree: true });
  // These stay, with nothing to do once all is stopped.
  for (const type of ["online", "visibilitychange"]) addEventListener(type, wake);
  // A page kept for going back to is without a socket; else nobody comes back.
  addEventListener("pagehide", ({ persisted }) => {
    for (const live of lives) stop(live, !persisted);
  });
  look();
  return () => {
    observer.disconnect();
    for (const live of lives) stop(live, true);
  };
};
