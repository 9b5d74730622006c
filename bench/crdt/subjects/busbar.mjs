import { createDoc, createHistory, readTexts } from "../../../dist/lib/crdt/index.js";

const ID = 2 ** 52 + 0xb4c0de; // as long as a drawn one

export const subject = {
  create(agent, onUpdate) {
    const doc = createDoc({ replicaId: ID + agent });
    if (onUpdate !== undefined) doc.onUpdate(onUpdate);
    return doc;
  },
  edit(doc, patches) {
    const text = doc.text("text");
    if (patches.length === 1) editText(text, patches[0]);
    else {
      doc.transact(() => {
        for (const patch of patches) editText(text, patch);
      });
    }
  },
  apply: (doc, bytes) => doc.apply(bytes),
  text: (doc) => doc.text("text").toString(),
  save: (doc) => doc.encode(),
  history({ txns }) {
    const doc = subject.create(0, undefined);
    const history = createHistory(doc);
    for (const { patches } of txns) subject.edit(doc, patches);
    return history.encode();
  },
  read: (bytes) => readTexts(bytes).get("text"),
  load(bytes, agent) {
    const doc = createDoc({ replicaId: ID + agent });
    doc.apply(bytes);
    return doc;
  },
};

function editText(text, [at, deleted, inserted]) {
  if (deleted > 0) text.delete(at, deleted);
  if (inserted !== "") text.insert(at, inserted);
}
