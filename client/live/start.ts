import { decode, encode } from "./codec.ts";
import { fill, fillSlots, nodesOf, replace, slotAt, splice } from "./page.ts";
import { ask, trust } from "./slots.ts";
import type { Kit, Live, LiveRoot, Load, More, Script } from "./types.ts";
import { runView } from "./view.ts";

/**
 * Runs the roots at or below a node that do not run yet; `load` brings what only some pages need. For a document also what comes into it
 * later, and ends what leaves it. Returns the stop.
 */
export const startRoots =
  (load: Load) =>
  (node: ParentNode): (() => void) => {
    const lives = new Set<Live>();
    const loaded: Partial<Record<Script, Promise<More | undefined> | undefined>> = {};
    const kit: Kit = [ask, fill, splice, nodesOf, replace, fillSlots, slotAt, decode, encode, trust];
    /** Once for all of them; where it fails, perhaps the next time. */
    const more = (name: Script): Promise<More | undefined> =>
      (loaded[name] ??= load(name).catch(() => (loaded[name] = undefined)));
    const stop = (live: Live): void => {
      live._stop(true);
      lives.delete(live);
      live._root._live = undefined;
    };
    const look = (): void => {
      for (const live of lives) if (!live._root.isConnected) stop(live);
      for (const root of node.querySelectorAll<LiveRoot>("[bus-live]")) {
        // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
        if (!root._live) lives.add((root._live = runView(root, more, kit)));
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(node, { childList: true, subtree: true });
    look();
    return () => {
      observer.disconnect();
      lives.forEach(stop);
    };
  };
