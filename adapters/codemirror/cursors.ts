import { type Extension, type Range, RangeSet } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import type { CrdtText, Doc } from "../../lib/crdt/index.ts";
import { effect } from "../../lib/signals/index.ts";
import { decodeSelection, describePeer, encodeSelection, type Peer, type Presence } from "../../lib/sync/index.ts";

/** What cursors belong to, and how they look. */
export interface CursorOptions {
  readonly doc: Doc;
  readonly text: CrdtText;
  readonly presence: Presence;
  readonly describe?: (peer: Peer) => { readonly name: string; readonly color: string };
}

/** Draws everyone else's selections, and tells them the editor's own while it has the focus. */
export function cursors(options: CursorOptions): Extension {
  const plugin = ViewPlugin.define((view) => new Cursors(view, options), { decorations: (cursors) => cursors.shown });
  return [plugin, LOOK];
}

const LOOK = EditorView.baseTheme({
  ".bus-cursor": {
    position: "relative",
    borderLeft: "2px solid",
    marginLeft: "-1px",
    marginRight: "-1px",
  },
  ".bus-cursor-name": {
    position: "absolute",
    bottom: "100%",
    left: "-1px",
    padding: "0 4px",
    font: "12px/1.4 system-ui, sans-serif",
    whiteSpace: "nowrap",
    borderRadius: "3px 3px 3px 0",
    pointerEvents: "none",
  },
});

class Cursors {
  shown: DecorationSet = RangeSet.empty;
  readonly #view: EditorView;
  readonly #options: CursorOptions;
  readonly #stop: () => void;
  #published = "";
  #due = false;
  #ended = false;

  constructor(view: EditorView, options: CursorOptions) {
    this.#view = view;
    this.#options = options;
    this.#stop = effect(() => {
      options.presence.others.get();
      this.#schedule();
    });
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) this.shown = this.shown.map(update.changes);
    if (update.docChanged || update.transactions.length === 0) this.#draw();
    if (update.selectionSet || update.focusChanged || update.docChanged) this.#share();
  }

  destroy(): void {
    this.#ended = true;
    this.#stop();
  }

  /** Later: a view is not to be changed while it is being updated. An empty transaction makes it ask for decorations. */
  #schedule(): void {
    if (this.#due) return;
    this.#due = true;
    void Promise.resolve().then(() => {
      this.#due = false;
      if (this.#ended) return;
      this.#draw();
      this.#view.dispatch({});
    });
  }

  #draw(): void {
    const { doc, text, presence, describe = describePeer } = this.#options;
    const { length } = this.#view.state.doc;
    if (length !== text.length) return; // the editor is about to be told of edits
    const ranges: Range<Decoration>[] = [];
    for (const peer of presence.others.peek()) {
      const selection = decodeSelection(doc, text, peer.state);
      if (selection === undefined) continue;
      const { name, color } = describe(peer);
      const [from, to] = [Math.min(selection.anchor, selection.head), Math.max(selection.anchor, selection.head)];
      if (from < to) ranges.push(selected(color).range(from, to));
      ranges.push(Decoration.widget({ widget: new Caret(name, color), side: 1 }).range(selection.head));
    }
    this.shown = Decoration.set(ranges, true);
  }

  #share(): void {
    if (!this.#view.hasFocus) return;
    const { doc, text, presence } = this.#options;
    const { anchor, head } = this.#view.state.selection.main;
    const selection = encodeSelection(doc, text, { anchor, head });
    const said = `${selection["anchor"]} ${selection["head"]}`;
    if (said === this.#published) return; // edits of others move no cursor: it is relative
    this.#published = said;
    presence.set(selection);
  }
}

function selected(color: string): Decoration {
  const isColor = typeof CSS === "undefined" || CSS.supports("color", color); // it may come from a stranger
  const style = isColor ? `background-color: color-mix(in srgb, ${color} 25%, transparent)` : "";
  return Decoration.mark({ class: "bus-selection", attributes: { style } });
}

class Caret extends WidgetType {
  readonly #name: string;
  readonly #color: string;

  constructor(name: string, color: string) {
    super();
    this.#name = name;
    this.#color = color;
  }

  override eq(other: Caret): boolean {
    return other.#name === this.#name && other.#color === this.#color;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = "bus-cursor";
    caret.style.color = this.#color; // by property: an attribute would need unsafe-inline
    const label = document.createElement("span");
    label.className = "bus-cursor-name";
    label.textContent = this.#name;
    label.style.color = "Canvas";
    label.style.backgroundColor = this.#color;
    caret.append(label);
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}
