import { bindCursors, bindTextarea, bindUndo, createUndo, openDocument } from "../../client/sync/index.ts";

// The page of the browser test: one textarea bound to one document, with the others' cursors over it.
const field = document.querySelector("textarea");
if (field === null) throw new Error("no textarea");
const { doc, replica, presence } = openDocument({ url: `/sync${location.search}`, name: "pad" });
const text = doc.text("body");
bindTextarea(text, field);
bindUndo(createUndo(doc, { clock: () => 0 }), field); // no time passes: what is typed is one step, however slowly
bindCursors({ doc, text, field, presence });
Object.assign(window, { pad: { text, replica } });
