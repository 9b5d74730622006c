import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doors } from "../../.ci/doors.mjs";
import { HINTS } from "../../lib/errors/index.ts";
import { ensureBuilt } from "../helpers/built.ts";
import { root } from "../helpers/imports.ts";

const run = promisify(execFile);
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "busbar-pack-")));
const tarball = join(scratch, "busbar-0.1.0.tgz");

/** Doors whose host, socket or store a user installs beside busbar. */
const PEERS = [
  "express",
  "fastify",
  "koa",
  "ws",
  "classic-level",
  "undici",
  "busboy",
  "@modelcontextprotocol/sdk",
  "parse5",
  "@codemirror/state",
  "@codemirror/view",
  "prosemirror-model",
  "prosemirror-state",
  "prosemirror-view",
  "yjs",
];
const NEED_PEERS = new Set([
  "express",
  "fastify",
  "koa",
  "ws",
  "level",
  "proxy",
  "multipart",
  "mcp",
  "live/testing",
  "codemirror",
  "prosemirror",
  "yjs",
]);
/** What type-checking needs besides: the types of those peers and of Node. */
const TYPES = [
  "@types/node",
  "@types/express",
  "@types/express-serve-static-core",
  "@types/koa",
  "@types/ws",
  "@types/busboy",
];

/** An empty project into which the tarball alone is installed. */
async function installed(): Promise<string> {
  const folder = join(scratch, "bare");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bare", private: true, type: "module" }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--offline", "--omit=peer", tarball], { cwd: folder });
  return folder;
}

/** The same project, with packages beside the tarball's. */
function withPackages(project: string, packages: readonly string[]): string {
  const folder = join(scratch, "with-peers");
  cpSync(project, folder, { recursive: true, verbatimSymlinks: true });
  for (const dependency of packages) {
    mkdirSync(join(folder, "node_modules", dependency, ".."), { recursive: true });
    symlinkSync(join(root, "node_modules", dependency), join(folder, "node_modules", dependency));
  }
  return folder;
}

let bare: string;
let withPeers: string;

