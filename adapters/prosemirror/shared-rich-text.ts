import type { Node } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import type { Doc, RichText } from "../../lib/crdt/index.ts";
import { demandOption, type Peer, type Presence } from "../../lib/sync/index.ts";
import { build } from "./build.ts";
import { changeTo } from "./change.ts";
import { Cursors } from "./cursors.ts";
import { placesOf, toIndex } from "./places.ts";
import { isUnmarked, type Unit, unitsOf, unitsOfChild, unitsOfDelta } from "./units.ts";
import { writeUnits } from "./write.ts";

/**
 * What the editor is joined to.
 * @public
 */
export interface ProseMirrorOptions {
  readonly doc: Doc;
  /** A text of that document, which was made with `marks(marksOf(schema))`. */
  readonly text: RichText;
  /** Shows the selections of others in the editor, and the editor's to them. @defaultValue none */
  readonly presence?: Presence;
  /** The name and colour of another user; a colour is any CSS colour. @defaultValue `name` and `color` of the user, else a colour by number */
  readonly describe?: (peer: Peer) => { readonly name: string; readonly color: string };
  /** The origin of the editor's edits in the document: what `createUndo(doc, { origins })` is told. @defaultValue an object of its own */
  readonly origin?: unknown;
}

/**
 * A plugin that joins an editor and a shared rich text: the editor shows the text from the start, edits go into it, and those of others move the
 * selection along. `prosemirror-history` undoes this user's edits only. In Tiptap: `addProseMirrorPlugins: () => [sharedRichText(...)]`.
 * @remarks A keystroke writes what differs in its block and reads the marks of the text, O(n); an edit of others rebuilds the document, O(n), and changes what differs. Of several marks of one
 * type on a text one is kept. A text with types the schema lacks is shown without them and cannot be edited here.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @example
 * ```ts
 * const doc = createDoc({ random: browserPlatform.random, features: [marks(marksOf(schema))] });
 * const plugins = [history(), sharedRichText({ doc, text: doc.text("body"), presence })];
 * new EditorView(place, { state: EditorState.create({ schema, plugins }) });
 * ```
 * @public
 */
export function sharedRichText(options: ProseMirrorOptions): Plugin {
  const { doc, text, presence, origin = {} } = options ?? ({} as ProseMirrorOptions); // cast: callers without types
  demandOption(typeof doc?.transact === "function", "doc");
  demandOption(typeof text?.observeDelta === "function", "text"); // one of a document without marks has none
  demandOption(presence === undefined || typeof presence?.others?.get === "function", "presence");
  let binding: Binding | undefined;
  let cursors: Cursors | undefined;
  return new Plugin({
    filterTransaction: (transaction) =>
      !transaction.docChanged || transaction.getMeta(FROM_TEXT) === true || binding?.isEditable === true,
    props: { decorations: (state) => cursors?.draw(state) },
    view(view) {
      binding = new Binding(view, options, origin);
      cursors = presence === undefined ? undefined : new Cursors(view, { ...options, presence });
      return {
        update(_view, { doc }) {
          binding?.update(doc);
          cursors?.share();
        },
        destroy() {
          binding?.destroy();
          cursors?.destroy();
          binding = undefined;
          cursors = undefined;
        },
      };
    },
  });
}

/** On a transaction that only brings what the text already holds. */
const FROM_TEXT = "busbar";

class Binding {
  /** False until the editor shows the text, and while it cannot: what is typed could not be placed. */
  isEditable = false;
  readonly #view: EditorView;
  readonly #doc: Doc;
  readonly #text: RichText;
  readonly #origin: unknown;
  readonly #stop: () => void;
  /** False where the editor shows something else than the text holds: what the schema allows of it. */
  #isExact = false;
  #writing = false;
  #showing = false;
  #ended = false;

  constructor(view: EditorView, { doc, text }: ProseMirrorOptions, origin: unknown) {
    this.#view = view;
    this.#doc = doc;
    this.#text = text;
    this.#origin = origin;
    this.#stop = text.observeDelta(() => {
      if (!this.#writing) this.#hear();
    });
    this.#showSoon(); // a view is not to be changed while it is being made
  }

  destroy(): void {
    this.#ended = true;
    this.#stop();
  }

  /** Brings what the editor changed into the text. */
  update(before: Node): void {
    const { doc } = this.#view.state;
    if (this.#showing || before === doc || !this.isEditable) return;
    this.#writing = true;
    try {
      this.#doc.transact(() => this.#write(before, doc), { origin: this.#origin });
    } catch {
      this.#showSoon(); // the text refuses it: the editor shows the text again
    } finally {
      this.#writing = false;
    }
  }

  #write(before: Node, after: Node): void {
    if (!this.#isExact) {
      writeUnits(this.#text, 0, unitsOfDelta(this.#text.toDelta()), unitsOf(after));
      this.#isExact = true;
      return;
    }
    let start = 0;
    const most = Math.min(before.childCount, after.childCount);
    while (start < most && before.child(start) === after.child(start)) start++;
    if (isUnmarked(before) !== isUnmarked(after)) start = 0; // a marker of the first block comes or goes
    let end = 0;
    // The first block is not among those that stay behind the change: as the first it may have another marker.
    while (
      end < most - Math.max(start, 1) &&
      before.child(before.childCount - 1 - end) === after.child(after.childCount - 1 - end)
    ) {
      end++;
    }
    let at = 0;
    for (let i = 0; i < start; i++) at += lengthOf(before, i);
    const caret = toIndex(placesOf(after), this.#view.state.selection.head) - at;
    writeUnits(this.#text, at, slice(before, start, end), slice(after, start, end), caret);
  }

  #hear(): void {
    try {
      this.#show();
    } catch {
      this.#showSoon(); // somebody edits the text while the editor is being updated
    }
  }

  #showSoon(): void {
    this.isEditable = false;
    void Promise.resolve().then(() => this.#show());
  }

  /** Makes the editor show the text, by a change as small as can be. */
  #show(): void {
    if (this.#ended) return;
    const units = unitsOfDelta(this.#text.toDelta());
    const { state } = this.#view;
    const { doc, isForeign } = build(units, state.schema);
    const change = changeTo(state, doc);
    if (change !== undefined) {
      this.#showing = true;
      try {
        this.#view.dispatch(change.setMeta(FROM_TEXT, true).setMeta("addToHistory", false));
      } finally {
        this.#showing = false;
      }
    }
    this.isEditable = !isForeign;
    this.#isExact = isEqual(units, unitsOf(this.#view.state.doc));
  }
}

const LENGTHS = new WeakMap<Node, number>();

/** How many units a child of the document takes up. Nodes never change, so each is counted once. */
function lengthOf(doc: Node, index: number): number {
  if (index === 0) return unitsOfChild(doc, 0).length;
  const child = doc.child(index);
  const length = LENGTHS.get(child) ?? unitsOfChild(doc, index).length;
  LENGTHS.set(child, length);
  return length;
}

function slice(doc: Node, start: number, end: number): Unit[] {
  const units: Unit[] = [];
  for (let i = start; i < doc.childCount - end; i++) units.push(...unitsOfChild(doc, i));
  return units;
}

function isEqual(left: readonly Unit[], right: readonly Unit[]): boolean {
  return (
    left.length === right.length &&
    left.every((unit, i) => unit.key === right[i]?.key && unit.marksKey === right[i]?.marksKey)
  );
}
