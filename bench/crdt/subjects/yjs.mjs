import * as Y from "yjs";

export const subject = {
  create(agent, onUpdate) {
    const doc = new Y.Doc();
    doc.clientID = 2 ** 31 + 1 + agent;
    if (onUpdate !== undefined) doc.on("update", onUpdate);
    return doc;
  },
  edit(doc, patches) {
    const text = doc.getText("text");
    if (patches.length === 1) editText(text, patches[0]);
    else {
      doc.transact(() => {
        for (const patch of patches) editText(text, patch);
      });
    }
  },
  apply: (doc, bytes) => Y.applyUpdate(doc, bytes),
  text: (doc) => doc.getText("text").toString(),
  save: (doc) => Y.encodeStateAsUpdate(doc),
  saveSmall: (doc) => Y.encodeStateAsUpdateV2(doc),
  load(bytes) {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, bytes);
    return doc;
  },
};

function editText(text, [at, deleted, inserted]) {
  if (deleted > 0) text.delete(at, deleted);
  if (inserted !== "") text.insert(at, inserted);
}
