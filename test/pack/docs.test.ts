import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../helpers/built.ts";
import { root } from "../helpers/imports.ts";
import { type Snippet, snippetsOf } from "../helpers/snippets.ts";

const run = promisify(execFile);
// Inside the package, so that `busbar/...` resolves to what was just built, as it would for a user.
const folder = join(root, "dist/docs");
const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const snippets = ["README.md", ...guides.map((name) => `docs/${name}`)].flatMap(snippetsOf);
const fileOf = ({ page, line }: Snippet): string => join(folder, `${page.replaceAll(/\W/g, "-")}-${line}`);

beforeAll(() => {
  ensureBuilt();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    jsx: ts.JsxEmit.ReactJSX,
    jsxImportSource: "busbar/html",
  };
  for (const snippet of snippets) {
    const fileName = `${fileOf(snippet)}.${snippet.language}`;
    writeFileSync(fileName, snippet.code);
    writeFileSync(`${fileOf(snippet)}.mjs`, ts.transpileModule(snippet.code, { fileName, compilerOptions }).outputText);
  }
});

describe("the documentation's code", () => {
  test("is there", () => expect(snippets.length).toBeGreaterThan(10));

  test("type-checks as strictly as our own", async () => {
    // No paths: the runtime of JSX comes from the package, as everything else here.
    const compilerOptions = { noEmit: true, skipLibCheck: true, rootDir: "../..", noUnusedLocals: false, paths: {} };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: "../../test/tsconfig.json",
        compilerOptions: { ...compilerOptions, moduleDetection: "force" },
        include: ["*.ts", "*.tsx"],
        exclude: [],
      }),
    );
    const check = run("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { cwd: root });
    const { stdout } = await check.catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });

  for (const snippet of snippets) {
    test(`runs: ${snippet.page}, line ${snippet.line}`, async () => {
      await run("node", [`${fileOf(snippet)}.mjs`], { cwd: root, timeout: 30_000 });
    });
  }
});
