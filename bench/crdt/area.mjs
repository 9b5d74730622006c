// Documents that merge: recorded histories, replayed by each library in a process of its own.
const OURS = "ours";
const PEERS = "peers";

export const NAMES = { ours: "busbar", yjs: "yjs", joy: "json-joy", loro: "loro-crdt" };

export const area = {
  name: "crdt",
  title: "Documents: time, bytes, memory",
  worker: new URL("./worker.mjs", import.meta.url),
  subjects: {
    [NAMES.ours]: { file: "busbar.mjs", group: OURS },
    [NAMES.yjs]: { file: "yjs.mjs", group: PEERS },
    [NAMES.joy]: { file: "json-joy.mjs", group: PEERS },
    [NAMES.loro]: { file: "loro.mjs", group: PEERS, isWasm: true },
    "@automerge/automerge": { file: "automerge.mjs", group: PEERS, isWasm: true },
    "diamond-types-node": { file: "diamond-types.mjs", group: PEERS, isWasm: true },
  },

  async run(session) {
    // not at the top: the workers read this module too
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
