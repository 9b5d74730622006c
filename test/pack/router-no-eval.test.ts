import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../helpers/built.ts";
import { root } from "../helpers/imports.ts";
import { CASE_TABLES } from "../router/cases/index.ts";
import { plainRoute } from "../router/cases/types.ts";

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), "busbar-routes-"));
const tablesFile = join(scratch, "tables.json");

/** What the process below prints. */
interface Report {
  readonly evalWorks: boolean;
  readonly checked: number;
  readonly failures: readonly unknown[];
}

// Runs in a process of its own, on the built package and on plain JSON.
const CHECK = `
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRouter } from "busbar/router";
import { bindDispatch, compileRouter, generateDispatch } from "busbar/router/compile";

const [form, tablesFile, scratch] = process.argv.slice(1);
const tables = JSON.parse(readFileSync(tablesFile, "utf8"));

async function fromFile(router, name) {
  const file = join(scratch, name + ".mjs");
  writeFileSync(file, generateDispatch(router).code);
  const { dispatch } = await import(pathToFileURL(file).href);
  return bindDispatch(router, dispatch);
}

function answer(matcher, method, path, asked) {
  try {
    const found = matcher.find(method, path, asked);
    return found === undefined ? [null, []] : [found.value, Object.entries(found.params).sort()];
  } catch (error) {
    if (!String(error.code).startsWith("ROUTER_")) throw error;
    return [error.code, []];
  }
}

const failures = [];
let checked = 0;
function check(about, given, expected) {
  checked++;
  if (JSON.stringify(given) !== JSON.stringify(expected)) failures.push({ ...about, given, expected });
}

for (const [index, { behaviour, options, method, routes, rows, allowed }] of tables.entries()) {
  const router = createRouter(options);
  for (const { methods, pattern, value, needs } of routes) router.add(methods, pattern, value, { constraints: needs });
  const matcher = form === "dispatch" ? await fromFile(router, "dispatch-" + index) : compileRouter(router);
  for (const [path, value, params, asked] of rows) {
    const given = answer(matcher, asked?.method ?? method ?? "GET", path, asked);
    const expected = [value, params ? Object.entries(params).sort() : given[1]];
    check({ behaviour, path, asked }, given, expected);
  }
  for (const [path, methods, asked] of allowed) check({ behaviour, path }, matcher.allowed(path, asked).join(" "), methods);
}

let evalWorks = true;
try {
  new Function("");
} catch {
  evalWorks = false;
}
console.log(JSON.stringify({ evalWorks, checked, failures }));
`;

async function check(form: "compiled" | "dispatch", flags: readonly string[]): Promise<Report> {
  const options = [...flags, "--input-type=module", "-e", CHECK, form, tablesFile, scratch];
  const { stdout } = await run("node", options, { cwd: root, maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Report; // cast: the process above printed it
}

beforeAll(() => {
  ensureBuilt();
  const tables = CASE_TABLES.map((table) => ({ allowed: [], ...table, routes: table.routes.map(plainRoute) }));
  writeFileSync(tablesFile, JSON.stringify(tables));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("the built package answers every case", () => {
  const total = CASE_TABLES.flatMap((table) => [...table.rows, ...(table.allowed ?? [])]).length;

  test("compiled", async () => {
    expect(await check("compiled", [])).toEqual({ evalWorks: true, checked: total, failures: [] });
  });

  test("compiled, where code cannot be generated from strings", async () => {
    const report = await check("compiled", ["--disallow-code-generation-from-strings"]);
    expect(report).toEqual({ evalWorks: false, checked: total, failures: [] });
  });

  test("from a module that the build wrote, where code cannot be generated from strings", async () => {
    const report = await check("dispatch", ["--disallow-code-generation-from-strings"]);
    expect(report).toEqual({ evalWorks: false, checked: total, failures: [] });
  });
});
