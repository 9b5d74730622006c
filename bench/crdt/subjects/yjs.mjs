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
  objects: {
    records: (doc, records) =>
      doc.transact(() => {
        const list = doc.getArray("list");
        records.forEach((record, i) => {
          const map = new Y.Map();
          list.insert(i, [map]);
          for (const key in record) map.set(key, record[key]);
        });
      }),
    numbers: (doc, numbers) => doc.getArray("list").insert(0, numbers),
    keys: (doc, entries) =>
      doc.transact(() => {
        for (const [key, value] of entries) doc.getMap("map").set(key, value);
      }),
    use: (doc) => doc.getMap("other").set("used", 1),
    merge: (doc, bytes) => Y.applyUpdate(doc, bytes),
    content(doc) {
      const map = doc.getMap("map").toJSON();
      return Object.keys(map).length > 0 ? sorted(map) : doc.getArray("list").toJSON().map(sorted);
    },
  },
};

function sorted(value) {
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function editText(text, [at, deleted, inserted]) {
  if (deleted > 0) text.delete(at, deleted);
  if (inserted !== "") text.insert(at, inserted);
}
