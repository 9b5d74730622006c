export const NAMES = { ours: "busbar", ivm: "@tanstack/db-ivm", naive: "recompute" };

const execArgv = ["--max-old-space-size=4096"]; // a million rows

export const SUBJECTS = {
  [NAMES.ours]: { file: "busbar.mjs", group: "ours", execArgv },
  [NAMES.ivm]: { file: "db-ivm.mjs", group: "peers", execArgv },
  [NAMES.naive]: { file: "recompute.mjs", group: "ceiling", execArgv },
};
