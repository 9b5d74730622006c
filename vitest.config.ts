import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const unit = ["errors", "pool", "wire", "router", "html", "signals", "app", "partial", "patch", "crdt", "live", "sync"];

/**
 * What counts heap or waits for the collector: with a heap of its own it does so in a tenth of the time. And what counts work, of modules that nobody has loaded
 * before.
 */
const alone = ["adapters/aborts", "adapters/heap", "app/body-memory", "crdt/heap", "crdt/linear", "pool/development"]
  .concat(
    ["leaks", "isolation", "retention", "columns/surface", "collections/lifetime"].map((name) => `signals/${name}`),
  )
  .map((name) => `test/${name}.test.ts`);

/** What computes for minutes: without coverage, which takes half as long again; other tests reach the same code. */
const heavy = ["bench-live", "crdt/damage", "crdt/steps", "live/persist-crash", "router/property", "sync/refused-again"]
  .concat([1, 2, 3, 4].map((part) => `live/sim/worlds-${part}`))
  .map((name) => `test/${name}.test.ts`);

/** What nothing but a real browser can run: test/browser does, where these counts do not reach. */
const onlyInBrowsers = [
  "bind-undo",
  "browser-tabs",
  "cursor-layer",
  "cursors",
  "database",
  "indexed-db",
  "indexed-db-store",
  "open-document",
  "overlay",
  "socket",
  "tabs",
]
  .map((name) => `client/sync/${name}.ts`)
  .concat(
    "client/sync/script.ts",
    "client/sync/more-script.ts",
    "adapters/codemirror/**",
    "adapters/prosemirror/cursors.ts",
    "adapters/prosemirror/shared-rich-text.ts",
  );

/** What every project has. */
const every = {
  setupFiles: ["test/helpers/seed.ts"],
  expect: { poll: { timeout: 60_000 } }, // by default what a loaded machine does within a second
};

const jsxRuntimes = Object.fromEntries(
  ["jsx-runtime", "jsx-dev-runtime"].map((name) => [
    `busbar/html/${name}`,
    fileURLToPath(new URL(`lib/html/${name}/index.ts`, import.meta.url)),
  ]),
);

export default defineConfig({
  test: {
    maxWorkers: Math.max(2, availableParallelism() - 1), // by default two cores have one worker, which waits much of its time
    coverage: {
      provider: "v8",
      include: ["lib/**/*.ts", "client/**/*.ts", "adapters/**/*.ts"],
      exclude: ["test/**", ...onlyInBrowsers],
      reporter: ["text-summary", "json-summary"],
      thresholds: { statements: 95.5, branches: 91.5, functions: 95.5, lines: 96.8 }, // a floor: it only rises
    },
    projects: [
      {
        // JSX of the tests comes from the source, as test/tsconfig.json says for its types.
        resolve: { alias: jsxRuntimes },
        test: {
          name: "unit",
          environment: "node",
          ...every,
          isolate: false, // a worker loads each module once, not once per file: a quarter of the time. No test may lean on fresh module state
          include: [...unit, "adapters", "oracle"]
            .map((area) => `test/${area}/**/*.test.{ts,tsx}`)
            .concat("test/*.test.ts"),
          exclude: alone.concat(heavy),
          testTimeout: 180_000,
          hookTimeout: 300_000, // the first to need the built package builds it
        },
      },
      {
        test: {
          name: "heavy",
          environment: "node",
          ...every,
          isolate: false,
          include: heavy,
          testTimeout: 600_000, // each computes for a minute when it has a core to itself,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "alone",
          environment: "node",
          ...every,
          include: alone,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "dom",
          environment: "jsdom",
          ...every,
          include: ["test/client/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          ...every,
          isolate: false, // as above: Playwright, esbuild and the libraries take two seconds of a processor to load
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/helpers/chromium-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "types",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            checker: fileURLToPath(new URL(".ci/types.mjs", import.meta.url)), // tsc would check the libraries, too
            include: ["test/types/**/*.test-d.{ts,tsx}"],
            tsconfig: "test/types/tsconfig.json",
            ignoreSourceErrors: true,
          },
        },
      },
      {
        test: {
          name: "pack",
          environment: "node",
          ...every,
          isolate: false,
          include: ["test/pack/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
