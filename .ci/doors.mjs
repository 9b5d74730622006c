// Every door of the package: import path after `busbar/`, and the source file that is its index.
// package.json's exports, the build, the API reports and the size table are all checked against this list.
export const doors = {
  errors: "lib/errors/index.ts",
  pool: "lib/pool/index.ts",
  wire: "lib/wire/index.ts",
  router: "lib/router/index.ts",
  "router/compile": "lib/router/compile/index.ts",
  "router/analyze": "lib/router/analyze/index.ts",
  "router/build": "adapters/build/index.ts",
  html: "lib/html/index.ts",
  "html/jsx-runtime": "lib/html/jsx-runtime/index.ts",
  "html/jsx-dev-runtime": "lib/html/jsx-dev-runtime/index.ts",
  signals: "lib/signals/index.ts",
  "signals/collections": "lib/signals/collections/index.ts",
  "signals/columns": "lib/signals/columns/index.ts",
  "signals/tc39": "lib/signals/tc39/index.ts",
  app: "lib/app/index.ts",
  "app/openapi": "lib/app/openapi/index.ts",
  partial: "lib/partial/index.ts",
  patch: "lib/patch/index.ts",
  crdt: "lib/crdt/index.ts",
  live: "lib/live/index.ts",
  "live/testing": "adapters/live-testing/index.ts",
  sync: "lib/sync/index.ts",
  client: "client/core/index.ts",
  "client/plus": "client/plus/index.ts",
  "client/page": "client/page/index.ts",
  "client/morph": "client/morph/index.ts",
  "client/dev": "client/dev/index.ts",
  "client/live": "client/live/index.ts",
  "client/sync": "client/sync/index.ts",
  node: "adapters/node/index.ts",
  express: "adapters/express/index.ts",
  fastify: "adapters/fastify/index.ts",
  koa: "adapters/koa/index.ts",
  fetch: "adapters/fetch/index.ts",
  proxy: "adapters/proxy/index.ts",
  ws: "adapters/ws/index.ts",
  level: "adapters/level/index.ts",
  redis: "adapters/redis/index.ts",
  postgres: "adapters/postgres/index.ts",
  mcp: "adapters/mcp/index.ts",
  multipart: "adapters/multipart/index.ts",
  workers: "adapters/workers/index.ts",
  codemirror: "adapters/codemirror/index.ts",
  prosemirror: "adapters/prosemirror/index.ts",
  yjs: "adapters/yjs/index.ts",
};

// Browser bundles: file in dist/client, its entry, and how it loads. Scripts start by themselves; the module is imported.
export const bundles = {
  "busbar.min.js": { entry: "client/core/client.ts", format: "es" },
  "busbar-plus.min.js": { entry: "client/plus/index.ts", format: "es" },
  "busbar-page.min.js": { entry: "client/page/index.ts", format: "es" },
  "busbar-dev.js": { entry: "client/dev/index.ts", format: "iife", name: "busbarDev", isDev: true },
  "busbar-hx-plus.min.js": { entry: "client/plus/index.ts", format: "es", isHx: true },
  "busbar-hx-page.min.js": { entry: "client/page/index.ts", format: "es", isHx: true },
  "busbar-hx-morph.min.js": { entry: "client/morph/script.ts", format: "es", isHx: true },
  "busbar-hx.min.js": { entry: "client/core/client.ts", format: "es", isHx: true },
  "busbar-live.min.js": { entry: "client/live/script.ts", format: "es" },
  "busbar-live-back.min.js": { entry: "client/live/back-script.ts", format: "es" },
  "busbar-live-form.min.js": { entry: "client/live/form-script.ts", format: "es" },
  "busbar-live-more.min.js": { entry: "client/live/more-script.ts", format: "es" },
  "busbar-live-nav.min.js": { entry: "client/live/nav-script.ts", format: "es" },
  "busbar-live-net.min.js": { entry: "client/live/net-script.ts", format: "es" },
  "busbar-morph.min.js": { entry: "client/morph/script.ts", format: "es" },
};

// Browser modules that import each other, by name: the files in dist/client and their entries, and the parts they load on demand, each named by its source.
export const modules = {
  "busbar-sync": "client/sync/script.ts",
  "busbar-sync-more": "client/sync/more-script.ts",
};
export const moduleParts = [
  ...["browser-tabs", "cursor-layer", "indexed-db-store"].map((name) => `busbar-sync-${name}`),
  ...["local-log", "renewer", "tabs"].map((name) => `busbar-sync-${name}`),
];

// `lib/router/index.ts` -> `lib/router`: where a door's output lies under dist.
export const outputOf = (source) => source.replace(/\/index\.ts$/, "");
