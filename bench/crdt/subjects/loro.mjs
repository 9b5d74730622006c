import { LoroDoc } from "loro-crdt";

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
};
