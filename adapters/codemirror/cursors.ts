import { type Extension, type Range, RangeSet } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate, WidgetType } from "@codemirror/view";
import type { CrdtText } from "../../lib/crdt/index.ts";
import { TextCursors, type TextCursorsOptions } from "../../lib/sync/index.ts";

/** Draws everyone else's selections, and tells them the editor's own while it has the focus. */
export function cursors(options: Omit<TextCursorsOptions, "changed">): Extension {
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
  readonly #text: CrdtText;
  readonly #cursors: TextCursors;

  constructor(view: EditorView, options: Omit<TextCursorsOptions, "changed">) {
    this.#view = view;
    this.#text = options.text;
    const changed = (): void => {
      this.#draw();
      view.dispatch({}); // an empty transaction makes it ask for decorations
    };
    this.#cursors = new TextCursors({ ...options, changed });
  }

  update(update: ViewUpdate): void {
    if (update.docChanged) this.shown = this.shown.map(update.changes);
    if (update.docChanged || update.transactions.length === 0) this.#draw();
    if (update.selectionSet || update.focusChanged || update.docChanged) this.#share();
  }

  destroy(): void {
    this.#cursors.stop();
  }

  #draw(): void {
    if (this.#view.state.doc.length !== this.#text.length) return; // the editor is about to be told of edits
    const ranges: Range<Decoration>[] = [];
    for (const { anchor, head, name, color } of this.#cursors.others()) {
      if (anchor !== head) ranges.push(selected(color).range(Math.min(anchor, head), Math.max(anchor, head)));
      ranges.push(Decoration.widget({ widget: new Caret(name, color), side: 1 }).range(head));
    }
    this.shown = Decoration.set(ranges, true);
  }

  #share(): void {
    if (this.#view.hasFocus) this.#cursors.share(this.#view.state.selection.main);
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
