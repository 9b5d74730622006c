import { Editor, Extension, getSchema } from "@tiptap/core";
import { StarterKit } from "@tiptap/starter-kit";
import { marksOf, sharedRichText } from "../../adapters/prosemirror/index.ts";
import { browserPlatform, openDocument } from "../../client/sync/index.ts";
import { createDoc, createUndo, marks, type RichText } from "../../lib/crdt/index.ts";

// A page with one Tiptap editor, as its starter kit makes it, on a shared rich text.
document.querySelector("textarea")?.remove();
const kit = StarterKit.configure({ link: { openOnClick: false }, undoRedo: false });
const doc = createDoc({ random: browserPlatform.random, features: [marks(marksOf(getSchema([kit])))] });
const { replica, presence } = openDocument({ url: `/sync${location.search}`, name: "pad", doc });
const text = doc.text("body") as RichText; // cast: the document has marks
const origin = {};
// No time passes: what is typed is one step, however slowly.
const undo = createUndo(doc, { origins: [origin], clock: () => 0 });
const Shared = Extension.create({
  name: "shared",
  addKeyboardShortcuts: () => ({ "Mod-z": () => undo.undo(), "Shift-Mod-z": () => undo.redo() }),
  addProseMirrorPlugins: () => [sharedRichText({ doc, text, presence, origin })],
});
const place = document.createElement("div");
document.body.append(place);
const editor = new Editor({ element: place, extensions: [kit, Shared], injectCSS: false }); // the page's policy forbids inline styles
Object.assign(window, { pad: { doc, text, replica, editor, undo } });
