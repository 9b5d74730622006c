import { createRequire } from "node:module";

const require = createRequire(import.meta.url); // published as CommonJS only
const { Model } = require("json-joy/lib/json-crdt/index.js");
const { Patch, s } = require("json-joy/lib/json-crdt-patch/index.js");

const SCHEMA = s.obj({ text: s.str("") });
// One replica writes the schema, the others begin as its copies: a child made twice would be two texts.
const BASE = Model.create(SCHEMA, 1_000_001).toBinary();

export const subject = {
  create(agent, onUpdate) {
    const model = Model.fromBinary(BASE).fork(2_000_003 + agent);
    return { model, text: model.api.str(["text"]), onUpdate, edits: 0 };
  },
  edit(doc, patches) {
    for (const [at, deleted, inserted] of patches) {
      if (deleted > 0) doc.text.del(at, deleted);
      if (inserted !== "") doc.text.ins(at, inserted);
    }
    if (doc.onUpdate !== undefined) doc.onUpdate(doc.model.api.flush().toBinary());
    else if (++doc.edits % 1000 === 0) doc.model.api.flush(); // what it has gathered would be kept for ever
  },
  finish: (doc) => void doc.model.api.flush(),
  apply: (doc, bytes) => doc.model.applyPatch(Patch.fromBinary(bytes)),
  text: (doc) => doc.text.view(),
  save: (doc) => doc.model.toBinary(),
  load(bytes) {
    const model = Model.fromBinary(bytes);
    return { model, text: model.api.str(["text"]), edits: 0 };
  },
  cannot: {
    reordered: "it drops what it lacks the parents of",
    objects: "records, numbers and keys are measured with yjs and loro",
  },
};
