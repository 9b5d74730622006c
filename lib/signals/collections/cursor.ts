import type { Core } from "./core.ts";
import type { AnyRow, Row } from "./row.ts";

/** One reader's place in a source's log. */
export class Cursor<K, V> {
  private readonly source: Core<K, V>;
  private position = -1;
  /** Where it stands once what it was last given has been dealt with. Taken before that: a callback that writes to the source writes behind it. */
  private next = -1;

  constructor(source: Core<K, V>) {
    this.source = source;
  }

  /** Brings the source up to date and notes that the observer depends on it. @throws what the source throws. */
  track(): void {
    this.source.node.get();
  }

  /**
   * The rows touched since the last `done`: those that are there, and for each key that is there no more one that has gone. Undefined, when
   * that is no longer known.
   */
  touched(): readonly Row<K, V>[] | undefined {
    const rows = this.source.log.since(this.position);
    this.next = this.source.log.mark();
    if (rows === undefined || rows.every(isAlive)) return rows;
    const gone = new Set<K>();
    return rows.filter((row) => {
      if (row.alive) return true;
      if (this.source.rows.has(row.key) || gone.has(row.key)) return false;
      gone.add(row.key);
      return true;
    });
  }

  /** The same, or where that is not known, or all is to be looked at `again`, every row, and what was made of rows that are there no more. */
  touchedOf(own: ReadonlyMap<K, { readonly src: Row<unknown, V> }>, again: boolean): readonly Row<K, V>[] {
    const touched = again ? undefined : this.touched();
    if (touched !== undefined) return touched;
    this.next = this.source.log.mark();
    const rows = this.source.inOrder();
    // cast: it came from this source
    for (const [key, { src }] of own) if (!this.source.rows.has(key)) rows.push(src as Row<K, V>);
    return rows;
  }

  /** What was touched has been dealt with. */
  done(): void {
    this.position = this.next;
  }
}

function isAlive(row: AnyRow): boolean {
  return row.alive;
}
