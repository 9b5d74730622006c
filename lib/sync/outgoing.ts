import { type Doc, type UpdateRange, updateRanges, type Version } from "../crdt/index.ts";

/**
 * The transactions made on this device that the hub may not have, one by one, in the order in which they entered the document: what is refused of them is
 * told from what is not.
 */
export class Outgoing {
  readonly #doc: Doc;
  #updates: Uint8Array[] = [];
  /** To be thinned out when there are so many. */
  #most = 64;

  constructor(doc: Doc) {
    this.#doc = doc;
  }

  add(update: Uint8Array): void {
    this.#updates.push(update);
  }

  has(update: Uint8Array): boolean {
    return this.#updates.includes(update);
  }

  get all(): readonly Uint8Array[] {
    return this.#updates;
  }

  /** These, and no others. */
  reset(updates: readonly Uint8Array[]): void {
    this.#updates = [...updates];
  }

  /** The hub has the ranges of which `has` says so. Not each time is it worth looking at each. */
  thin(has: (range: UpdateRange) => boolean): void {
    if (this.#updates.length < this.#most) return;
    this.#updates = this.#updates.filter((update) => !updateRanges(update).every(has));
    this.#most = Math.max(64, 2 * this.#updates.length);
  }

  /** Those that bring what `since` lacks; undefined when they are not all that it lacks. */
  since(since: Version): Uint8Array[] | undefined {
    const known = new Map(since);
    const found = this.#updates.filter((update) => {
      const ranges = updateRanges(update);
      const isNew = ranges.some((range) => !covers(known, range));
      for (const { replica, from, to } of ranges) {
        const at = known.get(replica) ?? 0;
        if (from <= at && to > at) known.set(replica, to);
      }
      return isNew;
    });
    for (const [key, to] of this.#doc.version()) if ((known.get(key) ?? 0) < to) return undefined;
    return found;
  }
}

export function covers(version: Version, { replica, to }: UpdateRange): boolean {
  return to <= (version.get(replica) ?? 0);
}

/** Whether an update is the one that a hub names by the first number of one of its ranges: insertions and deletions of a replica are counted apart. */
export function hasRange(update: Uint8Array, replica: number, from: number): boolean {
  return updateRanges(update).some((range) => range.replica === replica && range.from === from);
}
