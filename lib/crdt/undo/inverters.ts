/** How what a key held before is read, and put back unless others have changed it since. For containers that are no sequences. */

import { encodeValue, type WireValue } from "../../wire/index.ts";
import { removeWrite, rewrite } from "../clear.ts";
import { write } from "../containers.ts";
import { sumOf } from "../counter/kernel.ts";
import { nextTime, Written } from "../map/kernel.ts";
import {
  COUNTER,
  type Container,
  type CounterContainer,
  type Editor,
  MAP,
  type MapContainer,
  type Register,
  SET,
  type SetContainer,
  type Write,
} from "../model.ts";
import type { CrdtSet } from "../types.ts";
import type { Reborn } from "./reborn.ts";

/** A feature's kind has one of its own, as `inverter`. */
export interface Inverter {
  /** What the key holds. */
  read(home: Container, key: string, editor: Editor): unknown;
  isSame(before: unknown, after: unknown): boolean;
  /** Of keys of containers equally deep those are put back first that held what has the lowest: what they become may stand in the place of others, or hide them. */
  rank?(before: unknown): number;
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

/** Casts in all three: each type of container is made as what it is, and `read` made what comes back. */
const mapInverter: Inverter = {
  read: (home, key) => (home as MapContainer).registers.get(key),

  isSame: (before, after) => before === after,

  /** What the key's containers hold is taken back by itself, and what others have put in stays. */
  restore(home, key, before, after, editor, reborn) {
    const map = home as MapContainer;
    const now = map.registers.get(key);
    if (now !== undefined && !reborn.standsFor(now, after as Write)) return; // written since; a map that stands for a deleted one has nothing yet
    const { value, child = 0, bytes = null } = ((before as Write | undefined)?.body ?? {}) as Partial<Register>;
    editor.edit(map, (log) => {
      const { model } = editor;
      write(model, log, map, new Written(nextTime(model), key, value, child, bytes));
      if (before !== undefined) model.hooks.rewritten?.(before as Write, map.registers.get(key) as Write); // cast: it is the latest
    });
  },
};

interface Sum {
  /** Undefined: none has been added. */
  readonly own: number | undefined;
  readonly others: number | undefined;
}

const counterInverter: Inverter = {
  read(home, _, { model, replicaId }): Sum {
    const others = new Map((home as CounterContainer).parts);
    const log = model.logs.get(replicaId);
    const own = log && others.get(log)?.part;
    if (log !== undefined) others.delete(log);
    return { own, others: others.size === 0 ? undefined : sumOf({ parts: others }) };
  },

  isSame(before, after) {
    const [a, b] = [before as Sum, after as Sum];
    return a.own === b.own && a.others === b.others;
  },

  /** What was not changed since is as it was to the last digit, and nothing where there was nothing; else what was added is taken off. */
  restore(home, _, before, after, editor) {
    const [had, has] = [before as Sum, after as Sum];
    const counter = home as CounterContainer;
    editor.edit(counter, (log) => {
      const now = counter.parts.get(log);
      const isSame = now?.part === has.own && had.others === has.others;
      if (now === undefined && has.own !== undefined) return; // others have taken it away
      if (isSame && had.own === undefined) {
        if (now !== undefined) removeWrite(editor.model, log, now.write);
        return;
      }
      const part = isSame ? (had.own as number) : (now?.part ?? 0) + totalOf(had) - totalOf(has); // cast: seen above
      if (Number.isFinite(part)) rewrite(editor.model, log, counter, encodeValue(part), now?.write);
    });
  },
};

function totalOf({ own = 0, others = 0 }: Sum): number {
  return own + others;
}

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
