import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import terser from "@rollup/plugin-terser";
import { minify } from "terser";
import ts from "typescript";
import { detailsApart, detailsChunk, dropDetails, hasDetails, noDetailsChunk } from "./.ci/details.mjs";
import { bundles, doors, modules, outputOf } from "./.ci/doors.mjs";
import { shorten, shortened } from "./.ci/short-names.mjs";
import { squeeze } from "./.ci/squeeze.mjs";
import { twinInputs, twinsApart, twinsInstead } from "./.ci/twins.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const isPackage = (id) => !id.startsWith(".") && !id.startsWith("/") && !id.startsWith("\0") && id !== "tslib";
const strict = {
  onwarn(warning) {
    throw new Error(warning.message);
  },
};

rmSync(resolve(root, "dist"), { recursive: true, force: true });

const compilerOptions = { target: "ES2022", module: "ESNext", verbatimModuleSyntax: true };

/**
 * Strips types file by file: all our TypeScript is erasable, and `tsc -p tsconfig.json` checks it. A file that several bundles hold is read once.
 * `details` is what becomes of the words of errors.
 */
const stripped = new Map();
const stripTypes = (details) => ({
  name: "strip-types",
  transform(code, id) {
    if (!id.endsWith(".ts")) return null;
    const isTold = hasDetails(id);
    const key = isTold ? `${details.name} ${id}` : id;
    const known = stripped.get(key);
    if (known?.code === code) return known.result;
    const options = { ...compilerOptions, sourceMap: true };
    // Some folders have many inner names; the doors that are built together and every bundle have them short.
    const part = shortened.find(({ folder }) => id.includes(`/${folder}/`));
    const transformers = {
      before: [...(isTold ? [details] : []), ...(part === undefined ? [] : [shorten(part.names)])],
    };
    const { outputText, sourceMapText } = ts.transpileModule(code, {
      fileName: id,
      compilerOptions: options,
      transformers,
    });
    const result = { code: outputText.replace(/\n\/\/# sourceMappingURL=.*$/, ""), map: sourceMapText };
    stripped.set(key, { code, result });
    return result;
  },
});

/** Declarations, file by file too: `isolatedDeclarations` sees to it that no other file has a say in them. */
const declarations = {
  name: "declarations",
  generateBundle() {
    for (const folder of ["lib", "client", "adapters"]) {
      for (const path of readdirSync(resolve(root, folder), { recursive: true }).map(String)) {
        if (!path.endsWith(".ts")) continue;
        const file = `${folder}/${path.replaceAll("\\", "/")}`;
        const options = { ...compilerOptions, declaration: true, isolatedDeclarations: true, strict: true };
        const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(resolve(root, file), "utf8"), {
          fileName: file,
          compilerOptions: options,
          reportDiagnostics: true,
        });
        for (const { messageText } of diagnostics ?? []) {
          this.error(`${file}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
        }
        this.emitFile({ type: "asset", fileName: `types/${file.replace(/\.ts$/, ".d.ts")}`, source: outputText });
      }
    }
  },
};

/** What errors say beside their codes is in `#details`, with a twin for browsers that says nothing. */
const textsApart = {
  name: "texts-apart",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "chunks/details.js", source: detailsChunk() });
    this.emitFile({ type: "asset", fileName: "chunks/details.browser.js", source: noDetailsChunk });
  },
};

/**
 * The flags of the kernel of signals and the constants of documents as numbers: bundlers leave them variables, where some are handed on (68 of 3,923 bytes
 * of gzip, and 160 of 23,500). Nothing else of them is changed, as an engine is particular about the shape of hot functions.
 */
const flagsAsNumbers = {
  name: "flags-as-numbers",
  async renderChunk(code, { moduleIds }) {
    if (!moduleIds.some((id) => id.endsWith("/lib/signals/links.ts") || id.includes("/lib/crdt/"))) return null;
    const folded = await minify(code, {
      module: true,
      ecma: 2022,
      compress: { defaults: false, evaluate: true, reduce_vars: true, toplevel: true, unused: true },
      mangle: false,
      format: { beautify: true, comments: false, preserve_annotations: true },
      sourceMap: { asObject: true },
    });
    return { code: folded.code, map: folded.map };
  },
};

const libraries = {
  ...strict,
  input: Object.fromEntries([
    ...Object.values(doors).map((source) => [`${outputOf(source)}/index`, source]),
    ["adapters/cli/main", "adapters/cli/main.ts"],
    ["adapters/workers/thread", "adapters/workers/thread.ts"], // what a renderer thread runs: never imported, started by its URL
    ...twinInputs,
  ]),
  external: isPackage,
  plugins: [twinsApart, textsApart, stripTypes(detailsApart), flagsAsNumbers, declarations],
  output: {
    dir: "dist",
    format: "es",
    sourcemap: true,
    sourcemapExcludeSources: true, // the package would be twice as large
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
  },
};

/** Two bytes less each time, and no difference in scripts without blocks that rely on it. Padded, so that source maps stay right. */
const letForConst = {
  name: "let-for-const",
  renderChunk: (code) => ({ code: code.replace(/\bconst /g, "let   "), map: null }),
};

/** A page has a document: the sources ask for it as servers may import them too. Padded, too. */
const barePage = {
  name: "bare-page",
  renderChunk: (code) => ({
    code: code
      .replaceAll("!!globalThis.document", "                 true")
      .replaceAll("globalThis.document", "           document")
      .replaceAll("globalThis.", "      self."),
    map: null,
  }),
};

/** The client for pages that come from htmx: the same source under other names. Both bundles are tested by the same cases. */
const hxNames = {
  name: "hx-names",
  transform: (code, id) =>
    /\/client\/(core|plus|page|morph)\//.test(id)
      ? {
          code: code
            .replace(/\bbus-(request|swapping|added)\b(?!-)/g, "htmx-$1")
            .replace(/\bbus-/g, "hx-")
            .replace(/\bBus-/g, "HX-")
            .replace(/\bbus:/g, "htmx:"),
          map: null,
        }
      : null,
};

// Names with a leading _ are private: one table for all bundles, as they meet on one page. What stands on elements keeps its underscore:
// of a form, a shorter name may be a field.
const privateNames = JSON.parse(readFileSync(new URL(".ci/private-names.json", import.meta.url), "utf8"));
// The scripts of live views share objects among themselves, and only among themselves.
const liveNames = JSON.parse(readFileSync(new URL(".ci/live-names.json", import.meta.url), "utf8"));
const nameCache = (entry) => {
  const names = Object.entries(isLive(entry) ? liveNames : privateNames);
  return { props: { props: Object.fromEntries(names.map(([name, short]) => [`$${name}`, short])) } };
};
const isLive = (entry) => entry.startsWith("client/live/");

const isGolfed = (entry) => /^client\/(core|plus|page|morph|live)\//.test(entry);

// What these assume holds there: booleans are only asked whether they are true, and no getter has an effect that matters.
const GOLF = { booleans_as_integers: true, unsafe: true, unsafe_methods: true, pure_getters: true, keep_fargs: false };

// In live views `true` is a value that travels.
const golfOf = (entry) => ({ ...GOLF, booleans_as_integers: !isLive(entry) });

const browser = Object.entries(bundles).map(([file, { entry, format, name, isHx, isDev }]) => ({
  ...strict,
  input: entry,
  plugins: [
    twinsInstead,
    stripTypes(dropDetails),
    ...(isHx ? [hxNames] : []),
    ...(isDev ? [] : [letForConst, barePage]),
  ],
  treeshake: { moduleSideEffects: (id) => id.includes("/client/") }, // lib has none: what a bundle does not use stays out
  output: {
    file: `dist/client/${file}`,
    format,
    ...(name === undefined ? {} : { name, exports: "named" }),
    sourcemap: true,
    sourcemapFileNames: file.replace("busbar-", "").replace(".min.js", ".map"), // the name is in the file, where each byte counts
    plugins: isDev
      ? []
      : [
          terser({
            ecma: 2022,
            module: true,
            compress: { passes: 5, unsafe_arrows: true, ...(isGolfed(entry) ? golfOf(entry) : {}) },
            mangle: { properties: { regex: /^_[^_]/ } },
            ...(isGolfed(entry) ? { nameCache: nameCache(entry) } : {}),
            format: { comments: false, ecma: 2022, inline_script: false }, // files, never inline
          }),
          ...(isGolfed(entry) ? [squeeze()] : []),
        ],
  },
}));

/** A page remembers that a module could not be fetched, and would never ask again: under another address it does. */
const askAgain = {
  name: "ask-again",
  renderDynamicImport: () => ({
    left: '((load) => load("").catch(() => load("?" + Date.now())))((at) => import(',
    right: " + at))",
  }),
};

/** Browser modules of one family import each other by name, beside each other. */
const family = {
  ...strict,
  input: modules,
  preserveEntrySignatures: "allow-extension", // a part takes what it shares with the page's module from there: no file of its own for that
  plugins: [twinsInstead, stripTypes(dropDetails), askAgain, letForConst, barePage],
  treeshake: { moduleSideEffects: (id) => id.includes("/client/") },
  output: {
    dir: "dist/client",
    format: "es",
    sourcemap: true,
    entryFileNames: "[name].min.js",
    chunkFileNames: "busbar-sync-[name].min.js",
    experimentalMinChunkSize: 2000, // what two parts share is no file of its own when it is small
    plugins: [
      terser({
        ecma: 2022,
        module: true,
        compress: { passes: 5, unsafe_arrows: true },
        format: { comments: false, ecma: 2022, inline_script: false },
      }),
    ],
  },
};

/** The examples are TypeScript too; they import the built package by name, as any user would. */
const example = (name, input) => ({
  ...strict,
  input: Object.fromEntries(input.map((file) => [file, `examples/${name}/${file}.ts`])),
  external: isPackage,
  plugins: [stripTypes(dropDetails)],
  output: {
    dir: `dist/${name}`,
    format: "es",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  },
});
const examples = [
  example("showcase", ["main", "browser/pad", "browser/live"]),
  example("patterns", ["main", "browser/page"]),
];

/** The demo says what it has built. */
const progress = {
  name: "progress",
  writeBundle: ({ file, dir }) => console.log(`  ${relative(root, resolve(root, file ?? dir))}`),
};
const isTold = process.env.BUSBAR_PROGRESS !== undefined;

export default [libraries, ...browser, family, ...examples].map((part) =>
  isTold ? { ...part, plugins: [...part.plugins, progress] } : part,
);
