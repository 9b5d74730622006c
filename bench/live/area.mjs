// Live views: bytes on the wire, time of a change, memory of a session, patches in the browser.
export const area = {
  name: "live",
  title: "Live views: bytes, time, memory, and patches in the browser",
  parts: ["wire", "change", "memory", "browser"],
  notes: [
    "The page: a counter and 1,000 rows of three slots, the same in every system. Each part checks the answers before it counts or times anything: after every action the browser's page, or the page that an oracle makes of the operations, is compared with what the data alone say.",
  ],

  async run(session) {
    // not at the top: tests read this module too
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
