import { encodeValue, type WireValue } from "../wire/index.ts";
import { write } from "./containers.ts";
import type { Editor } from "./editor.ts";
import { MAX_COUNTER } from "./format.ts";
import { type MapContainer, mapBody } from "./map-kernel.ts";
import type { DocModel } from "./model.ts";
import { checkName } from "./names.ts";
import { over } from "./refuse.ts";
import type { CrdtMap, MapChanges } from "./types.ts";

export function mapSurface(map: MapContainer, editor: Editor): CrdtMap {
  const { model } = editor;
  const read = (key: string): WireValue | undefined => map.registers.get(key)?.value;
  const assign = (key: string, bytes: Uint8Array | undefined): void =>
    editor.edit((log) => write(model, log, map, mapBody(nextTime(model), key, bytes)));
  const entries = (): [string, WireValue][] => {
    const found: [string, WireValue][] = [];
    for (const [key, { value }] of map.registers) if (value !== undefined) found.push([key, value]);
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  };
  const watch = {
    gather(on: boolean) {
      map.changes = on ? new Map() : null;
    },
    take(): MapChanges | undefined {
      const { changes } = map;
      if (changes === null || changes.size === 0) return undefined;
      map.changes = new Map();
      const told = new Map<string, { before: WireValue | undefined; after: WireValue | undefined }>();
      for (const [key, before] of changes) told.set(key, { before, after: read(key) });
      return told;
    },
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
      assign(key, encodeValue(value));
    },
    delete(key) {
      if (read(key) !== undefined) assign(key, undefined);
    },
    entries,
    observe: (listener) => editor.observe(map, watch, listener),
  };
}

/** @throws CodedError CRDT_LIMIT once others have used the times up: a later one would not fit the format, and the document could not be encoded again. */
function nextTime({ clock }: DocModel): number {
  if (clock + 1 >= MAX_COUNTER) throw over("the last Lamport time", clock + 1, MAX_COUNTER - 1);
  return clock + 1;
}
