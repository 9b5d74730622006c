import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCli } from "../../adapters/cli/run.ts";

let cwd = "";
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "busbar-new-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

// What the files do is tested where the package is built: test/pack/new-live.test.ts.
describe("busbar new live", () => {
  test("writes view, route, layout and test, and says so", async () => {
    const result = await runCli(["new", "live", "to-do-list"], { cwd });
    expect(result).toMatchObject({ exitCode: 0, stream: "stdout" });
    expect(readdirSync(join(cwd, "to-do-list")).sort()).toEqual(
      ["layout", "route", "test", "view"].map((kind) => `to-do-list.${kind}.ts`),
    );
    expect(result.text).toContain("to-do-list/to-do-list.view.ts");
    expect(result.text).toContain("addToDoList(app, scripts)");
    expect(readFileSync(join(cwd, "to-do-list/to-do-list.view.ts"), "utf8")).toContain("export const toDoListView =");
  });

  test("writes to the folder it is given", async () => {
    await runCli(["new", "live", "chat", "--out", "src/pages"], { cwd });
    expect(readdirSync(join(cwd, "src/pages")).length).toBe(4);
  });

  test("writes nothing when one of the files is there, and leaves that one alone", async () => {
    writeFileSync(join(cwd, "chat.layout.ts"), "mine");
    const result = await runCli(["new", "live", "chat", "--out", "."], { cwd });
    expect(result).toMatchObject({ exitCode: 1, stream: "stderr" });
    expect(result.text).toContain("nothing was written: chat.layout.ts exists");
    expect(readdirSync(cwd)).toEqual(["chat.layout.ts"]);
    expect(readFileSync(join(cwd, "chat.layout.ts"), "utf8")).toBe("mine");
  });

  test.each([
    "Chat",
    "../chat",
    "a/b",
    "a.b",
    "-a",
    "a-",
    "a--b",
    "1a",
    "a_b",
    "ä",
    "__proto__",
    "x".repeat(65),
    "a b",
    "`$" + "{x}`",
  ])("refuses the name %j", async (name) => {
    const result = await runCli(["new", "live", name], { cwd });
    expect(result).toMatchObject({ exitCode: 1, stream: "stderr" });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test.each([
    [["new"]],
    [["new", "page", "x"]],
    [["new", "live"]],
    [["new", "live", "a", "b"]],
    [["new", "live", "a", "--force"]],
  ])("%j is told what is wrong", async (words) => {
    const result = await runCli(words, { cwd });
    expect(result).toMatchObject({ exitCode: 1, stream: "stderr" });
    expect(readdirSync(cwd)).toEqual([]);
  });
});
