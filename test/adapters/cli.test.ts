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
  for (const area of ["lib/errors", "lib/router", "adapters/cli"]) compileFolder(area);
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
  ];
  for (const [words, text] of good) {
    test(`prints the tree: ${words.join(" ")}`, async () => {
      expect(await runCli(words, { cwd: folder })).toEqual({ exitCode: 0, text });
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
  ];
  for (const [words, text] of bad) {
    test(`says in one line what is wrong: ${words.join(" ") || "(nothing)"}`, async () => {
      const result = await runCli(words, { cwd: folder });
      expect(result.exitCode).toBe(1);
      expect(result.text).toContain(text);
      expect(result.text).not.toContain("\n");
    });
  }

  test("shows help", async () => {
    for (const words of [["--help"], ["routes", "--help"], ["-h"], ["help"]]) {
      expect(await runCli(words, { cwd: folder })).toEqual({
        exitCode: 0,
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
    expect(run("routes", "missing.mjs")).toEqual([1, "", "busbar: no such module: missing.mjs (see busbar --help)\n"]);
  });
});
