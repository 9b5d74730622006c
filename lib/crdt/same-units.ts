/** Two sequences that came from one: where a place in the first is in the second, though either may have units that the other has not. */

/** Units in a row that are the same in both: `from` counts within what was inserted at once. */
interface Stretch {
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

  constructor(length: number, isInSecond: boolean) {
    this.first = length > 0 ? [{ id: 0, from: 0, length }] : [];
    this.second = isInSecond ? [...this.first] : [];
  }

  /** Units come into the first, and unless `isFirstOnly` into the second: right of the nearest unit on their left that is in both. Where that is. */
  insert(index: number, length: number, isFirstOnly: boolean): number {
    const added = { id: this.nextId++, from: 0, length };
    const at = cut(this.first, index);
    const place = isFirstOnly ? 0 : this.placeLeftOf(at);
    this.first.splice(at, 0, added);
    if (!isFirstOnly) this.second.splice(cut(this.second, place), 0, added);
    return place;
  }

  /** Units leave the first, and unless `isFirstOnly` the second: where those of the second are, the last ones first. */
  delete(index: number, length: number, isFirstOnly: boolean): Place[] {
    const from = cut(this.first, index);
    const gone = this.first.splice(from, cut(this.first, index + length) - from);
    if (isFirstOnly) return [];
    const places = this.find(gone);
    for (const { index: at, length: count } of places) {
      const start = cut(this.second, at);
      this.second.splice(start, cut(this.second, at + count) - start);
    }
    return places;
  }

  /** Where units of the first are in the second, the last ones first. */
  locate(index: number, length: number): Place[] {
    const from = cut(this.first, index);
    return this.find(this.first.slice(from, cut(this.first, index + length)));
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
