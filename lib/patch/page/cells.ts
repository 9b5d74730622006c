import type { Each, Template } from "../../html/index.ts";
import { PART } from "../../pool/index.ts";
import type { TreeRaw } from "../tree.ts";
import type { Around } from "./around.ts";
import type { StreamFeed } from "./stream-source.ts";
import type { KeyedReader, PagePart, Watched, Watcher } from "./watching.ts";

export type Key = string | number;

/** A text, or an attribute. Texts that were numbers are kept as such: most of those take no memory. */
export type Plain = string | number | true | null;

/** What one slot holds. */
export type Cell = Plain | Instance | List | TreeRaw | Hole;

export function isPlain(cell: Cell | undefined): cell is Plain {
  return typeof cell !== "object" || cell === null;
}

const ZERO = 48;
const NINE = 57;
/** Longest text that is kept as a number: a small integer, which takes no memory. */
const MAX_DIGITS = 9;

/** A text as it is kept: as a number where that reads the same, which takes no memory and is what a template is given the next time. */
export function compact(text: string): string | number {
  const { length } = text;
  if (length === 0 || length > MAX_DIGITS || (length > 1 && text.charCodeAt(0) === ZERO)) return text;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return text;
  }
  return Number(text);
}

/** The text a cell shows, if it shows a text and nothing else. */
export function textOf(cell: Cell): string | undefined {
  if (typeof cell === "string") return cell;
  return typeof cell === "number" ? String(cell) : undefined;
}

/** One evaluation of a template: what its slots hold, and not what it was made from. */
export class Instance {
  readonly template: Template;
  readonly cells: Cell[];
  /** Around it: another, at its slot `at`, or the rows it stands among. */
  parent: Instance | Block | undefined = undefined;
  at = 0;

  constructor(template: Template, cells: Cell[]) {
    this.template = template;
    this.cells = cells;
  }
}

/** The rows of a list. */
export class List {
  blocks: Block[] = [];
  size = 0;
  /** See `placeOf`. */
  starts: readonly number[] | undefined = undefined;
  readonly parent: Instance;
  readonly at: number;

  constructor(parent: Instance, at: number) {
    this.parent = parent;
    this.at = at;
  }
}

/**
 * A run of rows. With a template all are of that and hold nothing but plain values, row by row in `cells`; without, `cells` has an instance a row.
 */
export class Block {
  readonly list: List;
  template: Template | undefined;
  keys: Key[];
  cells: Cell[];

  constructor(list: List, template: Template | undefined, keys: Key[], cells: Cell[]) {
    this.list = list;
    this.template = template;
    this.keys = keys;
    this.cells = cells;
  }
}

/** What holes need of the page they are in. */
export interface HoleHome {
  read(hole: Hole): void;
  soil(hole: Hole): void;
}

/** A slot that is followed by itself: what it was given is a function or a readable, or holds some. */
export class Hole implements Watched {
  readonly home: HoleHome;
  readonly owner: Instance;
  readonly at: number;
  held: Cell;
  /** What stands in the hole; of an attribute, all values of the evaluation. */
  given: unknown;
  around: Around;
  watcher: Watcher | undefined = undefined;
  isGone = false;

  constructor(home: HoleHome, owner: Instance, at: number, held: Cell, given: unknown, around: Around) {
    this.home = home;
    this.owner = owner;
    this.at = at;
    this.held = held;
    this.given = given;
    this.around = around;
  }

  evaluate(): void {
    this.home.read(this);
  }

  invalidate(): void {
    if (!this.isGone) this.home.soil(this);
  }

  /** Follows nothing any more; what it holds stays. */
  stop(): void {
    this.isGone = true;
    this.watcher?.stop();
  }
}

/** A slot that holds a part with state of its own. */
export class PartHole extends Hole {
  declare given: PagePart;

  override evaluate(): void {
    this.given[PART](() => super.evaluate());
  }
}

/** A slot that holds the rows of a collection, and asks it for what has changed. */
export class CollectionHole extends Hole {
  /** The latest evaluation of `each`, of the same collection. */
  declare given: Each;
  readonly reader: KeyedReader;
  /** Something went wrong half-way: all is to be read again. */
  isLost = true;

  constructor(
    home: HoleHome,
    owner: Instance,
    at: number,
    held: Cell,
    given: Each,
    around: Around,
    reader: KeyedReader,
  ) {
    super(home, owner, at, held, given, around);
    this.reader = reader;
  }
}

/** What an operation on a stream says besides where. */
export type StreamBody = readonly unknown[];

/** A slot that shows a stream. It holds the rows it began with until the client has been told of them, and then none. */
export class StreamHole extends Hole {
  /** The latest evaluation of `each`, of the same stream. */
  declare given: Each;
  readonly id: string;
  readonly feed: StreamFeed;
  isOpen = false;
  /** The client has its rows from a page before this one. */
  isKnown = false;
  /** What the client has not been told. */
  untold: StreamBody[] = [];

  constructor(
    home: HoleHome,
    owner: Instance,
    at: number,
    held: Cell,
    given: Each,
    around: Around,
    feed: StreamFeed,
    id: string,
  ) {
    super(home, owner, at, held, given, around);
    this.feed = feed;
    this.id = id;
  }

  override stop(): void {
    super.stop();
    this.feed.stop();
  }

  /** The client has what there was. */
  forget(): void {
    if (this.held instanceof List) this.held = new List(this.owner, this.at);
  }
}

/** Stops what follows something inside of a cell that is no longer shown. */
export function release(cell: Cell | undefined): void {
  if (isPlain(cell)) return;
  if (cell instanceof Hole) {
    cell.stop();
    release(cell.held);
  } else if (cell instanceof Instance) {
    for (const inner of cell.cells) release(inner);
  } else if (cell instanceof List) {
    for (const block of cell.blocks) if (block.template === undefined) for (const row of block.cells) release(row);
  }
}

/** Where a slot lies, from the root. */
export function pathOf(owner: Instance, at: number): number[] {
  const path = [at];
  if (owner.parent === undefined) return path;
  for (let node = owner; node.parent !== undefined; ) {
    const { parent } = node;
    if (parent instanceof Instance) {
      path.push(node.at);
      node = parent;
    } else {
      const { list } = parent;
      path.push(indexIn(list, parent) + parent.cells.indexOf(node), list.at);
      node = list.parent;
    }
  }
  return path.reverse();
}

function indexIn(list: List, block: Block): number {
  let index = 0;
  for (const before of list.blocks) {
    if (before === block) break;
    index += before.keys.length;
  }
  return index;
}
