// Who answers. A busbar backend is forced, except in the first.
export const NAMES = {
  ours: "busbar",
  generated: "busbar, generated loop",
  wasm: "busbar, wasm",
  loop: "plain loop",
  arquero: "arquero",
};

export const SUBJECTS = {
  [NAMES.ours]: { file: "busbar.mjs", group: "ours" },
  "busbar, interpreter": { file: "busbar.mjs", group: "ours", backend: "interpreter" },
  [NAMES.generated]: { file: "busbar.mjs", group: "ours", backend: "javascript" },
  [NAMES.wasm]: { file: "busbar.mjs", group: "ours", backend: "wasm" },
  [NAMES.loop]: { file: "loop.mjs", group: "ceiling" },
  [NAMES.arquero]: { file: "arquero.mjs", group: "peers" },
  "nodejs-polars": { file: "polars.mjs", group: "peers", install: "polars" },
  DuckDB: { file: "duckdb.mjs", group: "peers", install: "duckdb" },
};
