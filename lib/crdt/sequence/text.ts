import { CodedError } from "../../errors/index.ts";
import { demand } from "../arguments.ts";
import { type Content, type Kind, type Sequence, TEXT } from "../model.ts";
import { checkIndex, hasLoneSurrogate } from "../names.ts";
import type { CrdtText, TextDelta } from "../types.ts";
import { textOf } from "./runs.ts";
import { deleteAll, insertAt, isHidden, SequenceHome } from "./sequence.ts";
import { SequenceSurface } from "./surface.ts";

/** Casts: its kind's `home` made it. */
export const textKind: Kind = {
  type: TEXT,
  label: "text",
  home: SequenceHome,
  surface: (home, editor) => new TextSurface(home as Sequence, editor),
  isEmpty: isHidden,
  clear: (_, log, home) => deleteAll(home as Sequence, log),
};

export class TextSurface extends SequenceSurface<"text"> implements CrdtText {
  insert(index: number, content: string): void {
    const { home, editor } = this;
    checkIndex(index, 0, home.tree.root.visible);
    if (typeof content !== "string") demand(false, "a text");
    if (hasLoneSurrogate(content)) throw new CodedError("CRDT_LONE_SURROGATE", "The text holds half a pair");
    if (content.length === 0) return;
    const log = editor.begin(home, index);
    try {
      insertAt(home, log, index, content);
    } finally {
      editor.end();
    }
  }

  override toString(): string {
    return textOf(this.home);
  }

  observe(listener: (delta: TextDelta, origin: unknown) => void): () => void {
    return this.observeSteps(listener, asText);
  }
}

export function asText(content: Content): string {
  return content as string; // cast: runs of a text hold text
}
