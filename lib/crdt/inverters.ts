/** How what a key held before is read, and put back unless others have changed it since. For containers that are no sequences. */

import type { WireValue } from "../wire/index.ts";
import { removeWrite } from "./clear.ts";
import { containerName } from "./container-name.ts";
import { containerOf } from "./containers.ts";
import { sumOf } from "./counter-kernel.ts";
import {
  COUNTER,
  type Container,
  type CounterContainer,
  type Editor,
  MAP,
  type MapContainer,
  SET,
  type SetContainer,
  type Shown,
  type Write,
} from "./model.ts";
import type { Reborn } from "./reborn.ts";
import { shownIn } from "./shown.ts";
import type { CrdtCounter, CrdtMap, CrdtSet } from "./types.ts";

/** A feature's kind has one of its own, as `inverter`. */
export interface Inverter {
  /** What the key holds. */
  read(home: Container, key: string): unknown;
  isSame(before: unknown, after: unknown): boolean;
  /** Whether a key that held this is put back before others of the container: what they become may stand in its place. */
  isFirst?(before: unknown): boolean;
  /** Keys are ids of units, which may come back as others. */
  readonly hasUnits?: boolean;
  /** Makes the key hold `before` again where the edit that led to `after` still stands. */
  restore(home: Container, key: string, before: unknown, after: unknown, editor: Editor, reborn: Reborn): void;
}

export function inverterOf({ type, kind }: Container): Inverter | undefined {
  if (type === MAP) return mapInverter;
  if (type === COUNTER) return counterInverter;
  if (type === SET) return setInverter;
  return (kind as { readonly inverter?: Inverter } | undefined)?.inverter; // cast: features' kinds may have one
}

interface Held {
  readonly shown: Shown | undefined;
  readonly write: Write | undefined;
}

/** Casts in all three: each type of container is made as what it is, and `read` made what comes back. */
const mapInverter: Inverter = {
  read(home, key): Held {
    const map = home as MapContainer;
    return { shown: shownIn(map, key), write: map.registers.get(key) };
  },

  isSame: (before, after) => (before as Held).write === (after as Held).write,

  restore(home, key, before, after, editor) {
    const map = home as MapContainer;
    const now = map.registers.get(key);
    if (now !== undefined && now.log !== (after as Held).write?.log) return; // another wrote; a map that stands for a deleted one has nothing yet
    const { shown } = before as Held;
    const surface = editor.node(map) as CrdtMap;
    if (shown === undefined) surface.delete(key);
    else if (shown.child === 0)
      surface.set(key, shown.value as WireValue); // cast: a key that holds neither child nor value shows nothing
    else editor.edit(containerOf(editor.model, containerName(shown.child, key, map)), () => undefined); // whatever is edited shows
  },
};

const counterInverter: Inverter = {
  read: (home) => sumOf(home as CounterContainer),
  isSame: (before, after) => before === after,
  restore(home, _, before, after, editor) {
    (editor.node(home) as CrdtCounter).add((before as number) - (after as number));
  },
};

interface Had {
  readonly had: boolean;
  readonly value: WireValue;
}

const setInverter: Inverter = {
  read(home, key): Had {
    const member = (home as SetContainer).members.get(key);
    return { had: member !== undefined, value: member?.value ?? null };
  },

  isSame: (before, after) => (before as Had).had === (after as Had).had,

  restore(home, key, before, _, editor) {
    const set = home as SetContainer;
    const { had, value } = before as Had;
    if (had) {
      if (!set.members.has(key)) (editor.node(set) as CrdtSet).add(value);
      return;
    }
    editor.edit(set, (log) => {
      const own = set.members.get(key)?.adds.get(log); // what others added meanwhile stays
      if (own !== undefined) removeWrite(editor.model, log, own);
    });
  },
};
