// Documents shared by many clients through one server process: busbar/sync, y-websocket with y-leveldb, Hocuspocus with y-leveldb.
export const area = {
  name: "sync",
  title: "Shared documents: join, edit to all, load, memory, restart",

  async run(session) {
    // not at the top: tests read this module too
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
