import type { EditorState } from "prosemirror-state";
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view";
import { TextCursors, type TextCursorsOptions } from "../../lib/sync/index.ts";
import { placesOf, toIndex, toPosition } from "./places.ts";

/** Everyone else's selections as decorations, and the editor's own for them while it has the focus. */
export class Cursors {
  readonly #view: EditorView;
  readonly #cursors: TextCursors;

  constructor(view: EditorView, options: Omit<TextCursorsOptions, "changed">) {
    this.#view = view;
    const changed = (): void => view.dispatch(view.state.tr); // decorations are asked for with every transaction
    this.#cursors = new TextCursors({ ...options, changed });
  }

  destroy(): void {
    this.#cursors.stop();
  }

  draw({ doc: shown }: EditorState): DecorationSet {
    const places = placesOf(shown);
    const drawn = this.#cursors.others().flatMap(({ id, name, color, ...selection }) => {
      const [anchor, head] = [toPosition(places, selection.anchor), toPosition(places, selection.head)];
      const caret = Decoration.widget(head, () => drawCaret(name, color), { key: `${id} ${name} ${color}`, side: 1 });
      if (anchor === head) return [caret];
      const style = CSS.supports("color", color)
        ? `background-color: color-mix(in srgb, ${color} 25%, transparent)`
        : "";
      return [
        Decoration.inline(Math.min(anchor, head), Math.max(anchor, head), { class: "bus-selection", style }),
        caret,
      ];
    });
    return DecorationSet.create(shown, drawn);
  }

  share(): void {
    if (!this.#view.hasFocus()) return;
    const { doc: shown, selection } = this.#view.state;
    const places = placesOf(shown);
    this.#cursors.share({ anchor: toIndex(places, selection.anchor), head: toIndex(places, selection.head) });
  }
}

function drawCaret(name: string, color: string): HTMLElement {
  const caret = document.createElement("span");
  caret.className = "bus-cursor";
  caret.style.cssText = "position: relative; border-left: 2px solid; margin: 0 -1px";
  caret.style.color = color;
  const label = document.createElement("span");
  label.className = "bus-cursor-name";
  label.textContent = name;
  label.style.cssText =
    "position: absolute; bottom: 100%; left: -1px; padding: 0 4px; font: 12px/1.4 system-ui, sans-serif; white-space: nowrap";
  label.style.color = "Canvas";
  label.style.backgroundColor = color;
  caret.append(label);
  return caret;
}
