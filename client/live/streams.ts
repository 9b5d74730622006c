import type { InstanceContent, RowContent, WireValue } from "../../lib/wire/index.ts";
import { LIST_STREAM, STREAM_OPEN, STREAM_PREPEND, STREAM_REMOVE, STREAM_RESET } from "../../lib/wire/index.ts";
import type { Instance, LiveSlot } from "./slots.ts";
import type { More } from "./types.ts";

/** A list whose rows the server forgets: it knows them by their keys. */
interface Stream {
  slot: LiveSlot;
  limit: number;
  /** In the order of the rows. */
  keys: WireValue[];
  /** What its slot holds, as long as it shows the stream. */
  readonly rows: Instance[];
}

/** Lists whose rows the server forgets. Casts: what the server sends is not checked, see page.ts. */
export const keepStreams: More = ({ _page: page }, [, , splice, nodesOf, replace]) => {
  const streams = new Map<string, Stream>();
  const streamOf = (slot: LiveSlot): Stream => [...streams.values()].find((stream) => stream.slot === slot) as Stream;
  /**
   * What was in the slot before waits outside of the page if its rows are still there: another slot may show it now. Where none does, as it is of another
   * session, it is no more.
   */
  const put = (id: string, stream: Stream, mayWait?: boolean): void => {
    for (const [other, old] of streams) {
      if (old.slot !== stream.slot || other === id) continue;
      streams.delete(other);
      if (!mayWait || !stands(old)) continue;
      const slot = { _held: old.rows } as LiveSlot; // cast: of a slot that is nowhere nothing else is asked
      take(old);
      old.slot = slot;
      streams.set(other, old);
      queueMicrotask(() => old.slot === slot && streams.delete(other));
    }
    streams.set(id, stream);
  };
  const stands = ({ slot, rows }: Stream): boolean => slot._held === rows;
  /** Its rows, out of the page. */
  const take = ({ slot, rows }: Stream): DocumentFragment => {
    const nodes = new DocumentFragment();
    nodes.append(...rows.flatMap(nodesOf));
    slot._held = undefined;
    return nodes;
  };
  const remove = (stream: Stream, at: number, count = 1): void => {
    splice(page, stream.slot, at, count, []);
    stream.keys.splice(at, count);
  };
  const add = (stream: Stream, isFirst: boolean, [template, ...keysAndRows]: readonly WireValue[]): void => {
    const { slot, keys, limit } = stream;
    let at = isFirst ? 0 : keys.length;
    for (let i = 0; i < keysAndRows.length; i += 2) {
      const key = keysAndRows[i] as WireValue;
      const content = keysAndRows[i + 1] as RowContent;
      const row = ((template as number) < 0 ? content : [template, ...content]) as InstanceContent;
      const old = keys.indexOf(key);
      splice(page, slot, old < 0 ? at : old, old < 0 ? 0 : 1, [row]);
      if (old < 0) keys.splice(at++, 0, key);
    }
    const over = keys.length - limit;
    if (over > 0) remove(stream, isFirst ? limit : 0, over);
  };
  page._stream = (slot, kind, rest) => {
    if (kind === LIST_STREAM) {
      const [id, limit, ...rows] = rest as [string, number, ...WireValue[]];
      const known = streams.get(id);
      const old = known && stands(known) ? known : undefined;
      const stream: Stream = old ?? { slot, limit, keys: [], rows: [] };
      const isElsewhere = old?.slot !== slot;
      const nodes = old && isElsewhere ? take(old) : undefined;
      Object.assign(stream, { slot, limit });
      put(id, stream, true);
      if (isElsewhere) {
        replace(slot, nodes);
        slot._held = stream.rows;
      }
      add(stream, false, rows);
    } else if (kind === STREAM_OPEN) {
      const [id, limit, ...keys] = rest as [string, number, ...WireValue[]];
      put(id, { slot, limit, keys, rows: slot._held as Instance[] });
    } else {
      const stream = streamOf(slot);
      if (kind === STREAM_RESET) remove(stream, 0, stream.keys.length);
      else if (kind !== STREAM_REMOVE) add(stream, kind === STREAM_PREPEND, rest);
      else
        for (const key of rest) {
          const at = stream.keys.indexOf(key);
          if (at >= 0) remove(stream, at);
        }
    }
  };
};
