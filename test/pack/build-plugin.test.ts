import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt } from "../helpers/built.ts";
import { root } from "../helpers/imports.ts";

const run = promisify(execFile);
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "busbar-plugin-")));
const PACKAGES = [
  "rollup",
  "vite",
  "typescript",
  "tslib",
  "@rollup/plugin-typescript",
  "zod",
  "express",
  "@types/node",
];

/** An app in TypeScript, with an alias and a condition, whose routes are in two modules. */
const APP: Readonly<Record<string, string>> = {
  "package.json": '{ "private": true, "type": "module" }',
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      ...{ target: "es2022", module: "esnext", moduleResolution: "bundler", strict: true, skipLibCheck: true },
      ...{ paths: { "@/*": ["./src/*"] }, types: ["node"], noEmit: true },
    },
    include: ["src"],
  }),
  "src/env.d.ts":
    "interface ImportMeta { readonly env: { readonly MODE: string } | undefined }\ndeclare const __FLAG__: boolean;",
  "src/users.ts": `interface User { readonly id: string }
export const show = (c: { params: Readonly<Record<string, string>>; query: Record<string, string> }): User =>
  ({ id: c.params.id + (c.query.tab ?? "") });`,
  "src/routes.ts": `import { appendFileSync } from "node:fs";
import { createRouter } from "busbar/router";
import { show } from "@/users";
appendFileSync("imports.log", "x");
console.log("noise on standard output");
setInterval(() => {}, 1000);
type Handler = (c: { params: Readonly<Record<string, string>>; query: Record<string, string> }) => unknown;
export const router = createRouter<Handler>({ ignoreTrailingSlash: true });
router.add("GET", "/users/:id", show, { name: "user" });
router.add(["GET", "POST"], "/list/:page(\\\\d+)?", ({ query: { size = "10", ...rest } }) => size + rest.sort);
router.add("GET", "/beta/*rest", () => "beta", { when: "beta" });
router.add("GET", "/quotes'\\"/a", () => "quotes");`,
  "src/main.ts": `import { bindDispatch } from "busbar/router/compile";
import { dispatch, type RouteParams, type RouteQueries } from "busbar:routes";
import { router } from "@/routes";
const matcher = bindDispatch(router, dispatch);
const params: RouteParams["GET /users/:id"] = { id: "7" };
const query: RouteQueries["GET /list/:page(\\\\d+)?"] = { size: "10", sort: ["a", "b"] };
const paths = ["/users/7/", "/list", "/list/3", "/list/x", "/beta/a/b", "/quotes'%22/a"];
export const answers = paths.map((path) => {
  const found = matcher.find("GET", path);
  return found === undefined ? undefined : [found.route.pattern, { ...found.params }];
});
export const known = [params, query];`,
};

const ANSWERS = [
  ["/users/:id", { id: "7" }],
  ["/list/:page(\\d+)?", {}],
  ["/list/:page(\\d+)?", { page: "3" }],
  null,
  null, // the condition is off
  ["/quotes'\"/a", {}],
];

const OPTIONS = `{ module: "./src/routes.ts", conditions: { beta: false }, declarations: "./src/busbar-routes.d.ts" }`;

const STRIP = `{
  name: "strip",
  resolveId(id, from) {
    if (id.startsWith("@/")) return process.cwd() + "/src/" + id.slice(2) + ".ts";
    return id.startsWith(".") ? this.resolve(id + ".ts", from) : null;
  },
  transform: (code, id) => id.endsWith(".ts") ? ts.transpileModule(code, { compilerOptions: { target: "es2022", module: "esnext" } }).outputText : null,
}`;

const SCRIPTS: Readonly<Record<string, string>> = {
  "rollup.mjs": `import { rollup } from "rollup"; import ts from "typescript"; import { busbarRoutes } from "busbar/router/build";
const bundle = await rollup({ input: "src/main.ts", external: /^busbar\\/|^node:/, maxParallelFileOps: 1, plugins: [busbarRoutes(${OPTIONS}), ${STRIP}] });
await bundle.write({ file: "out/main.js" });`,
  "rollup-typescript.mjs": `import { rollup } from "rollup"; import typescript from "@rollup/plugin-typescript"; import { busbarRoutes } from "busbar/router/build";
const bundle = await rollup({ input: "src/main.ts", external: /^busbar\\/|^node:/, plugins: [typescript(), busbarRoutes(${OPTIONS})] });
await bundle.write({ file: "out/main.js" });`,
  "vite.config.mjs": `import { resolve } from "node:path"; import { busbarRoutes } from "busbar/router/build";
export default { resolve: { alias: { "@": resolve("src") } }, define: { __FLAG__: "true" }, logLevel: "error", plugins: [busbarRoutes(${OPTIONS})],
  build: { ssr: "src/main.ts", outDir: "out", minify: false } };`,
  "vite-build.mjs": `import { build } from "vite"; await build();`,
  "vite-dev.mjs": `import { createServer } from "vite"; import { writeFileSync } from "node:fs";
const server = await createServer({ server: { middlewareMode: true, ws: false, hmr: false }, appType: "custom" });
const { answers } = await server.ssrLoadModule("/src/main.ts");
writeFileSync("answers.json", JSON.stringify(answers));
await server.close(); process.exit(0);`,
};

