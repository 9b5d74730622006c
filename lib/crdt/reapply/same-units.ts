/** Two sequences that came from one: where a place in the first is in the second, though either may have units that the other has not. */

/** Units in a row that are the same in both: `from` counts within what was inserted at once, or from the replica's first on where `id` is one. */
export interface Stretch {
  readonly id: number;
  readonly from: number;
  readonly length: number;
}

/** A stretch in the second sequence. */
export interface Place {
  readonly index: number;
  readonly length: number;
}

export class SameUnits {
  private first: Stretch[];
  private second: Stretch[];
  private nextId = 1;

  constructor(both: readonly Stretch[]) {
    this.first = [...both];
    this.second = [...both];
  }

  /** Units come into the first, and unless `isFirstOnly` into the second: right of the nearest unit on their left that is in both. Where that is. */
  insert(index: number, length: number, isFirstOnly: boolean, unit?: Stretch): number {
    const added = unit ?? { id: this.nextId++, from: 0, length };
    const at = cut(this.first, index);
    const place = isFirstOnly ? 0 : this.placeLeftOf(at);
    this.first.splice(at, 0, added);
    if (!isFirstOnly) this.second.splice(cut(this.second, place), 0, added);
    return place;
  }

  /** Units leave the first. */
  remove(index: number, length: number): Stretch[] {
    const from = cut(this.first, index);
    return this.first.splice(from, cut(this.first, index + length) - from);
  }

  /** What has left the first leaves the second: where that is, the last ones first. */
  drop(gone: readonly Stretch[]): Place[] {
    const places = this.find(gone);
    for (const { index, length } of places) this.takeOut(index, length);
    return places;
  }

  /** A unit that has left the first comes back elsewhere, and unless `isFirstOnly` moves in the second: from where, and to where once it has been taken out. */
  move(index: number, unit: Stretch, isFirstOnly: boolean): { readonly from: number; readonly to: number } | undefined {
    const at = cut(this.first, index);
    const now = isFirstOnly ? undefined : this.find([unit])[0];
    let to = 0;
    if (now !== undefined) {
      this.takeOut(now.index, 1);
      to = this.placeLeftOf(at);
      this.second.splice(cut(this.second, to), 0, unit);
    }
    this.first.splice(at, 0, unit);
    return now && { from: now.index, to };
  }

  /** Where units of the first are in the second, the last ones first. */
  locate(index: number, length: number): Place[] {
    const from = cut(this.first, index);
    return this.find(this.first.slice(from, cut(this.first, index + length)));
  }

  private takeOut(index: number, length: number): void {
    const from = cut(this.second, index);
    this.second.splice(from, cut(this.second, index + length) - from);
  }

  private placeLeftOf(at: number): number {
    for (let i = at - 1; i >= 0; i--) {
      const [last] = this.find([this.first[i] as Stretch]); // cast: within the list
      if (last !== undefined) return last.index + last.length;
    }
    return 0;
  }

  private find(wanted: readonly Stretch[]): Place[] {
    const found: Place[] = [];
    let index = 0;
    for (const { id, from, length } of this.second) {
      for (const other of wanted) {
        const start = Math.max(from, other.from);
        const end = Math.min(from + length, other.from + other.length);
        if (other.id === id && start < end) found.push({ index: index + start - from, length: end - start });
      }
      index += length;
    }
    return found.sort((a, b) => b.index - a.index);
  }
}

/** Makes a stretch begin at `index`; its place in the list. */
function cut(list: Stretch[], index: number): number {
  let left = index;
  let at = 0;
  for (; at < list.length; at++) {
    const { id, from, length } = list[at] as Stretch; // cast: within the list
    if (left < length) {
      if (left > 0) list.splice(at++, 1, { id, from, length: left }, { id, from: from + left, length: length - left });
      break;
    }
    left -= length;
  }
  return at;
}
