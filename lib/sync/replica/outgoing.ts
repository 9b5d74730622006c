import { type Doc, type UpdateRange, updateRanges, type Version } from "../../crdt/index.ts";

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

  /** One that has just entered the document: it was not there before. */
  push(update: Uint8Array): void {
    this.#updates.push(update);
  }

  /** Once, though it be read again. */
  add(update: Uint8Array): void {
    if (!this.#updates.some((other) => isSame(update, other))) this.push(update);
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

  /** Those that bring what `since` lacks, each after what it follows; undefined when they are not all that it lacks. */
  since(since: Version): Uint8Array[] | undefined {
    const known = new Map(since);
    const version = this.#doc.version();
    const found: Uint8Array[] = [];
    let left = this.#updates.filter((update) => updateRanges(update).every((range) => covers(version, range)));
    for (let before = -1; before !== left.length; ) {
      before = left.length;
      left = left.filter((update) => {
        const ranges = updateRanges(update);
        if (ranges.some(({ replica, from }) => from > (known.get(replica) ?? 0))) return true;
        if (!ranges.every((range) => covers(known, range))) found.push(update);
        for (const { replica, to } of ranges) known.set(replica, Math.max(to, known.get(replica) ?? 0));
        return false;
      });
    }
    for (const [key, to] of version) if ((known.get(key) ?? 0) < to) return undefined;
    return found;
  }
}

export function covers(version: Version, { replica, to }: UpdateRange): boolean {
  return to <= (version.get(replica) ?? 0);
}

/** From behind: there stands the checksum, so that a look tells them apart. */
export function isSame(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let i = left.length - 1; i >= 0; i--) if (left[i] !== right[i]) return false;
  return true;
}
