import { CodedError } from "../errors/index.ts";
import { Node, watchSequence } from "./editor.ts";
import { type Content, type Kind, type Sequence, TEXT } from "./model.ts";
import { checkIndex, hasLoneSurrogate } from "./names.ts";
import { textOf } from "./runs.ts";
import { createSequence, deleteAll, deleteAt, insertAt, isHidden } from "./sequence.ts";
import type { CrdtText, DeltaStep, TextDelta } from "./types.ts";

/** Casts: `create` made it. */
export const textKind: Kind = {
  type: TEXT,
  label: "text",
  create: createSequence,
  surface: (home, editor) => new TextSurface(home as Sequence, editor, "text"),
  isEmpty: isHidden,
  clear: (_, log, home) => deleteAll(home as Sequence, log),
};

export class TextSurface extends Node<Sequence, "text"> implements CrdtText {
  get length(): number {
    return this.home.tree.root.visible;
  }

  insert(index: number, content: string): void {
    const { home, editor } = this;
    checkIndex(index, 0, home.tree.root.visible);
    if (hasLoneSurrogate(content)) throw new CodedError("CRDT_LONE_SURROGATE", "The text holds half a surrogate pair");
    if (content.length === 0) return;
    const log = editor.begin(home);
    try {
      insertAt(home, log, index, content);
    } finally {
      editor.end();
    }
  }

  delete(index: number, count: number): void {
    const { home, editor } = this;
    const { visible } = home.tree.root;
    checkIndex(index, 0, visible);
    checkIndex(count, 0, visible - index);
    if (count === 0) return;
    const log = editor.begin(home);
    try {
      deleteAt(home, log, index, count);
    } finally {
      editor.end();
    }
  }

  override toString(): string {
    return textOf(this.home);
  }

  observe(listener: (delta: TextDelta, origin: unknown) => void): () => void {
    return this.editor.observe(this.home, watchSequence(this.home, textSteps), listener);
  }
}

export function textSteps(): {
  steps: DeltaStep[];
  retain(count: number): void;
  insert(content: Content): void;
  delete(count: number): void;
} {
  const steps: DeltaStep[] = [];
  return {
    steps,
    retain: (retain) => steps.push({ retain }),
    insert(content) {
      const insert = content as string; // cast: runs of a text hold text
      const last = steps[steps.length - 1];
      if (last !== undefined && "insert" in last) steps[steps.length - 1] = { insert: last.insert + insert };
      else steps.push({ insert });
    },
    delete: (count) => steps.push({ delete: count }),
  };
}
