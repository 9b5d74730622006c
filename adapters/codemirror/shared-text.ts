import {
  Annotation,
  type ChangeSpec,
  EditorState,
  type Extension,
  Transaction,
  type TransactionSpec,
} from "@codemirror/state";
import { type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { CrdtText, Doc, TextDelta } from "../../lib/crdt/index.ts";
import { demandOption, type Peer, type Presence } from "../../lib/sync/index.ts";
import { cursors } from "./cursors.ts";

/**
 * What the editor is joined to.
 * @public
 */
export interface CodeMirrorOptions {
  readonly doc: Doc;
  /** A text of that document. */
  readonly text: CrdtText;
  /** Shows the selections of others in the editor, and the editor's to them. @defaultValue none */
  readonly presence?: Presence;
  /** The name and colour of another user; a colour is any CSS colour. @defaultValue `name` and `color` of the user, else a colour by number */
  readonly describe?: (peer: Peer) => { readonly name: string; readonly color: string };
  /** The origin of the editor's edits in the document: what `createUndo(doc, { origins })` is told. @defaultValue an object of its own */
  readonly origin?: unknown;
}

/**
 * An extension that joins an editor and a shared text: the editor shows the text from the start, what is typed goes into the text, and edits of
 * others move selection and scroll position along. CodeMirror's own `history()` undoes this user's edits only.
 * @remarks Line ends are `\n`, and `\r` is a character like any other, so that places in editor and text are the same. One view at a time.
 * Half a surrogate pair, which no text may hold, becomes U+FFFD.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @example
 * ```ts
 * const { doc, presence } = openDocument({ url: "/sync", name: "notes" });
 * new EditorView({ parent, extensions: [basicSetup, sharedText({ doc, text: doc.text("body"), presence })] });
 * ```
 * @public
 */
export function sharedText(options: CodeMirrorOptions): Extension {
  const { doc, text, presence, describe } = options ?? ({} as CodeMirrorOptions); // cast: callers without types
  demandOption(typeof doc?.transact === "function", "doc");
  demandOption(typeof text?.observe === "function", "text");
  demandOption(presence === undefined || typeof presence?.others?.get === "function", "presence");
  const binding = ViewPlugin.define((view) => new Binding(view, options));
  const shown = presence === undefined ? [] : cursors({ doc, text, presence, ...(describe && { describe }) });
  return [EditorState.lineSeparator.of("\n"), binding, shown];
}

/** On a transaction of the editor that only brings what the text already holds. */
const FROM_TEXT = Annotation.define<boolean>();

class Binding {
  readonly #view: EditorView;
  readonly #doc: Doc;
  readonly #text: CrdtText;
  readonly #origin: unknown;
  readonly #stop: () => void;
  #writing = false;
  #ended = false;

  constructor(view: EditorView, { doc, text, origin }: CodeMirrorOptions) {
    this.#view = view;
    this.#doc = doc;
    this.#text = text;
    this.#origin = origin ?? this;
    this.#stop = text.observe((delta) => {
      if (!this.#writing) this.#hear(delta);
    });
    // A view is not to be changed while it is being made.
    void Promise.resolve().then(() => this.#reset());
  }

  update({ transactions }: ViewUpdate): void {
    for (const transaction of transactions) {
      if (transaction.docChanged && transaction.annotation(FROM_TEXT) !== true) this.#write(transaction);
    }
  }

  destroy(): void {
    this.#ended = true;
    this.#stop();
  }

  /** What was typed enters the text as one transaction. */
  #write({ changes }: Transaction): void {
    let isWhole = true;
    this.#writing = true;
    try {
      this.#doc.transact(
        () => {
          let shift = 0; // earlier changes move later ones
          changes.iterChanges((from, to, _fromB, _toB, inserted) => {
            const content = inserted.sliceString(0, undefined, "\n");
            isWhole = edit(this.#text, from + shift, to - from, content) && isWhole;
            shift += content.length - (to - from);
          });
        },
        { origin: this.#origin },
      );
    } catch {
      isWhole = false; // the text refuses a place that only the editor has: it shows the text again
    } finally {
      this.#writing = false;
    }
    if (!isWhole) void Promise.resolve().then(() => this.#reset());
  }

  #hear(delta: TextDelta): void {
    try {
      this.#dispatch({ changes: changesOf(delta) });
    } catch {
      void Promise.resolve().then(() => this.#reset()); // somebody edits the text while the editor is being updated
    }
  }

  /** Makes the editor show the text: at the start, and whenever the two may differ. */
  #reset(): void {
    if (this.#ended) return;
    const shown = this.#view.state.doc.sliceString(0, undefined, "\n");
    const wanted = this.#text.toString();
    if (shown === wanted) return;
    let start = 0;
    while (start < shown.length && start < wanted.length && shown.charCodeAt(start) === wanted.charCodeAt(start))
      start++;
    let end = 0;
    const most = Math.min(shown.length, wanted.length) - start;
    while (end < most && shown.charCodeAt(shown.length - 1 - end) === wanted.charCodeAt(wanted.length - 1 - end)) end++;
    const insert = wanted.slice(start, wanted.length - end);
    this.#dispatch({ changes: { from: start, to: shown.length - end, insert } });
  }

  /** Undoing is for this user's own edits: those of others stay out of the history, which moves along. */
  #dispatch(spec: TransactionSpec): void {
    if (this.#ended) return;
    this.#view.dispatch({
      ...spec,
      annotations: [FROM_TEXT.of(true), Transaction.addToHistory.of(false), Transaction.remote.of(true)],
    });
  }
}

/** False when the text holds something else than the editor afterwards: whole pairs, and no half ones. */
function edit(text: CrdtText, at: number, deleted: number, inserted: string): boolean {
  const content = inserted.replace(LONE, "\ufffd");
  if (deleted > 0) text.delete(at, deleted);
  if (content !== "") text.insert(at, content);
  return content === inserted;
}

const LONE = /\p{Surrogate}/gu; // half a pair

function changesOf(delta: TextDelta): ChangeSpec[] {
  const changes: ChangeSpec[] = [];
  let at = 0; // in the document as it was: CodeMirror counts all changes of a transaction there
  for (const step of delta) {
    if ("retain" in step) at += step.retain;
    else if ("insert" in step) changes.push({ from: at, insert: step.insert });
    else {
      changes.push({ from: at, to: at + step.delete });
      at += step.delete;
    }
  }
  return changes;
}
