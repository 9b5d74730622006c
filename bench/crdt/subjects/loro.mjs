import { LoroDoc, LoroMap } from "loro-crdt";

export const subject = {
  keepsHistory: true,
  create(agent, onUpdate) {
    const doc = new LoroDoc();
    doc.setPeerId(BigInt(2 ** 52 + 0xb4c0de + agent));
    if (onUpdate !== undefined) doc.subscribeLocalUpdates(onUpdate);
    return { doc, text: doc.getText("text"), events: onUpdate !== undefined, edits: 0 };
  },
  edit({ doc, text, events }, patches) {
    for (const [at, deleted, inserted] of patches) {
      if (deleted > 0) text.delete(at, deleted);
      if (inserted !== "") text.insert(at, inserted);
    }
    if (events) doc.commit();
  },
  finish: ({ doc }) => doc.commit(),
  apply: ({ doc }, bytes) => void doc.import(bytes),
  text: ({ text }) => text.toString(),
  save: ({ doc }) => doc.export({ mode: "snapshot" }),
  load(bytes) {
    const doc = new LoroDoc();
    doc.import(bytes);
    return { doc, text: doc.getText("text"), events: false };
  },
  free: ({ doc }) => doc.free(),
  objects: {
    records({ doc }, records) {
      const list = doc.getList("list");
      records.forEach((record, i) => {
        const map = list.insertContainer(i, new LoroMap());
        for (const key in record) map.set(key, record[key]);
      });
    },
    numbers({ doc }, numbers) {
      const list = doc.getList("list");
      numbers.forEach((number, i) => {
        list.insert(i, number);
      });
    },
    keys({ doc }, entries) {
      for (const [key, value] of entries) doc.getMap("map").set(key, value);
    },
    use({ doc }) {
      doc.getMap("other").set("used", 1);
      doc.commit();
    },
    merge: ({ doc }, bytes) => void doc.import(bytes),
    content({ doc }) {
      const map = doc.getMap("map").toJSON();
      return Object.keys(map).length > 0 ? sorted(map) : doc.getList("list").toJSON().map(sorted);
    },
  },
};

function sorted(value) {
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
