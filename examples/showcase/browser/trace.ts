import type { CrdtText, Doc } from "busbar/crdt";

/** A recorded writing session: each transaction holds patches of position, deleted characters, inserted text. */
export interface Trace {
  readonly endContent: string;
  readonly txns: readonly { readonly patches: readonly (readonly [at: number, removed: number, inserted: string])[] }[];
}

const EDITS_PER_FRAME = 25; // about 12 seconds for the whole session

/**
 * Empties the text, then types the session into it, edit by edit, as its writer did.
 * @param moved - Hears where the writer is, once per frame.
 */
export async function replay(doc: Doc, text: CrdtText, { txns }: Trace, moved: (index: number) => void): Promise<void> {
  let caret = 0;
  text.delete(0, text.length);
  for (const [index, { patches }] of txns.entries()) {
    doc.transact(() => {
      for (const [at, removed, inserted] of patches) {
        if (removed > 0) text.delete(at, removed);
        if (inserted !== "") text.insert(at, inserted);
        caret = at + inserted.length;
      }
    });
    if (index % EDITS_PER_FRAME !== 0) continue;
    moved(caret);
    await new Promise((done) => setTimeout(done, 16)); // also in a hidden window
  }
}
