import { decodeValue, encodeValue, type WireValue } from "../wire/index.ts";
import type { Editor } from "./editor.ts";
import type { Events } from "./events.ts";
import { MAX_COUNTER } from "./format.ts";
import { assign } from "./map-kernel.ts";
import type { DocModel, MapModel } from "./model.ts";
import { checkName } from "./names.ts";
import { over } from "./refuse.ts";
import type { CrdtMap } from "./types.ts";

export function mapSurface(map: MapModel, doc: DocModel, editor: Editor, events: Events): CrdtMap {
  const read = (key: string): WireValue | undefined => map.registers.get(key)?.value;
  const entries = (): [string, WireValue][] => {
    const found: [string, WireValue][] = [];
    for (const [key, { value }] of map.registers) if (value !== undefined) found.push([key, value]);
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  };
  return {
    name: map.name,
    get size() {
      return entries().length;
    },
    get: read,
    has: (key) => read(key) !== undefined,
    set(key, value) {
      checkName(key);
      const bytes = encodeValue(value);
      const copy = decodeValue(bytes); // what others will see, and out of reach of whoever holds `value`
      editor.edit((log) => assign(doc, map, log, key, bytes, copy, nextTime(doc)));
    },
    delete(key) {
      if (read(key) === undefined) return;
      editor.edit((log) => assign(doc, map, log, key, null, undefined, nextTime(doc)));
    },
    entries,
    observe: (listener) => events.onMap(map, listener),
  };
}

/** @throws CodedError CRDT_LIMIT once others have used the times up: a later one would not fit the format, and the document could not be encoded again. */
function nextTime({ clock }: DocModel): number {
  if (clock + 1 >= MAX_COUNTER) throw over("the last Lamport time", clock + 1, MAX_COUNTER - 1);
  return clock + 1;
}
