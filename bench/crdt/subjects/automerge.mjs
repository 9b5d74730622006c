import * as Automerge from "@automerge/automerge";

const actor = (agent) => (0xb4c0de00 + agent).toString(16).padStart(32, "0");
const BASE = Automerge.save(Automerge.from({ text: "" }, { actor: actor(255) }));

export const subject = {
  keepsHistory: true,
  sample: 20_000, // updates that are weighed: all of them would take minutes
  create(agent, onUpdate) {
    return { doc: Automerge.load(BASE, { actor: actor(agent) }), onUpdate, waiting: [] };
  },
  edit(state, patches) {
    if (state.onUpdate === undefined && patches.length > 0) {
      state.waiting.push(...patches); // one change for each would take minutes
      if (state.waiting.length >= 1000) subject.finish(state);
      return;
    }
    state.doc = Automerge.change(state.doc, (doc) => {
      for (const [at, deleted, inserted] of patches) Automerge.splice(doc, ["text"], at, deleted, inserted);
    });
    if (state.onUpdate !== undefined) state.onUpdate(Automerge.getLastLocalChange(state.doc));
  },
  finish(state) {
    state.doc = Automerge.change(state.doc, (doc) => {
      for (const [at, deleted, inserted] of state.waiting) Automerge.splice(doc, ["text"], at, deleted, inserted);
    });
    state.waiting = [];
  },
  apply(state, bytes) {
    [state.doc] = Automerge.applyChanges(state.doc, [bytes]);
  },
  text: ({ doc }) => doc.text,
  save: ({ doc }) => Automerge.save(doc),
  load: (bytes) => ({ doc: Automerge.load(bytes), onUpdate() {} }),
  free: ({ doc }) => Automerge.free(doc),
  cannot: { objects: "records, numbers and keys are measured with yjs and loro" },
};
