/** What the surfaces of texts and lists have in common. */
import { clearItems } from "../clear.ts";
import { Node, oldUnits } from "../editor.ts";
import { type Content, LIST, type Sequence } from "../model.ts";
import { checkIndex } from "../names.ts";
import { type DeltaSink, tellDelta } from "./delta.ts";
import { deleteAt } from "./sequence.ts";

type Step<Insert> = { readonly retain: number } | { readonly insert: Insert } | { readonly delete: number };

export class SequenceSurface<Type extends "text" | "list"> extends Node<Sequence, Type> {
  get length(): number {
    return this.home.tree.root.visible;
  }

  delete(index: number, count: number): void {
    const { home, editor, length } = this;
    checkIndex(index, 0, length);
    checkIndex(count, 0, length - index);
    if (count === 0) return;
    const log = editor.begin(home, index, index + count);
    try {
      if (home.type === LIST) clearItems(editor.model, log, home, index, count);
      deleteAt(home, log, index, count);
    } finally {
      editor.end();
    }
  }

  protected observeSteps<Insert extends string | readonly unknown[]>(
    listener: (delta: readonly Step<Insert>[], origin: unknown) => void,
    read: (content: Content) => Insert,
  ): () => void {
    return this.gather<Sequence["changes"] & object, readonly Step<Insert>[]>(
      listener,
      () => [],
      (changes) => {
        const sink = stepsOf(read);
        if (changes.length > 0) tellDelta(changes, oldUnits, sink);
        return sink.steps.length > 0 ? sink.steps : undefined;
      },
    );
  }
}

/** Makes the steps of a delta; what is inserted in one place is one step. */
export function stepsOf<Insert extends string | readonly unknown[]>(
  read: (content: Content) => Insert,
): DeltaSink & { readonly steps: readonly Step<Insert>[] } {
  const steps: Step<Insert>[] = [];
  return {
    steps,
    retain: (retain) => steps.push({ retain }),
    insert(content) {
      const insert = read(content);
      const last = steps.at(-1);
      if (last === undefined || !("insert" in last)) steps.push({ insert });
      else steps[steps.length - 1] = { insert: last.insert.concat(insert as never) as Insert }; // casts: both are texts, or lists
    },
    delete: (count) => steps.push({ delete: count }),
  };
}
