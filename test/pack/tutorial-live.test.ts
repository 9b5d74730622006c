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
const folder = join(root, "dist/tutorial-live");
const text = readFileSync(join(root, "docs/tutorial-live.md"), "utf8");
const steps = [...text.matchAll(/^```ts (save|test) (\S+)\n([\s\S]*?)^```$/gm)].map(
  ([, kind, name = "", code = ""]) => ({
    kind,
    name,
    code,
  }),
);

function save(name: string, code: string): void {
  writeFileSync(join(folder, name), code);
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  writeFileSync(join(folder, name.replace(/ts$/, "js")), outputText.replaceAll(/(from "\.\/[^"]+)\.ts"/g, '$1.js"'));
}

async function check(): Promise<string> {
  const compilerOptions = { noEmit: true, skipLibCheck: true, rootDir: "../..", paths: {} };
  const config = { extends: "../../test/tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const checking = run("node", [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], { cwd: root });
  return (await checking.catch((error: { stdout: string }) => error)).stdout;
}

beforeAll(() => {
  ensureBuilt();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});

describe("the tutorial", () => {
  test("has a test for each of its steps", () => {
    expect(steps.filter(({ kind }) => kind === "test").length).toBe(4);
    expect(steps.at(-1)?.kind).toBe("test");
  });

  for (const [index, step] of steps.entries()) {
    if (step.kind !== "test") continue;
    test(`works as far as ${step.name}`, async () => {
      const first = steps.findLastIndex(({ kind }, at) => at < index && kind === "test") + 1;
      for (const { name, code } of steps.slice(first, index + 1)) save(name, code);
      const { stdout } = await run("node", ["--test", "--test-reporter=tap", step.name.replace(/ts$/, "js")], {
        cwd: folder,
        timeout: 60_000,
      });
      expect(stdout).toMatch(/^# fail 0$/m);
      expect(stdout).not.toMatch(/^# pass 0$/m);
    });
  }

  test("type-checks as strictly as our own, and its earlier tests still pass", async () => {
    expect(await check()).toBe("");
    const tests = readdirSync(folder).filter((name) => name.endsWith(".test.js"));
    const { stdout } = await run("node", ["--test", "--test-reporter=tap", ...tests], { cwd: folder, timeout: 60_000 });
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  test("has a server that starts, answers and ends on SIGTERM", async () => {
    const script = `
      process.env.PORT = "0";
      const { Server } = await import("node:http");
      const listen = Server.prototype.listen;
      Server.prototype.listen = function (...args) {
        return listen.apply(this, args).once("listening", async () => {
          const reply = await fetch("http://localhost:" + this.address().port + "/contacts");
          console.log(reply.status, (await reply.text()).includes("bus-live"));
          process.kill(process.pid, "SIGTERM");
        });
      };
      await import("./server.js");`;
    writeFileSync(join(folder, "start.mjs"), script);
    const { stdout } = await run("node", ["start.mjs"], { cwd: folder, timeout: 30_000 });
    expect(stdout).toBe("200 true\n");
  });
});