function createProject(name: string, changes: Readonly<Record<string, string>> = {}): string {
  const folder = join(scratch, name);
  for (const [path, text] of Object.entries({ ...APP, ...SCRIPTS, ...changes })) write(folder, path, text);
  const modules = join(folder, "node_modules");
  for (const dependency of PACKAGES) {
    mkdirSync(dirname(join(modules, dependency)), { recursive: true });
    symlinkSync(join(root, "node_modules", dependency), join(modules, dependency));
  }
  mkdirSync(join(modules, "busbar"));
  cpSync(join(root, "package.json"), join(modules, "busbar/package.json"));
  for (const part of ["lib", "adapters", "chunks", "types"]) {
    cpSync(join(root, "dist", part), join(modules, "busbar/dist", part), { recursive: true });
  }
  return folder;
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const script = (folder: string, name: string): Promise<unknown> => run(process.execPath, [name], { cwd: folder });
const read = (folder: string, path: string): string => readFileSync(join(folder, path), "utf8");

/** What the built app answers, and how often its routes were imported by then, itself not counted. */
async function answersOf(folder: string): Promise<unknown> {
  const text = `process.chdir("out"); import("./main.js").then((m) => { console.clear(); process.stdout.write("@" + JSON.stringify(m.answers)); process.exit(); })`;
  write(folder, "run.mjs", text.replace('"./main.js"', '"./out/main.js"'));
  const { stdout } = await run(process.execPath, ["run.mjs"], { cwd: folder });
  return JSON.parse(stdout.slice(stdout.indexOf("@") + 1));
}

beforeAll(() => void ensureBuilt());
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("the plugin in a build", () => {
  for (const name of ["rollup", "rollup-typescript", "vite-build"]) {
    test(`answers as the table does, and types it: ${name}`, async () => {
      const folder = createProject(name);
      await script(folder, `${name}.mjs`);
      expect(await answersOf(folder)).toEqual(ANSWERS);
      const check = run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd: folder });
      const { stdout } = await check.catch((error: { stdout: string }) => error);
      expect(stdout).toBe("");
    });
  }

  test("serves the development server of Vite", async () => {
    const folder = createProject("vite-dev");
    await script(folder, "vite-dev.mjs");
    expect(JSON.parse(read(folder, "answers.json"))).toEqual(ANSWERS);
  });

  test("takes what Vite replaces late", async () => {
    const routes = `import { createRouter } from "busbar/router";
export const router = createRouter<() => string>();
if (__FLAG__ && import.meta.env?.MODE === "production") router.add("GET", "/users/:id", () => "");`;
    const folder = createProject("vite-late", { "src/routes.ts": routes });
    await script(folder, "vite-build.mjs");
    expect(read(folder, "src/busbar-routes.d.ts")).toContain('"GET /users/:id"');
  });

  test("imports the table once for as long as its files stay as they are", async () => {
    const folder = createProject("cached");
    const imports = (): number => read(folder, "imports.log").length;
    await script(folder, "rollup.mjs");
    expect(imports()).toBe(1);
    const { mtimeMs } = statSync(join(folder, "src/busbar-routes.d.ts"));
    await script(folder, "rollup.mjs");
    expect([imports(), statSync(join(folder, "src/busbar-routes.d.ts")).mtimeMs]).toEqual([1, mtimeMs]);
    write(folder, "src/users.ts", `${APP["src/users.ts"]}\n// changed`);
    await script(folder, "rollup.mjs");
    expect([imports(), await answersOf(folder)]).toEqual([2, ANSWERS]);
  });

  test("lets the table's own module import the dispatch", async () => {
    const routes = `${APP["src/routes.ts"]}\nimport { dispatch } from "busbar:routes";\nexport const later = () => dispatch;`;
    const folder = createProject("loop", { "src/routes.ts": routes });
    await script(folder, "rollup.mjs");
    expect(await answersOf(folder)).toEqual(ANSWERS);
  });

  test("ends the build with the reason when there is no table", async () => {
    const folder = createProject("throws", { "src/routes.ts": 'throw new Error("no database");' });
    await expect(script(folder, "rollup.mjs")).rejects.toThrow(/src\/routes\.ts failed to load: no database/);
    await expect(script(folder, "vite-build.mjs")).rejects.toThrow(/src\/routes\.ts failed to load: no database/);
  });

  test("builds anew in watch mode when a file of the table changes, also one that was broken", async () => {
    const watch = `import { watch } from "rollup"; import { readFileSync, writeFileSync } from "node:fs"; import ts from "typescript"; import { busbarRoutes } from "busbar/router/build";
const users = readFileSync("src/users.ts", "utf8"); const seen = []; const wanted = ["built", "broken", "built", "added"];
const steps = [() => writeFileSync("src/users.ts", "throw new Error('broken');" + users), () => writeFileSync("src/users.ts", users + "\\n// mended"), () => writeFileSync("src/routes.ts", readFileSync("src/routes.ts", "utf8") + '\\nrouter.add("GET", "/added", () => "");')];
const watcher = watch({ input: "src/main.ts", external: /^busbar\\/|^node:/, output: { file: "out/main.js" }, plugins: [busbarRoutes(${OPTIONS}), ${STRIP}] });
watcher.on("event", async (event) => {
  if (event.code !== "END" && event.code !== "ERROR") return;
  await event.result?.close();
  const came = event.code === "ERROR" ? event.error.message : readFileSync("src/busbar-routes.d.ts", "utf8").includes("/added") ? "added" : "built";
  if (!came.includes(wanted[seen.length])) return; // one write may be seen twice, or half done
  seen.push(came);
  const step = steps.shift();
  if (step !== undefined) setTimeout(step, 50);
  else { await watcher.close(); writeFileSync("seen.json", JSON.stringify(seen)); process.exit(0); }
});`;
    const folder = createProject("watch", { "watch.mjs": watch });
    await script(folder, "watch.mjs");
    expect(JSON.parse(read(folder, "seen.json"))).toEqual([
      "built",
      expect.stringContaining("broken"),
      "built",
      "added",
    ]);
  });
});

