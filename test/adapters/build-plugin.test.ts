import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type InputPluginOption, rollup } from "rollup";
import { afterAll, describe, expect, test } from "vitest";
import { type HookContext, moduleHost, type ViteConfig } from "../../adapters/build/host.ts";
import { busbarRoutes } from "../../adapters/build/index.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "busbar-plugin-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const VITE: ViteConfig = { root: scratch, mode: "test", env: { MODE: "test" } };
const PLACEHOLDER = { name: "busbar:routes", id: "\0busbar:routes", code: "export const dispatch = undefined;" };

function project(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** Bundles main.js with the plugin, as for a project of Vite's in the folder. */
async function bundle(folder: string, options: object = {}, others: InputPluginOption = []): Promise<string> {
  const plugin = busbarRoutes({ module: "./routes.js", declarations: "types.d.ts", cacheDir: "cache", ...options });
  plugin.configResolved({ ...VITE, root: folder });
  const build = await rollup({ input: join(folder, "main.js"), plugins: [plugin, others] });
  const { output } = await build.generate({});
  return output[0].code;
}

const MAIN = `import { dispatch } from "busbar:routes"; console.log(dispatch);`;

describe("the plugin", () => {
  test("puts the dispatch in the place of busbar:routes and writes its types", async () => {
    const folder = project("plain", {
      "main.js": MAIN,
      "routes.js": `import { pattern } from "alias:it"; import { dispatch } from "busbar:routes";
        if (dispatch !== undefined) throw new Error("made from itself");
        export const router = { routes: [{ methods: ["GET"], pattern, value: ({ query }) => query.page }, { methods: ["GET"], pattern: "/off", when: "off" }] };`,
      "real.js": `export const pattern = "/users/:id";`,
    });
    const alias = { name: "alias", resolveId: (id: string) => (id === "alias:it" ? join(folder, "real.js") : null) };
    const code = await bundle(folder, { conditions: { off: false } }, alias);
    expect(code).toContain("console.log(dispatch)");
    expect(code).toMatch(/const dispatch = \{/);
    const types = readFileSync(join(folder, "types.d.ts"), "utf8");
    expect(types).toContain('readonly "GET /users/:id": { readonly "page"?: string | readonly string[] };');
    expect(types).not.toContain("/off");
  });

  test("ends the build with the reason and the hint", async () => {
    const folder = project("failing", { "main.js": MAIN, "routes.js": "throw new Error('no database');" });
    await expect(bundle(folder)).rejects.toThrow(
      /\.\/routes\.js failed to load: no database \(BUILD_MODULE_FAILED\)\. \S/,
    );
  });

  test("leaves other modules alone", async () => {
    const plugin = busbarRoutes({ module: "./routes.js" });
    expect([plugin.resolveId("./routes.js"), plugin.load("/routes.js")]).toEqual([null, null]);
  });
});

describe("the bundler as a place of modules", () => {
  const hook = (found: Awaited<ReturnType<HookContext["resolve"]>>, code: string | null = ""): HookContext => ({
    resolve: async () => found,
    load: async () => ({ code }),
    parse: () => ({}),
    addWatchFile: () => {},
    error: (message) => {
      throw new Error(message);
    },
  });
  const options = { cwd: "/x", vite: undefined, placeholder: PLACEHOLDER };

  test.each([
    ["what the bundler does not know", null, undefined],
    ["what is external", { id: "pg", external: true }, undefined],
    ["what is external by its path", { id: "/x/pg.js", external: "absolute" as const }, undefined],
    ["packages", { id: "/x/node_modules/pg/index.js", external: false }, undefined],
    ["packages on other disks", { id: "C:\\x\\node_modules\\pg\\index.js" }, undefined],
    ["the app's own modules", { id: "/x/a.ts", external: false }, "/x/a.ts"],
    ["those of Vite's server, which says nothing of external ones", { id: "/x/a.ts" }, "/x/a.ts"],
  ])("%s", async (_what, found, id) => {
    expect(await moduleHost(hook(found), options).resolve("x", "/x/main.ts")).toBe(id);
  });

  test("leaves modules of Node, CommonJS and what has no code to Node", async () => {
    const host = moduleHost(hook({ id: "/browser-shim.js" }, null), options);
    expect([await host.resolve("fs", "/x"), await host.resolve("node:fs", "/x")]).toEqual([undefined, undefined]);
    expect([await host.load("/x/a.cjs"), await host.load("/x/a.ts")]).toEqual([undefined, undefined]);
  });

  test("puts in what Vite replaces later", async () => {
    const define = { FLAG: "true", COUNT: 3, "process.env.X": "1" };
    const host = moduleHost(hook(null, "import.meta.env.MODE"), { ...options, vite: { ...VITE, define } });
    expect(await host.load("/x/a.ts")).toBe('import.meta.env = {"MODE":"test","SSR":true}; import.meta.env.MODE');
    expect(host.defines).toEqual({ FLAG: "true", COUNT: "3" });
  });

  test("transforms by hand on Vite's server", async () => {
    const folder = project("dev", { "a.ts": "from disk" });
    const transform = async (code: string, id: string): Promise<object> => ({
      code: `${code} of ${id.slice(folder.length)}`,
    });
    const load = async (id: string): Promise<unknown> => (id.includes("virtual") ? { code: "virtual" } : null);
    const environment = {
      mode: "dev",
      moduleGraph: { ensureEntryFromUrl: async () => {} },
      pluginContainer: { load, transform },
    };
    const host = moduleHost({ ...hook(null), environment } as HookContext, options); // cast: more than the interface lists
    expect(await host.load(join(folder, "a.ts?v=1"))).toBe("from disk of /a.ts?v=1");
    expect(await host.load(`${folder}/virtual`)).toBe("virtual of /virtual");
  });
});
