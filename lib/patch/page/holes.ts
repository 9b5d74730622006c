import type { ChildPart, Slot } from "../../html/index.ts";
import { type Around, inScope, isSameScope } from "./around.ts";
import { type Cell, CollectionHole, Hole, type Instance, PartHole, StreamHole } from "./cells.ts";
import { isSame, unhole } from "./late.ts";
import type { Walker } from "./walker.ts";
import type { PagePart, Watching } from "./watching.ts";

/** A slot that is to be followed by itself. */
export interface FollowedSlot {
  readonly cell: Cell;
  readonly owner: Instance;
  readonly at: number;
  readonly around: Around;
}

/** Follows what a hole reads from now on. @throws what reading it throws; the slot then is what it was, followed by nobody. */
export function watchHole<H extends Hole>(watching: Watching, hole: H): H {
  try {
    hole.watcher = watching.watch(hole);
  } catch (error) {
    hole.stop();
    hole.owner.cells[hole.at] = hole.held;
    throw error;
  }
  return hole;
}

/** What a slot is given anew is read anew, unless it is the same. */
export function showHole(walker: Walker, watching: Watching, slot: FollowedSlot, given: unknown): Cell {
  const { cell, owner, at, around } = slot;
  if (!isGoingOn(cell)) return watchHole(watching, new Hole(walker, owner, at, unhole(cell), given, around));
  const kind: Slot | undefined = owner.template.slots[at];
  if (isSame(kind, cell.given, given)) return cell;
  return readAgain(walker, cell, given, around);
}

/** A part goes on by itself, unless it is to be read anew or other things are provided around it. */
export function showPart(walker: Walker, watching: Watching, slot: FollowedSlot, { part, scope }: ChildPart): Cell {
  const { cell, owner, at } = slot;
  const given = part as unknown as PagePart; // cast: it has PART
  const around = inScope(slot.around, scope);
  if (!(cell instanceof PartHole) || cell.isGone) {
    return watchHole(watching, new PartHole(walker, owner, at, unhole(cell), given, around));
  }
  if (cell.given !== given || !isSameScope(cell.around.scope, scope)) return readAgain(walker, cell, given, around);
  cell.around = around;
  return cell;
}

function isGoingOn(cell: Cell): cell is Hole {
  return cell instanceof Hole && !cell.isGone && !(cell instanceof CollectionHole || cell instanceof StreamHole);
}

function readAgain(walker: Walker, hole: Hole, given: unknown, around: Around): Hole {
  hole.given = given;
  hole.around = around;
  walker.dirty.add(hole); // should it throw, what is shown is not what was given
  hole.watcher?.rerun(true);
  return hole;
}
