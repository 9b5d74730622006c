// Modules of which whoever bundles a door for browsers gets a twin: package.json's `imports` name both, and the browser scripts are built with the
// twins. What a server is told at length in its log, and what serves many at once, is no use to a page (docs/decisions/0004, 0028, 0029).
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** By the name of their chunk, with the code of the twin, or the file it is in. */
const TWINS = {
  hints: { file: "lib/errors/hints.ts", code: "export const HINTS = {};\n" },
  // Nothing is checked: nothing is asked of them. Servers in production get this one too.
  "html-checks": {
    file: "lib/html/checks/index.ts",
    code: "export function createChecks() {}\nexport function describeFinding() {}\n",
  },
  "wire-codec": { file: "lib/wire/codec.ts", twin: "lib/wire/codec-browser.ts" },
  "signals-refusals": { file: "lib/signals/refusals.ts", twin: "lib/signals/refusals-browser.ts" },
  // Keeping documents quick to open is for those who open many.
  "crdt-shapes": { file: "lib/crdt/shapes.ts", code: "export function keepShapes() {}\n" },
};

const entries = Object.entries(TWINS);

/** They and their twins, as chunks. */
export const twinInputs = entries.flatMap(([name, { file, twin }]) => [
  [`chunks/${name}`, file],
  ...(twin === undefined ? [] : [[`chunks/${name}.browser`, twin]]),
]);

/** Doors import them by the names of package.json. */
export const twinsApart = {
  name: "twins-apart",
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith(".")) return null;
    const file = relative(root, resolve(dirname(importer), source)).replaceAll("\\", "/");
    const name = entries.find(([, one]) => one.file === file)?.[0];
    return name === undefined ? null : { id: `#${name}`, external: true };
  },
  generateBundle() {
    for (const [name, { code }] of entries)
      if (code !== undefined) this.emitFile({ type: "asset", fileName: `chunks/${name}.browser.js`, source: code });
  },
};

/** Scripts have the twins in them. */
export const twinsInstead = {
  name: "twins-instead",
  load(id) {
    const { twin, code } = entries.find(([, { file }]) => resolve(root, file) === id)?.[1] ?? {};
    return twin === undefined ? (code ?? null) : `export * from ${JSON.stringify(resolve(root, twin))};`;
  },
};
