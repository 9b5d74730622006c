import type { Instance } from "./slots.ts";
import type { More } from "./types.ts";

/** What loses its state when it leaves the document. Forgiving, as not every browser knows popovers. */
const DELICATE = ":is(:focus-within,iframe,video,audio,object,embed,dialog[open],:popover-open)";

/**
 * For browsers without `moveBefore`: rows that hold something delicate stay where they are, as long as their order among themselves is the
 * same, and all others move around them.
 */
export const pinRows: More = (live, [ask, , , nodesOf]) => {
  if ("moveBefore" in Element.prototype) return;
  const isDelicate = (row: Instance): boolean =>
    nodesOf(row).some(
      (node) => node instanceof Element && (ask(node, "matches", DELICATE) || ask(node, "querySelector", DELICATE)),
    );
  live._page._pin = (slot, rows, moved) => {
    const pinned = rows.filter(isDelicate);
    if (!pinned.some((row) => moved.has(row))) return moved;
    const old = slot._held as Instance[]; // cast: rows are moved in lists
    const all = new Set(rows);
    let last = -1;
    for (const row of pinned) {
      const at = old.indexOf(row);
      if (at > last) all.delete(row);
      last = Math.max(last, at);
    }
    return all;
  };
};
