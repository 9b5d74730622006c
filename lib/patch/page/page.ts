import type { CodedError } from "../../errors/index.ts";
import type { Html } from "../../html/index.ts";
import type { Content, Operation } from "../../wire/index.ts";
import { OP_TEMPLATE } from "../../wire/index.ts";
import type { Templates } from "../templates.ts";
import type { TreeInstance } from "../tree.ts";
import { NOWHERE } from "./around.ts";
import { cellContent } from "./cell-content.ts";
import { CollectionHole, type Hole, type Instance, pathOf, release } from "./cells.ts";
import { type PackedPage, packPage, unpackPage } from "./packed-page.ts";
import { pageHash } from "./page-hash.ts";
import type { PageOptions } from "./page-options.ts";
import { findStaleRow } from "./stale-rows.ts";
import type { StreamSource } from "./stream-source.ts";
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
  /** All of it, as it travels: the client that gets this has caught up, but for what `isBehind` says, and knows all templates. */
  content(): Content;
  /** There is something to take: after `content`, what has happened to streams. */
  readonly isBehind: boolean;
  /** It has shown a stream, whose rows it does not have. */
  readonly hasStreams: boolean;
  /** The streams it shows, with their names. */
  shownStreams(): ReadonlyMap<StreamSource, string>;
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
  /** Tells what it shows from what another page shows that has the same templates. Keys of rows do not count: a client sees none. */
  hash(): string;
  /** What it holds, for a page that is made of it later. Streams are not kept. @throws CodedError `WIRE_TOO_DEEP`. */
  pack(): PackedPage;
  /** Follows nothing any more. */
  stop(): void;
}

/**
 * Makes the page of a client that shows something already.
 * @param first - What that was read from, what is read now, or what a page before it has packed.
 * @param templates - Those the client knows.
 * @remarks Memory: 8 bytes per slot and row of lists whose rows hold nothing but text, besides texts that nobody else has.
 * @public
 */
export function createPage(
  first: Html | TreeInstance | PackedPage,
  templates: Templates,
  options: PageOptions = {},
): Page {
  return new WalkedPage(first, templates, options);
}

class WalkedPage implements Page {
  private readonly templates: Templates;
  private readonly walk: Walk;
  private root: Instance;
  /** How many templates the client has been told of. */
  private known: number;

  constructor(first: Html | TreeInstance | PackedPage, templates: Templates, options: PageOptions) {
    this.templates = templates;
    this.walk = new Walk(templates, options);
    this.root = "bytes" in first ? unpackPage(first) : this.walk.make(this.walk.named(first), NOWHERE);
    this.known = templates.size;
  }

  get isSoiled(): boolean {
    return this.walk.dirty.size > 0;
  }

  get hasStreams(): boolean {
    return this.walk.streams > 0;
  }

  shownStreams(): ReadonlyMap<StreamSource, string> {
    const shown = [...this.walk.shown].filter((hole) => !hole.isGone && hole.isOpen);
    return new Map(shown.map(({ given, id }) => [given.source as unknown as StreamSource, id])); // cast: it was made for one
  }

  get isBehind(): boolean {
    return this.walk.out.length > 0;
  }

  update(next: Html | TreeInstance): void {
    this.walk.start(NO_PATH);
    this.root = this.walk.setRoot(this.root, next);
  }

  flush(): void {
    const { walk } = this;
    const { only } = walk.dirty;
    if (only !== undefined) this.show(only);
    else if (walk.dirty.size > 0) for (const hole of inOrder(walk.dirty.all())) this.show(hole);
  }

  private show(hole: Hole): void {
    const { walk } = this;
    if (!walk.dirty.delete(hole) || hole.isGone) return;
    walk.start(pathOf(hole.owner, hole.at));
    try {
      hole.watcher?.rerun(false);
    } catch (error) {
      walk.dirty.add(hole);
      throw error;
    }
  }

  take(): Operation[] {
    const changes = this.walk.takeOut();
    this.walk.told();
    const { known, templates } = this;
    // What was defined for something that threw may wait.
    if (changes.length === 0 || known === templates.size) return changes;
    const defined = templates.sources(known).map((source, at): Operation => [OP_TEMPLATE, known + at, ...source]);
    this.known = templates.size;
    return [...defined, ...changes];
  }

  content(): Content {
    const content = cellContent(this.root, this.templates);
    this.walk.retell();
    this.known = this.templates.size;
    return content;
  }

  follow(watching: Watching, onSoiled: () => void): void {
    this.walk.watching = watching;
    this.walk.onSoiled = onSoiled;
  }

  findStaleRow(): CodedError | undefined {
    const apart = new Walk(this.templates, {}); // which follows nothing
    return findStaleRow(this.root, (row, around) => apart.make(apart.named(row), around));
  }

  hash(): string {
    return pageHash(this.root, this.templates);
  }

  pack(): PackedPage {
    return packPage(this.root);
  }

  stop(): void {
    release(this.root);
    this.walk.watching = undefined;
    this.walk.dirty.clear();
  }
}

const NO_PATH: readonly number[] = [];

/** Outer slots before those inside of what they hold, which may be gone after. */
function inOrder(holes: Hole[]): readonly Hole[] {
  const depth = (hole: Hole): number =>
    2 * pathOf(hole.owner, hole.at).length + (hole instanceof CollectionHole ? 1 : 0);
  const depths = new Map(holes.map((hole) => [hole, depth(hole)]));
  return holes.sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0));
}
