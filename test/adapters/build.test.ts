import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { parseAst } from "rollup/parseAst";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { declarationsOf } from "../../adapters/build/declarations.ts";
import { buildRoutes, type DescribedRoute, readTable } from "../../adapters/build/index.ts";
import { paramNames } from "../../adapters/build/param-names.ts";
import { quote, typeOfSchema } from "../../adapters/build/schema-types.ts";
import { createRouter } from "../../lib/router/index.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "busbar-build-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A folder with these files; a module's text says what it is. */
function folderWith(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(scratch, name);
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** Awkward wherever text becomes code: in literals, comments, templates and keys. */
const AWKWARD = [
  "'",
  '"',
  "`$",
  "{1}",
  "*/",
  "//",
  "\\",
  "\n",
  "\r",
  "\u2028",
  "\u2029",
  "\0",
  "</script>",
  "__proto__",
  "constructor",
  "ü",
  "\ud800",
];

describe("reading a table", () => {
  test("brings options and routes over as they are, and the text of handlers", async () => {
    const cwd = folderWith("whole", {
      "routes.mjs": `const routes = [
        { methods: ["GET", "M-SEARCH"], pattern: "/a/:id(\\\\d+)", name: "a", when: "!beta",
          constraints: { host: /^(?:a|b)\\.example\\/?$/iu, version: "1.2.0" }, value: (c) => c.query.page },
        { methods: ["*"], pattern: "/b", constraints: { host: "*.example" }, value: { handler: async function show(c) {}, options: {} } },
        { methods: ["GET"], pattern: "/c", value: "text" },
        { methods: ["GET"], pattern: "/d", value: { show(c) {} }.show },
      ];
      const limits = { maxPathLength: 9, maxParamLength: 8, maxBodyBytes: 7 };
      export const app = { router: { routes: () => routes, options: { caseSensitive: false, platform: {}, limits } } };`,
    });
    expect(await readTable("routes.mjs", { cwd })).toEqual({
      policy: "specificity",
      options: { caseSensitive: false, limits: { maxPathLength: 9, maxParamLength: 8 } },
      routes: [
        {
          ...{ methods: ["GET", "M-SEARCH"], pattern: "/a/:id(\\d+)", name: "a", when: "!beta" },
          constraints: { host: /^(?:a|b)\.example\/?$/iu, version: "1.2.0" },
          handler: "(c) => c.query.page",
        },
        { methods: ["*"], pattern: "/b", constraints: { host: "*.example" }, handler: "async function show(c) {}" },
        { methods: ["GET"], pattern: "/c" },
        { methods: ["GET"], pattern: "/d", handler: "show(c) {}" },
      ],
      files: [join(cwd, "routes.mjs")],
    });
  });

  test("names every file outside node_modules that was loaded, CommonJS too", async () => {
    const cwd = folderWith("files", {
      "routes.mjs": `import "./one.mjs"; import "./two.cjs"; await import("./three.mjs"); export const router = { routes: [] };`,
      "one.mjs": "",
      "two.cjs": `require("./four.cjs");`,
      "three.mjs": "",
      "four.cjs": "",
      "unused.mjs": "",
    });
    const { files } = await readTable("./routes.mjs", { cwd });
    const names = ["routes.mjs", "one.mjs", "two.cjs", "three.mjs", "four.cjs"];
    expect([...files].sort()).toEqual(names.map((name) => join(cwd, name)).sort());
  });

  test("tells a module where it runs, and is no program to it", async () => {
    const cwd = folderWith("where", {
      "routes.mjs": `import { pathToFileURL } from "node:url";
        if (import.meta.url === pathToFileURL(process.argv[1]).href) throw new Error("started as a program");
        export const router = { routes: [{ methods: [process.env.BUSBAR_BUILD], pattern: "/", }] };`,
    });
    expect((await readTable("routes.mjs", { cwd })).routes[0]?.methods).toEqual(["1"]);
  });

  const reasons: readonly (readonly [name: string, text: string, code: string, reason: string])[] = [
    ["throws nothing of use", "throw undefined;", "BUILD_MODULE_FAILED", "failed to load: undefined"],
    [
      "throws later",
      "setTimeout(() => { throw new Error('late'); }, 5); await new Promise((r) => setTimeout(r, 900));",
      "BUILD_MODULE_FAILED",
      "failed to load: late",
    ],
    ["is no JavaScript", "export const = 1", "BUILD_MODULE_FAILED", "failed to load"],
    [
      "hangs up",
      "process.disconnect(); await new Promise((r) => setTimeout(r, 100));",
      "BUILD_MODULE_FAILED",
      "ended its process",
    ],
    [
      "has a broken list",
      "export const router = { routes: [{ pattern: 1 }] };",
      "BUILD_NO_TABLE",
      "neither a busbar app nor a router",
    ],
    [
      "throws when asked",
      "export const router = { get routes() { throw new Error('no'); } };",
      "BUILD_NO_TABLE",
      "neither",
    ],
    [
      "fails to list",
      "export const router = { routes() { throw new Error('not ready'); } };",
      "BUILD_MODULE_FAILED",
      "not ready",
    ],
  ];
  test.each(reasons)("says why there is no table when the module %s", async (name, text, code, reason) => {
    const cwd = folderWith(name.replaceAll(" ", "-"), { "m.mjs": text });
    await expect(readTable("m.mjs", { cwd })).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });

  test("takes modules from a bundler, virtual ones among them", async () => {
    const cwd = folderWith("hosted", { "routes.ts": "type T = 1;", "real.mjs": "export const pattern = '/real';" });
    const texts: Readonly<Record<string, string>> = {
      [join(cwd, "routes.ts")]:
        `import { virtual } from "virtual:it"; import { pattern } from "./real.mjs"; import fs from "node:fs";
        export const router = { routes: [virtual, pattern, FLAG, typeof fs.readFileSync].map((pattern) => ({ methods: ["GET"], pattern })) };`,
      "\0virtual:it": `export const virtual = "/virtual";`,
    };
    const host = {
      resolve: async (specifier: string) => (specifier === "virtual:it" ? "\0virtual:it" : undefined),
      load: async (id: string) => texts[id],
      defines: { FLAG: '"/flag"' },
    };
    const { routes, files } = await readTable("routes.ts", { cwd, host });
    expect(routes.map((route) => route.pattern)).toEqual(["/virtual", "/real", "/flag", "function"]);
    expect([...files].sort()).toEqual([join(cwd, "real.mjs"), join(cwd, "routes.ts")]);
    const failing = { ...host, load: async (): Promise<string> => Promise.reject(new Error("cannot be transformed")) };
    await expect(readTable("routes.ts", { cwd, host: failing })).rejects.toThrow("cannot be transformed");
  });

  test("reads what a schema says of its query", async () => {
    const zod = pathToFileURL(join(import.meta.dirname, "../../node_modules/zod/index.js")).href;
    const cwd = folderWith("schemas", {
      "routes.mjs": `import { z } from ${JSON.stringify(zod)};
        const opaque = { "~standard": { version: 1, vendor: "mine", validate: (value) => ({ value }) } };
        const broken = { "~standard": { ...opaque["~standard"], jsonSchema: { output() { throw new Error("no"); } } } };
        const route = (query, i) => ({ methods: ["GET"], pattern: "/" + i, value: { options: { query } } });
        export const router = { routes: [z.object({ page: z.coerce.number().default(1) }), opaque, broken, "no schema"].map(route) };`,
    });
    const { routes } = await readTable("routes.mjs", { cwd });
    expect(routes.map((route) => route.query)).toEqual([
      expect.objectContaining({ type: "object", required: ["page"] }),
      {},
      {},
      undefined,
    ]);
  });
});

describe("building", () => {
  const MODULE = `import { appendFileSync } from "node:fs"; import { list } from "./list.mjs";
    appendFileSync("imports.log", "x");
    export const router = { routes: list.map((pattern, i) => ({ methods: ["GET"], pattern, value: (c) => c.query.page, when: i === 0 ? "beta" : undefined })) };`;
  const files = {
    "routes.mjs": MODULE,
    "list.mjs": `export const list = ["/a", "/b/:id"];`,
    "hot.json": '{ "GET /a": 3 }',
  };
  const OPTIONS = {
    module: "routes.mjs",
    out: "gen.js",
    declarations: "gen.d.ts",
    cacheDir: "cache",
    profile: "hot.json",
  };
  const importsIn = (cwd: string): number => readFileSync(join(cwd, "imports.log"), "utf8").length;

  /** Long ago, so that a file written again shows it. */
  function age(cwd: string): void {
    for (const name of ["gen.js", "gen.d.ts"]) utimesSync(join(cwd, name), 1000, 1000);
  }

  test("costs nothing while the files stay as they are", async () => {
    const cwd = folderWith("unchanged", files);
    const first = await buildRoutes({ ...OPTIONS, cwd });
    age(cwd);
    const second = await buildRoutes({ ...OPTIONS, cwd });
    expect([first.cached, second.cached, importsIn(cwd)]).toEqual([false, true, 1]);
    expect({ ...second, cached: false }).toEqual(first);
    for (const name of ["gen.js", "gen.d.ts"]) expect(statSync(join(cwd, name)).mtimeMs).toBe(1_000_000);
    rmSync(join(cwd, "gen.js"));
    await buildRoutes({ ...OPTIONS, cwd });
    expect([readFileSync(join(cwd, "gen.js"), "utf8"), importsIn(cwd)]).toEqual([first.code, 1]);
  });

  test.each([
    ["a module it imports", "list.mjs", `export const list = ["/c"];`],
    ["the profile", "hot.json", "{}"],
  ])("reads the table again after a change of %s", async (what, name, text) => {
    const cwd = folderWith(`change-${what.length}`, files);
    await buildRoutes({ ...OPTIONS, cwd });
    writeFileSync(join(cwd, name), text);
    const { cached, code } = await buildRoutes({ ...OPTIONS, cwd });
    expect([cached, importsIn(cwd)]).toEqual([false, 2]);
    expect(readFileSync(join(cwd, "gen.js"), "utf8")).toBe(code);
  });

  test("keeps results of different options apart", async () => {
    const cwd = folderWith("options", files);
    const all = await buildRoutes({ ...OPTIONS, cwd });
    const off = await buildRoutes({ ...OPTIONS, cwd, conditions: { beta: false } });
    const on = await buildRoutes({ ...OPTIONS, cwd, conditions: { beta: true, other: false } });
    const again = await buildRoutes({ ...OPTIONS, cwd, conditions: { beta: false } });
    expect([off.cached, on.cached, again.cached]).toEqual([false, false, true]);
    expect([all, off, on].map(({ declarations }) => declarations.includes('"GET /a"'))).toEqual([true, false, true]);
    expect(again.code).toBe(off.code);
    expect(readFileSync(join(cwd, "gen.d.ts"), "utf8")).toBe(off.declarations);
  });

  test.each([
    ["cut short", (text: string) => text.slice(0, text.length / 2)],
    ["changed", (text: string) => text.replace("/b/:id", "/b/:ix")],
    ["of another kind", () => "[]"],
    ["empty", () => ""],
  ])("ignores a cache entry that is %s, and writes it anew", async (what, damage) => {
    const cwd = folderWith(`damaged-${what.length}`, files);
    const first = await buildRoutes({ ...OPTIONS, cwd });
    const [entry = ""] = readdirSync(join(cwd, "cache"));
    const path = join(cwd, "cache", entry);
    writeFileSync(path, damage(readFileSync(path, "utf8")));
    const second = await buildRoutes({ ...OPTIONS, cwd });
    expect([second.cached, second.code, importsIn(cwd)]).toEqual([false, first.code, 2]);
    expect((await buildRoutes({ ...OPTIONS, cwd })).cached).toBe(true);
    expect(readdirSync(join(cwd, "cache"))).toEqual([entry]); // and nothing half written beside it
  });

  test("takes a lock file as part of the table: packages may make routes", async () => {
    const cwd = folderWith("locked", { ...files, "package-lock.json": "1" });
    await buildRoutes({ ...OPTIONS, cwd });
    writeFileSync(join(cwd, "package-lock.json"), "2");
    expect((await buildRoutes({ ...OPTIONS, cwd })).cached).toBe(false);
  });

  test("writes nothing when there is no table", async () => {
    const cwd = folderWith("no-table", { "routes.mjs": "export const x = 1;" });
    await expect(buildRoutes({ ...OPTIONS, cwd })).rejects.toMatchObject({ code: "BUILD_NO_TABLE" });
    expect(readdirSync(cwd)).toEqual(["routes.mjs"]);
  });
});

describe("declarations", () => {
  const route = (pattern: string, more: Partial<DescribedRoute> = {}): DescribedRoute => ({
    methods: ["GET"],
    pattern,
    ...more,
  });

  test("types params and queries of each route by method and pattern", () => {
    const routes = [
      route("/users/:id/:page?", { methods: ["GET", "POST"], handler: "(c) => c.query.tab + Number(c.query.size)" }),
      route("/files/*", { handler: "(c) => log(c.query)" }),
      route("/plain", { handler: "() => 1" }),
      route("/found", { query: { type: "object", properties: { page: { type: "integer" } }, required: ["page"] } }),
      route("/found", { constraints: { host: "a.example" }, query: {} }),
      route("/found", { constraints: { host: "b.example" }, query: {} }),
    ];
    expect(
      declarationsOf(routes, { module: "busbar:routes", parse: parseAst }),
    ).toBe(`// Made by busbar from the route table. Changes made here are lost.
declare module "busbar:routes" {
  /** What \`bindDispatch\` of \`busbar/router/compile\` joins with the router. */
  export const dispatch: import("busbar/router/compile").Dispatch;
  /** The path parameters of each route. */
  export interface RouteParams {
    readonly "GET /users/:id/:page?": { readonly "id": string; readonly "page"?: string };
    readonly "POST /users/:id/:page?": { readonly "id": string; readonly "page"?: string };
    readonly "GET /files/*": { readonly "*": string };
    readonly "GET /plain": Readonly<Record<never, string>>;
    readonly "GET /found": Readonly<Record<never, string>>;
  }
  /** The query of each route: what its schema yields, else the fields its handler reads. */
  export interface RouteQueries {
    readonly "GET /users/:id/:page?": { readonly "tab"?: string | readonly string[]; /** Read as a number. */ readonly "size"?: string | readonly string[] };
    readonly "POST /users/:id/:page?": { readonly "tab"?: string | readonly string[]; /** Read as a number. */ readonly "size"?: string | readonly string[] };
    readonly "GET /files/*": { readonly [name: string]: string | readonly string[] | undefined };
    readonly "GET /plain": Readonly<Record<never, string>>;
    readonly "GET /found": { readonly "page": number } | Readonly<Record<string, unknown>>;
  }
}
`);
  });

  test("lets no text of a table become code", () => {
    const texts = fc.array(fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: "binary" })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.array(
          texts.map((parts) => parts.join("")),
          { minLength: 1, maxLength: 4 },
        ),
        fc.boolean(),
        (names, named) => {
          const handler = `(c) => [${names.map((name) => `c.query[${JSON.stringify(name)}]`)}]`;
          const routes = names.map((name) => route(`/${name}`, { methods: [name], handler }));
          const text = declarationsOf(routes, { module: named ? (names[0] ?? "") : undefined, parse: parseAst });
          const file = ts.createSourceFile("x.d.ts", text, ts.ScriptTarget.ES2022, true);
          expect(Reflect.get(file, "parseDiagnostics")).toEqual([]); // syntax errors: the type does not list them
          expect(keysIn(file, "RouteQueries")).toEqual(new Set(names.map((name) => `${name} /${name}`)));
          expect(text.split("\n")).toHaveLength((named ? 12 : 10) + 2 * new Set(names).size);
        },
      ),
    );
  });

  test("makes literals that JavaScript reads back", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: "binary" })), (text) => {
        expect(new Function(`return ${quote(text)}; /* ${quote(text)} */`)()).toBe(text);
      }),
    );
  });

  test("names the params a match has", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "a",
        "b.c",
        ":x1",
        ":x2.json",
        "v:x3",
        ":x4(\\d+)",
        ":x5([)\\]]|\\))",
        ":x6(a(?:b|c)[*:?])",
        ":from-:to",
        "a%3Ab",
      ),
    );
    const last = fc.constantFrom("", "/*", "/*rest", "/:last?", "/:last(\\d)?");
    fc.assert(
      fc.property(fc.uniqueArray(piece, { maxLength: 4 }), last, (pieces, end) => {
        const pattern = `/${pieces.join("/")}${pieces.length === 0 ? end.slice(1) : end}`;
        const built = createRouter<number>().add("GET", pattern, 1);
        const values = Object.fromEntries(paramNames(pattern).map(({ name }) => [name, VALUES[name] ?? "1"]));
        const router = createRouter<number>();
        router.add("GET", pattern, 1);
        expect({ ...router.find("GET", built.url(values))?.params }).toEqual(values);
        const required = paramNames(pattern).filter(({ optional }) => !optional);
        const shorter = built.url(Object.fromEntries(required.map(({ name }) => [name, VALUES[name] ?? "1"])));
        expect(Object.keys(router.find("GET", shorter)?.params ?? {})).toEqual(required.map(({ name }) => name));
      }),
    );
  });

  const schemas: readonly (readonly [schema: unknown, type: string])[] = [
    [
      { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a"] },
      '{ readonly "a": string; readonly "b"?: number }',
    ],
    [{ type: "object", additionalProperties: { type: "boolean" } }, "Readonly<Record<string, boolean>>"],
    [{ type: "object", additionalProperties: false }, "Readonly<Record<string, never>>"],
    [{ type: "object" }, "Readonly<Record<string, unknown>>"],
    [{ type: "array", items: { type: ["string", "null"] } }, "readonly (string | null)[]"],
    [
      { type: "array", prefixItems: [{ type: "string" }], items: { type: "integer" } },
      "readonly [string, ...number[]]",
    ],
    [{ enum: ["a", 1, null, true] }, '"a" | 1 | null | true'],
    [{ const: "*/" }, '"*\\/"'],
    [{ anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }, "string | (readonly string[])"],
    [{ anyOf: [{ type: "string" }, {}] }, "unknown"],
    [{ allOf: [{ enum: ["a", "b"] }, { type: "string" }] }, '("a" | "b") & string'],
    [{ enum: [] }, "never"],
    [{ $ref: "#" }, "unknown"],
    [{}, "unknown"],
    [true, "unknown"],
    [null, "unknown"],
  ];
  test.each(schemas)("a schema %j is a type", (schema, type) => {
    expect(typeOfSchema(schema)).toBe(type);
  });

  test("a schema of zod is the type of what it yields", () => {
    const schema = z.object({
      page: z.coerce.number().default(1),
      tags: z.array(z.enum(["a", "b"])).optional(),
      at: z.string().transform(Number),
    });
    const described = schema["~standard"].jsonSchema.output({
      target: "draft-2020-12",
      libraryOptions: { unrepresentable: "any" },
    });
    expect(typeOfSchema(described)).toBe(
      '{ readonly "page": number; readonly "tags"?: readonly ("a" | "b")[]; readonly "at": unknown }',
    );
  });

  test("a schema that holds itself ends", () => {
    const schema: Record<string, unknown> = { type: "array" };
    schema["items"] = schema;
    expect(typeOfSchema(schema)).toContain("unknown");
  });
});

const VALUES: Readonly<Record<string, string>> = { x5: ")", x6: "ab*" };

function keysIn(file: ts.SourceFile, name: string): ReadonlySet<string> {
  const keys = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node) && node.name.text === name) {
      for (const member of node.members)
        if (member.name !== undefined && ts.isStringLiteral(member.name)) keys.add(member.name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return keys;
}
