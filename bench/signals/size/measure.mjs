// What the core adds to a bundle: only the named exports, by rollup and terser, as an application would get them.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import terser from "@rollup/plugin-terser";
import { rollup } from "rollup";

const DIST = new URL("../../../dist/", import.meta.url);
const ENTRY = "\0entry";
/** What package.json's `imports` name for browsers. */
const HINTS = fileURLToPath(new URL("chunks/hints.browser.js", DIST));

const BUNDLES = [
  {
    name: "busbar",
    from: fileURLToPath(new URL("lib/signals/index.js", DIST)),
    exports: ["signal", "computed", "effect", "batch", "untracked", "scope"],
  },
  {
    name: "alien-signals",
    from: fileURLToPath(import.meta.resolve("alien-signals")),
    exports: ["signal", "computed", "effect", "startBatch", "endBatch", "setActiveSub", "effectScope"],
  },
  {
    name: "@preact/signals-core",
    from: fileURLToPath(import.meta.resolve("@preact/signals-core")),
    exports: ["signal", "computed", "effect", "batch", "untracked"],
  },
];

/** Bytes of each bundle, minified and with `gzip -9`. */
export async function measureSizes() {
  const sizes = [];
  for (const { name, from, exports } of BUNDLES) {
    const code = await bundled(`export { ${exports.join(", ")} } from ${JSON.stringify(from)};`);
    sizes.push({ name, exports, bytes: Buffer.byteLength(code), gzip: gzipSync(code, { level: 9 }).length });
  }
  return sizes;
}

async function bundled(entry) {
  const bundle = await rollup({
    input: ENTRY,
    treeshake: { moduleSideEffects: false },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === ENTRY ? id : id === "#hints" ? HINTS : null),
        load: (id) => (id === ENTRY ? entry : null),
      },
      terser({ module: true }),
    ],
  });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  return output[0].code;
}
