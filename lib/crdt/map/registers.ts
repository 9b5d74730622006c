/** The winning write of each key of a map, deletes included. Most maps have few keys, and a list of those takes a third of the room (bench: `crdt`, "objects"). */
import type { KeyTable, Register, Write } from "../model.ts";

const MOST_LISTED = 8;

export class Registers implements KeyTable {
  /** Until there are too many. */
  private list: Write[] = [];
  private index: Map<string, Write> | null = null;

  get(key: string): Write | undefined {
    if (this.index !== null) return this.index.get(key);
    for (const write of this.list) if (keyOf(write) === key) return write;
    return undefined;
  }

  set(key: string, write: Write): void {
    const { list, index } = this;
    if (index !== null) index.set(key, write);
    else {
      let at = 0;
      while (at < list.length && keyOf(list[at] as Write) !== key) at++; // cast: within the list
      if (at < list.length) list[at] = write;
      else if (at < MOST_LISTED)
        this.list = [...list, write]; // as long as it is, where one that is pushed to has room for more
      else {
        this.index = new Map(list.map((other) => [keyOf(other), other])).set(key, write);
        this.list = [];
      }
    }
  }

  keys(): Iterable<string> {
    return this.index?.keys() ?? this.list.map(keyOf);
  }
}

function keyOf({ body }: Write): string {
  return (body as Register).key; // cast: a map's are registers
}
