// Many live sessions in one process, loaded from another over loopback.
export const area = {
  name: "live-load",
  title: "Live views under load: 10,000 sessions in one process",

  async run(session) {
    // not at the top: tests read this module too
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
