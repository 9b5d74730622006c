import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../helpers/built.ts";
import { root } from "../helpers/imports.ts";

const run = promisify(execFile);
// Inside the package, so that `busbar/...` resolves to what was just built, as it would for a user.
const folder = join(root, "dist/new-live");
// Reserved words and names the files use themselves are names like any other.
const names = ["to-do-list", "class", "html", "item", "x"];

beforeAll(async () => {
  ensureBuilt();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const bin = join(root, "dist/adapters/cli/main.js");
    await run("node", [bin, "new", "live", name], { cwd: folder });
  }
});

describe("what busbar new live writes", () => {
  test("type-checks as strictly as our own", async () => {
    const compilerOptions = { noEmit: true, skipLibCheck: true, rootDir: "../..", paths: {} };
    const config = { extends: "../../test/tsconfig.json", compilerOptions, include: ["**/*.ts"], exclude: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const check = run("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { cwd: root });
    const { stdout } = await check.catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });

  test("passes its own tests", async () => {
    const made = names.flatMap((name) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)));
    expect(made.length).toBe(4 * names.length);
    const tests = made.filter((file) => file.endsWith(".test.ts"));
    for (const file of made) {
      const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
      const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions });
      writeFileSync(file.replace(/ts$/, "js"), outputText.replaceAll(/(from "\.\/[^"]+)\.ts"/g, '$1.js"'));
    }
    const { stdout } = await run(
      "node",
      ["--test", "--test-reporter=tap", ...tests.map((file) => file.replace(/ts$/, "js"))],
      {
        cwd: folder,
      },
    );
    expect(stdout).toMatch(new RegExp(`^# pass ${3 * names.length}$`, "m"));
    expect(stdout).toMatch(/^# fail 0$/m);
  });
});
