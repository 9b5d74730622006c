import type { WireValue } from "../../wire/index.ts";
import { clearChildren, clearKey } from "../clear.ts";
import { childName, containerName } from "../container-name.ts";
import { Home, write } from "../containers.ts";
import { Node } from "../editor.ts";
import { type Kind, MAP, type MapContainer, type Shown } from "../model.ts";
import { checkName } from "../names.ts";
import { typeOf } from "../nodes.ts";
import { shownIn } from "../shown.ts";
import type { CrdtMap, CrdtNodes, CrdtValue, MapChanges } from "../types.ts";
import { keep } from "../values.ts";
import { checkRegister, commitRegister, nextTime, writtenOf } from "./kernel.ts";
import { Registers } from "./registers.ts";

class MapHome extends Home implements MapContainer {
  readonly registers = new Registers();
  children: MapContainer["children"] = null;
  changes: MapContainer["changes"] = null;
}

/** Casts: its kind's `home` made it. */
export const mapKind: Kind = {
  type: MAP,
  label: "map",
  home: MapHome,
  surface: (home, editor) => new MapSurface(home as MapContainer, editor),
  check: checkRegister,
  commit: commitRegister,
  isEmpty(home) {
    const map = home as MapContainer;
    for (const key of map.registers.keys()) if (shownIn(map, key) !== undefined) return false;
    return true;
  },
  clear(doc, log, home) {
    const map = home as MapContainer;
    for (const key of [...map.registers.keys()]) if (shownIn(map, key) !== undefined) clearKey(doc, log, map, key);
  },
};

class MapSurface extends Node<MapContainer, "map"> implements CrdtMap {
  get size(): number {
    let size = 0;
    for (const key of this.home.registers.keys()) if (this.has(key)) size++;
    return size;
  }

  get(key: string): CrdtValue | undefined {
    return this.read(key, shownIn(this.home, key));
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: WireValue): void {
    const { home, editor } = this;
    const { model } = editor;
    checkName(key);
    const kept = keep(value);
    editor.edit(home, (log) => {
      clearChildren(model, log, home, key);
      write(model, log, home, writtenOf(nextTime(model), key, kept));
    });
  }

  child<T extends keyof CrdtNodes>(type: T, key: string): CrdtNodes[T] {
    checkName(key);
    return this.editor.node(childName(typeOf(this.editor.model, type), key, this.home)) as CrdtNodes[T]; // cast: the type says which
  }

  delete(key: string): void {
    const { home, editor } = this;
    if (this.has(key)) editor.edit(home, (log) => clearKey(editor.model, log, home, key));
  }

  entries(): [string, CrdtValue][] {
    const found: [string, CrdtValue][] = [];
    for (const key of this.home.registers.keys()) {
      const value = this.get(key);
      if (value !== undefined) found.push([key, value]);
    }
    return found.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  observe(listener: (changes: MapChanges, origin: unknown) => void): () => void {
    return this.gather(
      listener,
      () => new Map<string, Shown | undefined>(),
      (changes) => {
        const told = new Map<string, { before: CrdtValue | undefined; after: CrdtValue | undefined }>();
        for (const [key, shown] of changes) {
          const before = this.read(key, shown);
          const after = this.get(key);
          if (shown === undefined || shown.child === 0 || before !== after) told.set(key, { before, after }); // else only its content changed
        }
        return told.size > 0 ? told : undefined;
      },
    );
  }

  private read(key: string, shown: Shown | undefined): CrdtValue | undefined {
    if (shown === undefined || shown.child === 0) return shown?.value;
    return this.editor.node(containerName(shown.child, key, this.home));
  }
}
