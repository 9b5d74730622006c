import { DOMSerializer } from "prosemirror-model";
import { schema } from "prosemirror-schema-basic";
import { EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import { marksOf, sharedRichText } from "../../adapters/prosemirror/index.ts";
import { browserPlatform, openDocument } from "../../client/sync/index.ts";
import { createDoc, marks, type RichText } from "../../lib/crdt/index.ts";

// A page with one ProseMirror editor on a shared rich text.
document.querySelector("textarea")?.remove();
const doc = createDoc({ random: browserPlatform.random, features: [marks(marksOf(schema))] });
const { replica, presence } = openDocument({ url: `/sync${location.search}`, name: "pad", doc });
const text = doc.text("body") as RichText; // cast: the document has marks
const view = new EditorView(document.body, {
  state: EditorState.create({ schema, plugins: [sharedRichText({ doc, text, presence })] }),
});
Object.assign(window, {
  pad: {
    text,
    replica,
    view,
    schema,
    html() {
      const out = document.createElement("div");
      out.append(DOMSerializer.fromSchema(schema).serializeFragment(view.state.doc.content));
      return out.innerHTML;
    },
    /** Runs what a toolbar's button would. */
    mark: (from: number, to: number, name: string) => view.dispatch(view.state.tr.addMark(from, to, schema.mark(name))),
    split: (at: number) => view.dispatch(view.state.tr.split(at)),
    heading: (at: number) => view.dispatch(view.state.tr.setBlockType(at, at, schema.nodes.heading, { level: 2 })),
    type: (at: number, content: string) => view.dispatch(view.state.tr.insertText(content, at)),
  },
});
