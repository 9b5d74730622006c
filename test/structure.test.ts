import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { kept } from "../.ci/details.mjs";
import { bundles, doors, modules } from "../.ci/doors.mjs";
import { eligibleNames, shorten, shortened } from "../.ci/short-names.mjs";
import { HINTS } from "../lib/errors/index.ts";
import { entrances, folderOf, type Import, importsOf, root, sourceFiles } from "./helpers/imports.ts";

/** Who may import whom: the layer table of the design. `errors` is open to all. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  "lib/errors": [],
  "lib/pool": [],
  "lib/wire": ["lib/pool"],
  "lib/router": ["lib/pool"], // hash64, for the hash of a table
  "lib/html": ["lib/pool"],
  "lib/signals": ["lib/pool"], // READ, the one symbol html and signals must agree on
  "lib/app": ["lib/router", "lib/html", "lib/pool"],
  "lib/partial": ["lib/html"],
  "lib/patch": ["lib/html", "lib/wire", "lib/pool"],
  "lib/crdt": ["lib/wire", "lib/pool"],
  "lib/live": ["lib/signals", "lib/html", "lib/patch", "lib/wire", "lib/pool", "lib/app"],
  "lib/sync": ["lib/crdt", "lib/signals", "lib/wire", "lib/pool", "lib/app"],
  "client/core": ["lib/wire"],
  "client/plus": ["client/core"],
  "client/page": ["client/core"],
  "client/morph": ["client/core"],
  "client/dev": ["client/core", "client/plus", "client/page", "client/morph"],
  "client/live": ["lib/wire"],
  "client/sync": ["lib/wire", "lib/crdt", "lib/sync", "lib/signals"],
};

/** Packages an adapter may import: its own host. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  "adapters/express": ["express"],
  "adapters/fastify": ["fastify"],
  "adapters/koa": ["koa"],
  "adapters/proxy": ["undici"],
  "adapters/ws": ["ws"],
  "adapters/level": ["classic-level"],
  "adapters/yjs": ["yjs"],
  "adapters/mcp": [
    "@modelcontextprotocol/sdk/server/index.js",
    "@modelcontextprotocol/sdk/server/stdio.js",
    "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js",
    "@modelcontextprotocol/sdk/types.js",
  ],
  "adapters/multipart": ["busboy"],
  "adapters/build": ["rollup/parseAst"],
  "adapters/live-testing": ["parse5"],
  "adapters/codemirror": ["@codemirror/state", "@codemirror/view"],
  "adapters/prosemirror": ["prosemirror-model", "prosemirror-state", "prosemirror-view"],
};

/** The command line puts other adapters together. */
const SIBLINGS: Readonly<Record<string, readonly string[]>> = {
  "adapters/cli": ["adapters/build"],
};

/** `node:*` in lib, one reason each. */
const NODE_IN_LIB: readonly string[] = [];

