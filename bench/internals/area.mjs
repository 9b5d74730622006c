// Internals: what every hot path of the others stands on, against what Node and packages give for free.
export const area = {
  name: "internals",
  title: "Internals: memory, codec, queues, hashes, structures, byte scans, and the long list",
  parts: ["memory", "http", "codec", "queue", "hash", "structures", "scan", "long-list"],

  async run(session) {
    // not at the top: tests read this module too
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
