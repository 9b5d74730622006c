import type { CodedError } from "../../errors/index.ts";
import type { Css, Html } from "../../html/index.ts";
import type { Content, Operation } from "../../wire/index.ts";
import { OP_TEMPLATE } from "../../wire/index.ts";
import type { Templates } from "../templates.ts";
import type { TreeInstance } from "../tree.ts";
import { NOWHERE } from "./around.ts";
import { cellContent } from "./cell-content.ts";
import { CollectionHole, type Hole, pathOf, release } from "./cells.ts";
import { findStaleRow } from "./stale-rows.ts";
import { Walk } from "./walk.ts";
import type { Watching } from "./watching.ts";

/**
 * What one client's page holds: keys and plain values, nothing of what they were made from.
 * @public
 */
export interface Page {
  /**
   * Compares the page with what it is to show now. Where a slot has the same readable or collection as before it stays as it is: that tells of its
   * changes itself.
   * @throws what reading it throws; what was done until then holds, and is told.
   */
  update(next: Html | TreeInstance): void;
  /** Brings those slots up to date that have told of a change, and no others. @throws as `update`. */
  flush(): void;
  /** Whether a slot has told of a change that is not shown. */
  readonly isSoiled: boolean;
  /** Takes what the client must do to catch up: definitions of templates first. */
  take(): Operation[];
  /** All of it, as it travels: the client that gets this has caught up, and knows all templates. */
  content(): Content;
  /**
   * From the next `update` on, slots that can tell of changes are followed one by one.
   * @param onSoiled - Called when one of them tells of a change, on the stack of whoever made it.
   */
  follow(watching: Watching, onSoiled: () => void): void;
  /**
   * For development: looks for a row of a followed collection that shows what is not in its item, so that it would be another if it were made now.
   * @returns CodedError `PATCH_STALE_ROW` or nothing.
   * @remarks Makes all rows of all collections once more. What they read should be noted by nobody.
   */
  findStaleRow(): CodedError | undefined;
  /** Follows nothing any more. */
  stop(): void;
}

/**
 * Makes the page of a client that shows what was read once.
 * @param templates - Those the client knows.
 * @param onStyle - Told of each stylesheet of `css` that is met from now on.
 * @remarks Memory: 8 bytes per slot and row of lists whose rows hold nothing but text, besides texts that nobody else has.
 * @public
 */
export function createPage(first: TreeInstance, templates: Templates, onStyle?: (css: Css) => void): Page {
  const walk = new Walk(templates, onStyle);
  let root = walk.make(first, NOWHERE);
  let known = templates.size;
  return {
    update(next) {
      walk.start([]);
      root = walk.setRoot(root, next);
    },
    flush() {
      for (const hole of inOrder(walk.dirty)) {
        if (hole.isGone || !walk.dirty.has(hole)) {
          walk.dirty.delete(hole);
          continue;
        }
        walk.start(pathOf(hole.owner, hole.at));
        if (hole instanceof CollectionHole) hole.evaluate();
        else hole.watcher?.rerun(false);
        walk.dirty.delete(hole);
      }
    },
    get isSoiled() {
      return walk.dirty.size > 0;
    },
    take() {
      const changes = walk.out.splice(0);
      if (changes.length === 0) return changes; // what was defined for something that threw may wait
      const sources = templates.sources(known);
      if (sources.length === 0) return changes;
      const defined = sources.map((source, at): Operation => [OP_TEMPLATE, known + at, ...source]);
      known = templates.size;
      return [...defined, ...changes];
    },
    content() {
      const content = cellContent(root, templates);
      walk.out.length = 0;
      known = templates.size;
      return content;
    },
    follow(watching, onSoiled) {
      walk.watching = watching;
      walk.onSoiled = onSoiled;
    },
    findStaleRow() {
      const apart = new Walk(templates, undefined); // which follows nothing
      return findStaleRow(root, (row, around) => apart.make(apart.named(row), around));
    },
    stop() {
      release(root);
      walk.watching = undefined;
      walk.dirty.clear();
    },
  };
}

/** Outer slots before those inside of what they hold, which may be gone after. */
function inOrder(dirty: ReadonlySet<Hole>): readonly Hole[] {
  const holes = [...dirty];
  if (holes.length < 2) return holes;
  const depth = (hole: Hole): number =>
    2 * pathOf(hole.owner, hole.at).length + (hole instanceof CollectionHole ? 1 : 0);
  const depths = new Map(holes.map((hole) => [hole, depth(hole)]));
  return holes.sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0));
}