beforeAll(async () => {
  ensureBuilt();
  await run("npm", ["pack", "--silent", "--pack-destination", scratch], { cwd: root });
  bare = await installed();
  withPeers = withPackages(bare, [...PEERS, ...TYPES]);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Web streams, handed to what streams. */
const STREAMS = `import { createApp } from "busbar/app";
import { html, renderToStream } from "busbar/html";
const app = createApp();
app.get("/page", (c) => c.stream(renderToStream(html\`<p>\${Promise.resolve("late")}</p>\`)));
app.get("/blob", (c) => c.stream(new Blob(["x"]).stream()));
`;

/** Doors that add themselves to the client when they are imported, and export nothing. */
const SILENT = ["client/plus", "client/page"];

describe("the packed package", () => {
  test("brings no other package along", () => {
    const installed = readdirSync(join(bare, "node_modules")).filter((name) => !name.startsWith("."));
    expect(installed).toEqual(["busbar"]);
  });

  for (const door of Object.keys(doors)) {
    const projectOf = (): string => (NEED_PEERS.has(door) ? withPeers : bare);

    test(`busbar/${door} is imported by an ES module`, async () => {
      const script = `import * as door from "busbar/${door}"; console.log(Object.keys(door).length)`;
      const { stdout } = await run("node", ["--input-type=module", "-e", script], { cwd: projectOf() });
      expect(Number(stdout) > 0).toBe(!SILENT.includes(door));
    });

    test(`busbar/${door} is required by a CommonJS module`, async () => {
      const script = `console.log(Object.keys(require("busbar/${door}")).length)`;
      const options = ["--input-type=commonjs", "-e", script];
      const { stdout } = await run("node", options, { cwd: projectOf() });
      expect(Number(stdout) > 0).toBe(!SILENT.includes(door));
    });
  }

  test("has no door of its own name", async () => {
    const attempt = run("node", ["--input-type=module", "-e", 'import "busbar"'], { cwd: bare });
    await expect(attempt).rejects.toThrow("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  for (const [module, moduleResolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    test(`type-checks under ${moduleResolution}, its own declarations included`, async () => {
      const lines = Object.keys(doors).map((door, index) => `export * as door${index} from "busbar/${door}";`);
      const folder = withPeers;
      writeFileSync(join(folder, "every-door.ts"), lines.join("\n"));
      const config = `tsconfig.${moduleResolution}.json`;
      const compilerOptions = {
        ...{ module, moduleResolution, target: "es2022", strict: true, noEmit: true, types: ["node"] },
        ...{ lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"], exactOptionalPropertyTypes: true },
      };
      writeFileSync(join(folder, config), JSON.stringify({ compilerOptions, files: ["every-door.ts"] }));
      // It checks what lies in this folder. Peers, which do not, ship declarations that are theirs to keep correct.
      const check = run("node", [join(root, ".ci/types.mjs"), "-p", config], { cwd: folder });
      const { stdout } = await check.catch((error: { stdout: string }) => error);
      expect(stdout).toBe("");
    });
  }

  test("type-checks under a compiler of before 6, with the libraries that frameworks' templates name", async () => {
    const lines = Object.keys(doors).map((door, index) => `export * as door${index} from "busbar/${door}";`);
    writeFileSync(join(withPeers, "every-door.ts"), lines.join("\n"));
    writeFileSync(join(withPeers, "streams.ts"), STREAMS);
    const compilerOptions = {
      ...{ module: "esnext", moduleResolution: "bundler", target: "es2022", strict: true, noEmit: true },
      ...{ lib: ["dom", "dom.iterable", "esnext"], types: ["node"], skipLibCheck: true }, // web streams cannot be iterated there
      ...{ exactOptionalPropertyTypes: true, verbatimModuleSyntax: true, noUncheckedIndexedAccess: true },
    };
    const files = ["every-door.ts", "streams.ts"];
    writeFileSync(join(withPeers, "tsconfig.before-6.json"), JSON.stringify({ compilerOptions, files }));
    const older = createRequire(createRequire(import.meta.url).resolve("@arethetypeswrong/core")).resolve("typescript");
    expect((await import(older)).default.version).toMatch(/^5\./);
    const check = run("node", [join(older, "../tsc.js"), "-p", "tsconfig.before-6.json"], { cwd: withPeers });
    const { stdout } = await check.catch((error: { stdout: string }) => error);
    expect(stdout).toBe("");
  });

  test("passes publint", async () => {
    const { messages, pkg } = await publint({ pkgDir: join(bare, "node_modules/busbar"), strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("passes are-the-types-wrong as an ESM-only package", async () => {
    const pack = createPackageFromTarballData(readFileSync(tarball));
    const { directoryExists } = pack;
    const known = new Map<string, boolean>(); // it looks through all files for each, again and again: half of the time
    pack.directoryExists = (path) => {
      const exists = known.get(path) ?? directoryExists.call(pack, path);
      known.set(path, exists);
      return exists;
    };
    const result = await checkPackage(pack, { excludeEntrypoints: ["./package.json", "./client/*.min.js"] });
    if (result.types === false) throw new Error("the package has no types");
    const { entrypoints, problems } = result;
    expect(Object.keys(entrypoints).sort()).toEqual(
      Object.keys(doors)
        .map((door) => `./${door}`)
        .sort(),
    );
    for (const { subpath, resolutions } of Object.values(entrypoints)) {
      for (const { name, resolution, visibleProblems } of [resolutions["node16-esm"], resolutions.bundler]) {
        expect(resolution?.isTypeScript, `${subpath} has types (${name})`).toBe(true);
        expect(
          visibleProblems?.map((index) => problems[index]),
          `${subpath} (${name})`,
        ).toEqual([]);
      }
    }
  });

  test("carries its hints, messages and paths on servers and while one develops, and into no other browser bundle", async () => {
    const entry = join(bare, "throws.js");
    writeFileSync(
      entry,
      `import { computed } from "busbar/signals"; import { HINTS } from "busbar/errors"; import { createDoc } from "busbar/crdt";
      console.log(computed, HINTS, createDoc);`,
    );
    const said = [HINTS.POOL_TOO_LARGE, "A computed reads itself", "apply inside a transaction"];
    const saidFor = async (platform: "browser" | "node", conditions: string[]): Promise<string[]> => {
      const result = await build({
        ...{ entryPoints: [entry], bundle: true, write: false, format: "esm" as const },
        ...{ platform, conditions },
      });
      return said.filter((text) => result.outputFiles[0]?.text.includes(text));
    };
    expect(await saidFor("node", [])).toEqual(said);
    expect(await saidFor("browser", ["development"])).toEqual(said);
    expect(await saidFor("browser", [])).toEqual([]);
    expect(await saidFor("browser", ["production"])).toEqual([]);
  });

  test("runs its command line on a module of the user's", async () => {
    const help = await run("npx", ["--no-install", "busbar", "--help"], { cwd: bare });
    expect(help.stdout).toContain("routes");
    const module = `import { createApp } from "busbar/app";
      export const app = createApp();
      app.get("/users/:id", (c) => c.text(c.params.id));
      await Promise.resolve(); // a module may await at its top`;
    writeFileSync(join(bare, "app.js"), module);
    const routes = await run("npx", ["--no-install", "busbar", "routes", "app.js"], { cwd: bare });
    expect(routes.stdout).toMatch(/users[\s\S]*:id[\s\S]*GET/);
  });

  test("runs its command line on templates for htmx", async () => {
    writeFileSync(join(bare, "page.html"), '<p hx-get="/x">\n<p hx-prompt="?">');
    const htmx = (...words: string[]): ReturnType<typeof run> =>
      run("npx", ["--no-install", "busbar", "htmx", "page.html", ...words], { cwd: bare });
    expect((await htmx()).stdout).toMatch(/^page\.html:2:4 change: hx-prompt: [\s\S]*1 do not carry over\n$/);
    await expect(htmx("--check")).rejects.toMatchObject({ code: 1 });
  });
});
