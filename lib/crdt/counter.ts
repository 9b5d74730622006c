import { CodedError } from "../errors/index.ts";
import { encodeValue } from "../wire/index.ts";
import { write } from "./containers.ts";
import { type CounterContainer, sumOf } from "./counter-kernel.ts";
import type { Editor } from "./editor.ts";
import type { CounterChange, CrdtCounter } from "./types.ts";

export function counterSurface(counter: CounterContainer, editor: Editor): CrdtCounter {
  const watch = {
    gather(on: boolean) {
      counter.before = on ? { value: undefined } : null;
    },
    take(): CounterChange | undefined {
      const before = counter.before?.value;
      if (before === undefined) return undefined;
      counter.before = { value: undefined };
      return { before, after: sumOf(counter) };
    },
  };
  return {
    name: counter.name,
    get value() {
      return sumOf(counter);
    },
    add(amount) {
      if (!Number.isFinite(amount))
        throw new CodedError("CRDT_BAD_AMOUNT", `${amount} cannot be added to a counter`, { value: amount });
      editor.edit((log) => {
        const part = (counter.parts.get(log)?.part ?? 0) + amount;
        if (!Number.isFinite(part))
          throw new CodedError("CRDT_BAD_AMOUNT", "The counter would leave the range of numbers", { value: amount });
        write(editor.model, log, counter, encodeValue(part));
      });
    },
    observe: (listener) => editor.observe(counter, watch, listener),
  };
}