describe("the command line on an installed package", () => {
  const cli = (folder: string, ...words: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, ["node_modules/busbar/dist/adapters/cli/main.js", "routes", ...words], { cwd: folder });

  test("finds what the order of an Express app hides", async () => {
    const folder = createProject("express", {
      "app.mjs": `import express from "express";
        export const app = express();
        app.get("/users/:id", (request, response) => response.send("")).get("/users/new", (request, response) => response.send(""));
        const admin = express.Router().get("/:page", (request, response) => response.send(""));
        app.use("/admin", admin);
        app.listen(0);`,
      "busbar.mjs": `import { createRouter } from "busbar/router"; export const router = createRouter(); router.add("GET", "/users/:id", 1);`,
    });
    expect((await cli(folder, "app.mjs")).stdout).toMatch(/admin\n.*:page {2}GET/);
    const { code, stdout } = await cli(folder, "check", "app.mjs").catch((error) => error);
    expect([code, stdout]).toEqual([1, expect.stringContaining("unreachable: GET /users/new")]);
    expect((await cli(folder, "check", "busbar.mjs")).stdout).toBe("no conflicts\n");
    await expect(cli(folder, "build", "app.mjs", "--out", "x.js")).rejects.toThrow(
      "only a table of busbar can be built",
    );
  });

  test("types the queries of an app: by schema, else by what the handler reads", async () => {
    const folder = createProject("app", {
      "app.mjs": `import { createApp } from "busbar/app"; import { z } from "zod";
        export const app = createApp({ ignoreTrailingSlash: true });
        app.get("/by-schema", { query: z.object({ page: z.coerce.number().default(1) }) }, (c) => c.json(c.query));
        app.group("/group", (group) => group.get("/by-reading/:id", (c) => c.text(c.query.tab)));`,
    });
    await cli(folder, "build", "app.mjs", "--out", "gen/routes.js", "--types", "gen/routes.d.ts");
    const types = read(folder, "gen/routes.d.ts");
    expect(types).toContain('readonly "GET /by-schema": { readonly "page": number };');
    expect(types).toContain('readonly "GET /group/by-reading/:id": { readonly "tab"?: string | readonly string[] };');
    write(
      folder,
      "bind.mjs",
      `import { bindDispatch } from "busbar/router/compile"; import { app } from "./app.mjs"; import { dispatch } from "./gen/routes.js";
      process.stdout.write(bindDispatch(app.router, dispatch).find("GET", "/group/by-reading/7/").params.id);`,
    );
    const { stdout } = await run(process.execPath, ["bind.mjs"], { cwd: folder });
    expect(stdout).toBe("7");
  });
});
