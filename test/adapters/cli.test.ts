import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../adapters/cli/run.ts";

const root = resolve(import.meta.dirname, "../..");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "busbar-cli-"));
  for (const area of [
    "lib/errors",
    ...["lib/pool", "lib/pool/bytes", "lib/pool/collections", "lib/pool/hash", "lib/pool/queue"],
    "lib/router",
    "lib/router/analyze",
    "lib/router/compile",
    "adapters/build",
    "adapters/cli",
    "adapters/cli/gox",
    "adapters/cli/htmx",
    "adapters/cli/new",
  ])
    compileFolder(area);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const head = `import { createRouter } from "./lib/router/index.js";
    const made = createRouter();
    made.add("GET", "/users/:id", 1, { name: "user" });
    made.add("POST", "/users", 1);
    setInterval(() => {}, 1000);\n`;
  const files = {
    "router.mjs": `${head} export const router = made;`,
    "app.mjs": `${head} export const app = { router: made };`,
    "routes.mjs": `${head} export const app = { routes: made.routes() };`,
    "other.mjs": `${head} export const api = made; export default made;`,
    "common.cjs": `const lists = { app: { routes: [{ methods: ["GET"], pattern: "/c" }] } }; module.exports = Object.assign({}, lists);`,
    "nothing.mjs": "export const x = 1;",
    "odd.mjs": "export const app = { routes: 7 };",
    "throws.mjs": "throw new Error('first line\\n second line');",
    "loud.mjs": `${head} console.log("noise"); console.error("noise"); process.send?.({ outcome: {} }); export const router = made;`,
    "exits.mjs": "console.error('no port'); process.exit(3);",
    "waits.mjs": "await new Promise(() => {});",
    "hangs.mjs": "setInterval(() => {}, 1000); await new Promise(() => {});",
    "spins.mjs": "for (;;);",
    "large.mjs": `const routes = Array.from({ length: 10_000 }, (_, i) => ({ methods: ["GET"], pattern: "/section/" + i }));
      export const router = { routes };`,
    "clash.mjs": `export const router = { routes: [
      { methods: ["GET"], pattern: "/posts/:id" }, { methods: ["GET"], pattern: "/posts/:slug" } ] };`,
    "late.mjs": `export const router = { routes: [
      { methods: ["GET"], pattern: "/users/:id" }, { methods: ["GET"], pattern: "/users/new" } ] };`,
    "odd-text.mjs": `export const router = { routes: [{ methods: ["GET"], pattern: "/a\\u001b[31m", name: "x\\ny" }] };`,
    "express.cjs": "exports.app = Object.assign(() => {}, { router: Object.assign(() => {}, { stack: [] }) });",
    "when.mjs": `${head} made.add("GET", "/beta", (c) => c.query.page, { when: "beta" }); export const router = made;`,
    "profile.json": '{ "POST /users": 7, "GET /users/:id": 9 }',
    "list.json": "[]",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The bin runs compiled, as it is shipped; types are stripped file by file, so that no build need exist.
function compileFolder(area: string): void {
  mkdirSync(join(folder, area), { recursive: true });
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    rewriteRelativeImportExtensions: true,
  };
  for (const name of readdirSync(join(root, area)).filter((file) => file.endsWith(".ts"))) {
    const source = readFileSync(join(root, area, name), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(join(folder, area, name.replace(/\.ts$/, ".js")), outputText);
  }
}

const TREE = ["/", "└── users  POST", "    └── :id  GET  (user)"].join("\n");

describe("busbar routes", () => {
  const good: readonly (readonly [words: readonly string[], text: string])[] = [
    [["routes", "router.mjs"], TREE],
    [["routes", "app.mjs"], TREE],
    [["routes", "routes.mjs"], TREE],
    [["routes", "other.mjs", "--export", "api"], TREE],
    [["routes", "--export=default", "./other.mjs"], TREE],
    [["routes", "common.cjs"], "/\n└── c  GET"],
    [["routes", "loud.mjs"], TREE],
    [["routes", "odd-text.mjs"], "/\n└── a\\u001b[31m  GET  (x\\u000ay)"],
    [["routes", "check", "router.mjs"], "no conflicts"],
    [["routes", "check", "late.mjs"], "no conflicts"],
  ];
  for (const [words, text] of good) {
    test(`prints the tree: ${words.join(" ")}`, async () => {
      expect(await runCli(words, { cwd: folder })).toEqual({ exitCode: 0, stream: "stdout", text });
    });
  }

  const bad: readonly (readonly [words: readonly string[], text: string])[] = [
    [[], "no command given"],
    [["rotues"], 'unknown command "rotues"'],
    [["routes"], "routes needs a module"],
    [["routes", "missing.mjs"], "no such module: missing.mjs"],
    [["routes", "nothing.mjs"], "nothing.mjs exports no app and no router"],
    [["routes", "router.mjs", "--export", "api"], "router.mjs exports no api"],
    [["routes", "router.mjs", "--export"], "--export needs a name"],
    [["routes", "odd.mjs"], "neither a busbar app nor a router"],
    [["routes", "throws.mjs"], "throws.mjs failed to load: first line second line"],
    [["routes", "--fast", "router.mjs"], 'unknown option "--fast"'],
    [["routes", "router.mjs", "app.mjs"], 'unexpected "app.mjs"'],
    [["routes", "exits.mjs"], "exits.mjs ended its process (exit code 3) no port"],
    [["routes", "waits.mjs"], "waits.mjs failed to load: a top-level await waits for what never comes"],
    [["routes", "hangs.mjs", "--timeout", "1500"], "hangs.mjs did not load within 1500 ms"],
    [["routes", "spins.mjs", "--timeout=1500"], "spins.mjs did not load within 1500 ms"],
    [["routes", "router.mjs", "--timeout", "soon"], "--timeout needs a number of milliseconds"],
    [["routes", "check"], "routes needs a module"],
    [["routes", "check", "router.mjs", "--policy", "luck"], 'unknown policy "luck"'],
    [["routes", "check", "router.mjs", "--out", "x"], 'unknown option "--out"'],
    [["routes", "stats", "router.mjs", "--profile", "none.json"], "none.json cannot be read as JSON"],
    [["routes", "stats", "router.mjs", "--profile", "list.json"], 'list.json holds no counts by "METHOD /pattern"'],
    [["routes", "build", "router.mjs"], "build needs --out <file>"],
    [["routes", "build", "router.mjs", "--out", "x.js", "--condition", "=true"], "--condition needs a name"],
    [["routes", "build", "router.mjs", "--out", "x.js", "--condition", "a=maybe"], 'not "a=maybe"'],
  ];
  test("says in one line that an Express app has no routes, or that nothing can read it before the build", async () => {
    const result = await runCli(["routes", "express.cjs"], { cwd: folder });
    expect(result.exitCode).toBe(1);
    expect(result.text).toMatch(/^busbar: .*(no routes of Express|neither a busbar app nor a router).*$/);
  });

  for (const [words, text] of bad) {
    test(`says in one line what is wrong: ${words.join(" ") || "(nothing)"}`, async () => {
      const result = await runCli(words, { cwd: folder });
      expect(result.exitCode).toBe(1);
      expect(result.text).toContain(text);
      expect(result.text).not.toContain("\n");
    });
  }

  test("sends a large table whole", async () => {
    const { text } = await runCli(["routes", "large.mjs"], { cwd: folder });
    expect(text.split("\n")).toHaveLength(10_002);
  });

  test("check prints each finding with its witness and fix, and exits 1", async () => {
    expect(await runCli(["routes", "check", "clash.mjs"], { cwd: folder })).toEqual({
      exitCode: 1,
      stream: "stdout",
      text: expect.stringMatching(
        /^ambiguous: GET \/posts\/:\w+\n {2}by {7}GET \/posts\/:\w+\n {2}witness {2}\/posts\/.+\n {2}fix {6}.+\n\n1 conflict$/,
      ),
    });
    const { exitCode, text } = await runCli(["routes", "check", "late.mjs", "--policy", "first-match"], {
      cwd: folder,
    });
    expect([exitCode, text]).toEqual([1, expect.stringContaining("unreachable: GET /users/new")]);
  });

  test("stats prints figures and the hot order of a profile", async () => {
    const { exitCode, text } = await runCli(["routes", "stats", "router.mjs", "--profile", "profile.json"], {
      cwd: folder,
    });
    expect([exitCode, text.split("\n").slice(0, 5)]).toEqual([
      0,
      [
        "routes        2",
        "methods       GET 1, POST 1",
        "depth         at most 2, 1.5 on average",
        "static share  50.0%",
        expect.stringMatching(/^fan-out {7}at most \d+/),
      ],
    ]);
    expect(text).toMatch(/^memory {8}about \d+ bytes$/m);
    expect(text).toMatch(/^hot {11}GET \/users\/:id {2}9\n {14}POST \/users {2}7$/m);
  });

  test("build writes the module and its types, and nothing the next time", async () => {
    const words = ["routes", "build", "when.mjs", "--out", "made/routes.gen.js", "--types", "made/routes.gen.d.ts"];
    const more = ["--cache-dir", "cache", "--profile", "profile.json"];
    const first = await runCli([...words, ...more], { cwd: folder });
    expect(first).toMatchObject({ exitCode: 0, text: expect.stringMatching(/^made\/routes\.gen\.js: table \S+$/) });
    const types = readFileSync(join(folder, "made/routes.gen.d.ts"), "utf8");
    expect(types).toContain('readonly "GET /beta": { readonly "page"?: string | readonly string[] };');
    const { dispatch } = await import(join(folder, "made/routes.gen.js"));
    expect(typeof dispatch).toBe("object");
    const again = await runCli([...words, ...more], { cwd: folder });
    expect(again.text).toBe(`${first.text}, unchanged since the last build`);
    await runCli([...words, ...more, "--condition", "beta=false"], { cwd: folder });
    expect(readFileSync(join(folder, "made/routes.gen.d.ts"), "utf8")).not.toContain("beta");
  });

  test("shows help", async () => {
    for (const words of [["--help"], ["routes", "--help"], ["-h"], ["help"]]) {
      expect(await runCli(words, { cwd: folder })).toEqual({
        exitCode: 0,
        stream: "stdout",
        text: expect.stringContaining("Usage: busbar"),
      });
    }
  });

  test("ends as a process, even when the module keeps timers", () => {
    const run = (...words: string[]): readonly [number | null, string, string] => {
      const done = spawnSync(process.execPath, [join(folder, "adapters/cli/main.js"), ...words], {
        cwd: folder,
        encoding: "utf8",
      });
      return [done.status, done.stdout, done.stderr];
    };
    expect(run("routes", "router.mjs")).toEqual([0, `${TREE}\n`, ""]);
    expect(run("routes", "check", "clash.mjs")).toEqual([1, expect.stringContaining("1 conflict"), ""]);
    expect(run("routes", "missing.mjs")).toEqual([1, "", "busbar: no such module: missing.mjs (see busbar --help)\n"]);
  });
});
