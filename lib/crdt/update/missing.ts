/** What an update waits for. */
import { Reader } from "../encoding/bytes.ts";
import { readRefs } from "../encoding/refs.ts";
import type { Ref, Section, Update } from "../encoding/rows.ts";
import { type DocModel, GAP, SET, WRITE } from "../model.ts";
import { guarded } from "../refuse.ts";
import { deletionsKey } from "../version.ts";
import { sectionOf } from "./stage.ts";

/**
 * All that an update refers to and that is neither known nor in it, of each replica the last, as those before come first. Once that has arrived the update can be taken
 * in: whoever sends one that builds on thousands of others has it looked at twice, and not once for each of them. O(n log n).
 * @throws CodedError CRDT_BAD_UPDATE.
 */
export function missingOf(doc: DocModel, { sections }: Update): Ref[] {
  const last = new Map<number, number>();
  const need = (replica: number, counter: number): void => {
    if (counter > (last.get(replica) ?? -1) && !isKnown(doc, { replica, counter })) last.set(replica, counter);
  };
  const needOf = ({ id, rows, from, to }: Section, counter: number): void => {
    if (rows.length === 0 || counter < from || counter >= to) need(id, counter);
  };
  for (const { id, rows, from, gone, deletions } of sections) {
    const known = doc.logs.get(id)?.next ?? 0;
    if (rows.length > 0) need(id, from - 1);
    if (deletions.length > 0) need(deletionsKey(id), gone - 1);
    for (const row of rows) {
      if (row.counter < known || row.kind === GAP) continue; // what is known has what it builds on
      if (row.kind !== WRITE) {
        if (row.parent !== null) needOf(row.parent, row.parentCounter);
        if (row.right) needOf(row.right, row.rightCounter);
      } else if (row.home.type > SET)
        for (const { replica, counter } of guarded(() => readRefs(new Reader(row.body as Uint8Array), id))) {
          const of = sectionOf(sections, replica); // cast above: maps alone have registers
          if (of === undefined) need(replica, counter);
          else needOf(of, counter);
        }
    }
    for (const { of, bounds } of deletions) needOf(of, (bounds[bounds.length - 1] as number) - 1); // cast: no set is empty
  }
  return [...last].map(([replica, counter]) => ({ replica, counter }));
}

/** Whether the operation, or a deletion of that number, has arrived. */
export function isKnown({ logs }: DocModel, { replica, counter }: Ref): boolean {
  const known = replica < 0 ? logs.get(deletionsKey(replica))?.gone : logs.get(replica)?.next;
  return known !== undefined && counter < known;
}
