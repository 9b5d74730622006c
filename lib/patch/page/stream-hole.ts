import { type Each, eachRow, nodeKind } from "../../html/index.ts";
import { STREAM } from "../../pool/index.ts";
import {
  OP_STREAM,
  type Operation,
  STREAM_APPEND,
  STREAM_OPEN,
  STREAM_PREPEND,
  STREAM_REMOVE,
  STREAM_RESET,
} from "../../wire/index.ts";
import { rowsContent, withKeys } from "./cell-content.ts";
import { type Cell, type Key, List, type StreamBody, StreamHole } from "./cells.ts";
import { CollectionRows } from "./follow.ts";
import { type FollowedSlot, watchHole } from "./holes.ts";
import { unhole } from "./late.ts";
import { keysIn } from "./list.ts";
import type { StreamChange, StreamSource } from "./stream-source.ts";
import type { Walker } from "./walker.ts";
import type { Watching } from "./watching.ts";

/** The stream whose rows `each` makes. */
export function streamOf(value: unknown): StreamSource | undefined {
  if (nodeKind(value) !== "each") return undefined;
  const { source } = value as Each; // cast: its kind says so
  return typeof source === "object" && source !== null && STREAM in source ? (source as StreamSource) : undefined; // cast: it has STREAM
}

/** A slot that is to show the rows of a stream. */
export interface StreamSlot extends FollowedSlot {
  readonly source: StreamSource;
  readonly each: Each;
}

/** Shows a stream: the one that is there goes on, another begins. */
export function showStream(walker: Walker, watching: Watching, slot: StreamSlot): Cell {
  const { cell, owner, at, around, source, each } = slot;
  if (cell instanceof StreamHole && !cell.isGone && cell.given.source === source) {
    cell.given = each;
    return cell;
  }
  const still = { scope: around.scope, tracked: false };
  const { id, isKnown } = walker.nameStream(source);
  const hole = new StreamHole(walker, owner, at, unhole(cell), each, still, source[STREAM](), id);
  hole.isKnown = isKnown;
  for (const other of walker.shown) if (other.isGone) walker.shown.delete(other);
  walker.shown.add(hole);
  return watchHole(watching, hole);
}

/** Tells the client what has happened to a stream. */
export function readStream(walker: Walker, watching: Watching, hole: StreamHole): void {
  const { feed } = hole;
  feed.track();
  watching.untracked(() => {
    if (!hole.isOpen) open(walker, hole);
    const changes = feed.take();
    for (const [at, change] of changes.entries()) {
      try {
        const body = bodyOf(walker, hole, change);
        if (body !== undefined) tell(walker, hole, body);
      } catch (error) {
        feed.putBack(changes.slice(at));
        throw error;
      }
    }
  });
}

/** What is there becomes the first rows, and these a stream. */
function open(walker: Walker, hole: StreamHole): void {
  const { feed, given, id, owner, at, around } = hole;
  const rows = feed.begin();
  try {
    hole.held = walker.still(() => walker.setList(hole.held, owner, at, new CollectionRows(given, rows), around));
  } catch (error) {
    feed.putBack([{ kind: "append", rows }]);
    throw error;
  }
  hole.isOpen = true;
  if (hole.isKnown) return;
  walker.untold.add(hole);
  if (walker.isMuted || !(hole.held instanceof List)) return; // it travels with what is being made
  walker.out.push([OP_STREAM, walker.address(), STREAM_OPEN, id, feed.limit, ...keysIn(hole.held)]);
}

function tell(walker: Walker, hole: StreamHole, body: StreamBody): void {
  walker.out.push([OP_STREAM, walker.address(), ...body] as unknown as Operation); // cast: made below
  hole.untold.push(body);
  walker.untold.add(hole);
}

function bodyOf(walker: Walker, hole: StreamHole, change: StreamChange): StreamBody | undefined {
  if (change.kind === "reset") return [STREAM_RESET];
  if (change.kind === "remove") return [STREAM_REMOVE, ...change.keys];
  const { rows } = change;
  if (rows.length === 0) return undefined;
  const made = walker.still(() =>
    rows.map((row) => walker.make(walker.named(eachRow(hole.given, row.value, 0)), hole.around)),
  );
  const action = change.kind === "append" ? STREAM_APPEND : STREAM_PREPEND;
  const keys = rows.map((row) => row.key as Key); // cast: a stream checks its keys
  return [action, ...withKeys(rowsContent(made, walker.templates), keys)];
}
