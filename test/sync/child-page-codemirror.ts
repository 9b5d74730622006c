import { EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { sharedText } from "../../adapters/codemirror/index.ts";
import { openDocument } from "../../client/sync/index.ts";

// A page with one CodeMirror editor on a shared text.
document.querySelector("textarea")?.remove();
const { doc, replica, presence } = openDocument({ url: `/sync${location.search}`, name: "pad" });
const text = doc.text("body");
/** For each change of the editor's document: may it be undone? */
const undoable: boolean[] = [];
const view = new EditorView({
  parent: document.body,
  state: EditorState.create({
    extensions: [
      sharedText({ doc, text, presence }),
      EditorView.updateListener.of(({ transactions }) => {
        for (const each of transactions) {
          if (each.docChanged) undoable.push(each.annotation(Transaction.addToHistory) !== false);
        }
      }),
    ],
  }),
});
Object.assign(window, { pad: { doc, text, replica, view, undoable } });
