import { createDoc, createHistory, isCrdtNode, readTexts } from "../../../dist/lib/crdt/index.js";

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
  objects: {
    records: (doc, records) =>
      doc.transact(() => {
        const list = doc.list("list");
        records.forEach((record, i) => {
          const map = list.insertChild(i, "map");
          for (const key in record) map.set(key, record[key]);
        });
      }),
    numbers: (doc, numbers) => doc.list("list").insert(0, ...numbers),
    keys: (doc, entries) =>
      doc.transact(() => {
        for (const [key, value] of entries) doc.map("map").set(key, value);
      }),
    use: (doc) => doc.map("other").set("used", 1),
    merge: (doc, bytes) => void doc.apply(bytes),
    content(doc) {
      const map = doc.map("map").entries();
      if (map.length > 0) return Object.fromEntries(map);
      return doc
        .list("list")
        .toArray()
        .map((one) => (isCrdtNode(one) ? Object.fromEntries(one.entries()) : one));
    },
  },
};

function editText(text, [at, deleted, inserted]) {
  if (deleted > 0) text.delete(at, deleted);
  if (inserted !== "") text.insert(at, inserted);
}
