import type { InstanceContent, RowContent, WireValue } from "../../lib/wire/index.ts";
import { LIST_STREAM, STREAM_OPEN, STREAM_PREPEND, STREAM_REMOVE, STREAM_RESET } from "../../lib/wire/index.ts";
import type { Instance, LiveSlot } from "./slots.ts";
import type { More } from "./types.ts";

/** A list whose rows the server forgets: it knows them by their keys. */
interface Stream {
  readonly slot: LiveSlot;
  limit: number;
  /** In the order of the rows. */
  keys: WireValue[];
}

/** Lists whose rows the server forgets. Casts: what the server sends is not checked, see page.ts. */
export const keepStreams: More = ({ _page: page }, { _splice: splice, _replace: replace, _nodesOf: nodesOf }) => {
  const streams = new Map<string, Stream>();
  const streamOf = (slot: LiveSlot): Stream => [...streams.values()].find((stream) => stream.slot === slot) as Stream;
  /** What was in the slot before, as of another session, is no more. */
  const put = (id: string, stream: Stream): void => {
    for (const [other, { slot }] of streams) if (slot === stream.slot) streams.delete(other);
    streams.set(id, stream);
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
      const old = streams.get(id);
      const kept = old ? (old.slot._held as Instance[]) : [];
      const stream = { slot, limit, keys: old?.keys ?? [] };
      if (old?.slot !== slot) {
        const nodes = new DocumentFragment();
        nodes.append(...kept.flatMap(nodesOf));
        replace(slot, nodes);
        slot._held = kept;
      }
      put(id, stream);
      add(stream, false, rows);
    } else if (kind === STREAM_OPEN) {
      const [id, limit, ...keys] = rest as [string, number, ...WireValue[]];
      put(id, { slot, limit, keys });
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
