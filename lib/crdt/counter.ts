import { CodedError } from "../errors/index.ts";
import { encodeValue } from "../wire/index.ts";
import { rewrite } from "./clear.ts";
import { sumOf } from "./counter-kernel.ts";
import { type Editor, Node } from "./editor.ts";
import type { Watch } from "./events.ts";
import type { CounterContainer } from "./model.ts";
import type { CounterChange, CrdtCounter } from "./types.ts";

export function counterSurface(counter: CounterContainer, editor: Editor): CrdtCounter {
  return new CounterSurface(counter, editor);
}

class CounterSurface extends Node<CounterContainer> implements CrdtCounter {
  get type(): "counter" {
    return "counter";
  }

  get value(): number {
    return sumOf(this.home);
  }

  add(amount: number): void {
    const { home, editor } = this;
    if (!Number.isFinite(amount))
      throw new CodedError("CRDT_BAD_AMOUNT", `${amount} cannot be added to a counter`, { value: amount });
    editor.edit(home, (log) => {
      const own = home.parts.get(log);
      const part = (own?.part ?? 0) + amount;
      if (!Number.isFinite(part))
        throw new CodedError("CRDT_BAD_AMOUNT", "The counter would leave the range of numbers", { value: amount });
      rewrite(editor.model, log, home, encodeValue(part), own?.write);
    });
  }

  observe(listener: (change: CounterChange, origin: unknown) => void): () => void {
    const { home } = this;
    const watch: Watch<CounterChange> = {
      gather(on) {
        home.before = on ? { value: undefined } : null;
      },
      take() {
        const before = home.before?.value;
        if (before === undefined) return undefined;
        home.before = { value: undefined };
        return { before, after: sumOf(home) };
      },
    };
    return this.editor.observe(home, watch, listener);
  }
}
