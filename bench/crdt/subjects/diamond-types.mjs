import { createRequire } from "node:module";

const { Doc } = createRequire(import.meta.url)("diamond-types-node"); // published as CommonJS only

export const subject = {
  keepsHistory: true,
  create: (agent, onUpdate) => ({ doc: new Doc(`agent ${agent}`), onUpdate }),
  edit({ doc, onUpdate }, patches) {
    const before = onUpdate === undefined ? undefined : doc.getLocalVersion();
    for (const [at, deleted, inserted] of patches) {
      if (deleted > 0) doc.del(at, deleted);
      if (inserted !== "") doc.ins(at, inserted);
    }
    onUpdate?.(doc.getPatchSince(before));
  },
  apply: ({ doc }, bytes) => void doc.mergeBytes(bytes),
  text: ({ doc }) => doc.get(),
  save: ({ doc }) => doc.toBytes(),
  load: (bytes, agent) => ({ doc: Doc.fromBytes(bytes, `agent ${agent}`) }),
  free: ({ doc }) => doc.free(),
  cannot: { reordered: "it refuses what it lacks the parents of", objects: "it has texts only" },
};
