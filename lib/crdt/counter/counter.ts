import { CodedError } from "../../errors/index.ts";
import { encodeValue } from "../../wire/index.ts";
import { told } from "../arguments.ts";
import { removeWrite, rewrite } from "../clear.ts";
import { Home } from "../containers.ts";
import { Node } from "../editor.ts";
import { COUNTER, type CounterContainer, type Kind, type ReplicaLog } from "../model.ts";
import { isShown } from "../shown.ts";
import type { CounterChange, CrdtCounter } from "../types.ts";
import { checkPart, commitPart, removePart, sumOf } from "./kernel.ts";

class CounterHome extends Home implements CounterContainer {
  readonly parts: CounterContainer["parts"] = new Map();
  changes: CounterContainer["changes"] = null;
}

/** Casts: its kind's `home` made it. */
export const counterKind: Kind = {
  type: COUNTER,
  label: "counter",
  home: CounterHome,
  surface: (home, editor) => new CounterSurface(home as CounterContainer, editor),
  check: checkPart,
  commit: (_, write) => commitPart(write),
  remove: removePart,
  isEmpty: (home) => (home as CounterContainer).parts.size === 0,
  clear(doc, log, home) {
    for (const part of [...(home as CounterContainer).parts.values()]) removeWrite(doc, log, part.write);
  },
};

class CounterSurface extends Node<CounterContainer, "counter"> implements CrdtCounter {
  get value(): number {
    return sumOf(this.home);
  }

  add(amount: number): void {
    const { home, editor } = this;
    if (!Number.isFinite(amount))
      throw new CodedError("CRDT_BAD_AMOUNT", `${told(amount)} cannot be added to a counter`, { value: amount });
    if (!isShown(home)) sumWith(home, editor.model.logs.get(editor.replicaId), amount); // or the maps around would show it first
    editor.edit(home, (log) => {
      const part = sumWith(home, log, amount);
      rewrite(editor.model, log, home, encodeValue(part), home.parts.get(log)?.write);
    });
  }

  observe(listener: (change: CounterChange, origin: unknown) => void): () => void {
    return this.gather<CounterContainer["changes"] & object, CounterChange>(
      listener,
      () => ({ before: undefined }),
      ({ before }) => (before === undefined ? undefined : { before, after: sumOf(this.home) }),
    );
  }
}

/** What a replica will have added. @throws CodedError CRDT_BAD_AMOUNT. */
function sumWith({ parts }: CounterContainer, log: ReplicaLog | undefined, amount: number): number {
  const part = (parts.get(log as ReplicaLog)?.part ?? 0) + amount; // cast: of an unknown one there is no part
  if (Number.isFinite(part)) return part;
  throw new CodedError("CRDT_BAD_AMOUNT", "The counter would leave the range of numbers", { value: amount });
}