const TOP_LEVEL = [
  ...["lib", "client", "adapters", "test", "bench", "etc", "examples", "docs", ".ci"],
  ...["rollup.config.mjs", "package.json", "package-lock.json", "tsconfig.json", "vitest.config.ts", "biome.json"],
  ...["README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
];
const DOTFILES = [".gitignore", ".npmrc", ".size-limit.json"];
const UNTRACKED = [".git", "node_modules", "dist", "coverage"];

const files = ["lib", "client", "adapters"].flatMap(sourceFiles);
const imports = files.flatMap(importsOf);
const local = imports.filter((entry) => !entry.isPackage);
const say = (found: readonly Import[]): string[] => found.map(({ from, to }) => `${from} -> ${to}`);

function mayImport(from: string, to: string): boolean {
  if (from === to || to === "lib/errors") return true;
  if (from.startsWith("adapters/"))
    return (
      to.startsWith("lib/") || to === "adapters/node" || to === "adapters/ws" || (SIBLINGS[from] ?? []).includes(to)
    );
  return LAYERS[from]?.includes(to) ?? false;
}

/** The kernel of signals is one chunk of the package, which is a third faster for it (lib/signals/seam.ts says why). */
const KERNEL = ["effect", "graph", "kinds", "links", "loops", "nodes", "overflow", "owner", "queue", "state"];

describe("layers", () => {
  test("the kernel of signals gives values to nobody but its seam", () => {
    const inside = new Set(KERNEL.map((name) => `lib/signals/${name}.ts`));
    const takers = files
      .filter((file) => file.startsWith("lib/signals/") && !inside.has(file) && file !== "lib/signals/seam.ts")
      .filter((file) =>
        [...readFileSync(join(root, file), "utf8").matchAll(/^(?:import|export) (?!type )[^;]* from "(\.[^"]+)";/gm)]
          .filter(([statement]) => !/^\w+ \{(?:\s*type \w+,?)+\s*\}/.test(statement))
          .some(([, path = ""]) => inside.has(normalize(join(dirname(file), path)))),
      );
    expect(takers).toEqual([]);
  });

  test("every folder stands in the layer table", () => {
    const folders = new Set(files.map(folderOf).filter((folder) => !folder.startsWith("adapters/")));
    expect([...folders].filter((folder) => LAYERS[folder] === undefined)).toEqual([]);
  });

  test("a folder imports only what lies to its left", () => {
    expect(say(local.filter(({ from, to }) => !mayImport(folderOf(from), folderOf(to))))).toEqual([]);
  });

  test("lib and client import no package and nothing of node", () => {
    const outside = imports.filter(({ from, isPackage }) => isPackage && !from.startsWith("adapters/"));
    expect(say(outside).filter((line) => !NODE_IN_LIB.includes(line))).toEqual([]);
  });

  test("an adapter imports node, its own host and no other package", () => {
    const outside = imports.filter(({ from, to, isPackage }) => {
      if (!isPackage || !from.startsWith("adapters/") || to.startsWith("node:")) return false;
      return !(HOSTS[folderOf(from)] ?? []).includes(to);
    });
    expect(say(outside)).toEqual([]);
  });

  test("another folder is entered only through its index", () => {
    const deep = local.filter(({ from, to }) => folderOf(from) !== folderOf(to) && !entrances.has(to));
    expect(say(deep)).toEqual([]);
  });

  test("no file imports itself through others", () => {
    expect(findCycle(local)).toEqual([]);
  });

  test("every private name of the small bundles has its short name, and no two the same", () => {
    const namesIn = (folders: RegExp): string[] =>
      files
        .filter((file) => folders.test(file))
        .flatMap((file) => readFileSync(join(root, file), "utf8").match(/(?<=\.)_[a-z]\w*/g) ?? []);
    const onElements = namesIn(/^client\/live\//).filter((name) => name === "_live"); // the scripts of live views find it there
    const used = [...namesIn(/^client\/(core|plus|page|morph)\//), ...onElements];
    const table: Record<string, string> = JSON.parse(readFileSync(join(root, ".ci/private-names.json"), "utf8"));
    expect([...new Set(used)].sort()).toEqual(Object.keys(table).sort());
    expect(new Set(Object.values(table)).size).toBe(Object.keys(table).length);
  });

  test.each(shortened)("the names that $folder has short are nobody else's, and no two have the same", (part) => {
    const { eligible, taken } = eligibleNames(part);
    const shorts = Object.values(part.names);
    const broken = Object.keys(part.names).filter((name) => !eligible.includes(name));
    expect(broken, "write the table anew: node .ci/short-names.mjs").toEqual([]);
    expect(shorts.filter((name) => taken.has(name))).toEqual([]);
    expect(new Set(shorts).size).toBe(shorts.length);
  });

  test("a field that is only declared is none in what is built, under a short name too", () => {
    const code = "class Link { declare nextDep: number; constructor() { this.nextDep = 1; } }";
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
      transformers: { before: [shorten({ nextDep: "k" })] },
    });
    expect(outputText.replaceAll(/\s+/g, " ")).toContain("class Link { constructor() { this.k = 1; } }");
  });

  test("errors whose hint sends the reader to the message keep their words in browsers", () => {
    const told = Object.entries(HINTS).flatMap(([code, hint]) =>
      /\bmessage names|in the message/.test(hint) ? [code] : [],
    );
    expect(told.filter((code) => /^(CRDT|SYNC|WIRE)_/.test(code)).sort()).toEqual([...kept]);
  });

  test("a private field stays declared where names are short, as a class must say what it has", () => {
    const code =
      "class State { #node; source; constructor(node) { this.#node = this.source = node; this.source = node; } }";
    const { outputText } = ts.transpileModule(code, {
      compilerOptions: { target: ts.ScriptTarget.ES2022 },
      transformers: { before: [shorten({})] },
    });
    expect(outputText).toContain("#node;");
    expect(outputText).not.toMatch(/^\s*source;$/m);
  });

  test("a door names each export by hand", () => {
    const wild = files.filter((file) => /^export \* /m.test(readFileSync(join(root, file), "utf8")));
    expect(wild).toEqual([]);
  });
});

describe("repository", () => {
  test("the top level holds exactly what the contribution guide says", () => {
    const found = readdirSync(root).filter((name) => !UNTRACKED.includes(name) && !name.endsWith(".tgz"));
    expect(found.sort()).toEqual([...TOP_LEVEL, ...DOTFILES].sort());
  });

  test("package.json exports each door with its types first, and no door of its own name", () => {
    const { exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const expected: Record<string, unknown> = {};
    for (const [door, source] of Object.entries(doors)) {
      const built = source.replace(/\.ts$/, "");
      expected[`./${door}`] = { types: `./dist/types/${built}.d.ts`, default: `./dist/${built}.js` };
    }
    expected["./client/*.min.js"] = "./dist/client/*.min.js";
    expected["./package.json"] = "./package.json";
    expect(entries).toEqual(expected);
    for (const entry of Object.values(entries))
      if (typeof entry === "object" && entry !== null) expect(Object.keys(entry)[0]).toBe("types");
  });

  test("every folder of lib, client and adapters is a door, but for the command line", () => {
    const folders = [...new Set(files.map(folderOf))].filter((folder) => folder !== "adapters/cli");
    expect([...new Set(Object.values(doors).map(folderOf))].sort()).toEqual(folders.sort());
    for (const { entry } of Object.values(bundles)) expect(files).toContain(entry);
    for (const entry of Object.values(modules)) expect(files).toContain(entry);
  });

  test("the package has no runtime dependency and every peer is optional", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(manifest.dependencies).toBeUndefined();
    expect(Object.keys(manifest.peerDependenciesMeta)).toEqual(Object.keys(manifest.peerDependencies));
    for (const version of Object.values(manifest.devDependencies))
      expect(version).toMatch(/^(npm:[a-z@/.-]+@)?\d+\.\d+\.\d+(-beta\.\d+)?$/);
  });
});

describe("docs/architecture.md", () => {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");

  test("draws exactly the imports between folders", () => {
    const edges = local
      .map(({ from, to }) => [folderOf(from), folderOf(to)] as const)
      .filter(([from, to]) => from !== to && to !== "lib/errors")
      .map(([from, to]) => `  ${from} --> ${to}`);
    const drawn = page.split("\n").filter((line) => line.includes(" --> "));
    expect(drawn.sort()).toEqual([...new Set(edges)].sort());
  });

  test("has one line for every folder", () => {
    const lines = page.split("\n").flatMap((line) => /^- `([a-z/-]+)`: \S/.exec(line)?.[1] ?? []);
    expect(lines.sort()).toEqual([...new Set(files.map(folderOf))].sort());
  });

  test("has every folder inside the large libraries in its table", () => {
    const inside = new Set(files.flatMap((file) => /^(lib\/(?:html|live|crdt|sync)\/[a-z-]+)\//.exec(file)?.[1] ?? []));
    const rows = page.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) => row.split(" | ")[0]?.match(/lib\/[a-z/-]+/g) ?? []);
    expect(named.sort()).toEqual([...inside].filter((folder) => !entrances.has(`${folder}/index.ts`)).sort());
  });
});

/** The first import cycle between files, as the path around it; empty when there is none. */
function findCycle(edges: readonly Import[]): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const target of next.get(file) ?? []) {
      const cycle = walk(target, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const cycle = walk(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
