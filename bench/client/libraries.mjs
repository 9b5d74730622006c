// The files of every subject: the one its authors have minified where there is one, else minified here. Those that are published as
// modules only become scripts, so that all are evaluated alike.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";

const MODULES = new URL("../../node_modules/", import.meta.url);
const DIST = new URL("../../dist/client/", import.meta.url);

const FILES = {
  busbar: { path: "busbar.min.js", base: DIST },
  "busbar plus": { path: "busbar-plus.min.js", base: DIST },
  "busbar morph": { path: "busbar-morph.min.js", base: DIST },
  "busbar hx": { path: "busbar-hx.min.js", base: DIST },
  "busbar hx plus": { path: "busbar-hx-plus.min.js", base: DIST },
  "busbar dev": { path: "busbar-dev.js", base: DIST },
  "htmx 2": { path: "htmx2/dist/htmx.min.js" },
  "idiomorph for htmx 2": { path: "idiomorph/dist/idiomorph-ext.min.js" },
  "htmx 4": { path: "htmx4/dist/htmx.min.js" },
  Turbo: { path: "@hotwired/turbo/dist/turbo.es2017-umd.js", isLong: true },
  Datastar: { path: "@starfederation/datastar/dist/datastar.js", isModule: true },
  Alpine: { path: "alpinejs/dist/cdn.min.js" },
  "alpine-ajax": { path: "@imacrayon/alpine-ajax/dist/cdn.min.js" },
  fixi: { path: "fixi-js/fixi.js", isLong: true },
  idiomorph: { path: "idiomorph/dist/idiomorph.min.js" },
  morphdom: { path: "morphdom/dist/morphdom-umd.min.js" },
  micromorph: { path: "micromorph/dist/index.js", isModule: true },
};

// alpine-ajax comes before Alpine, as its manual says
const SCRIPTS = { "alpine-ajax": ["alpine-ajax", "Alpine"], "DOMParser + replaceChildren": [] };
const FOR_MORPH = { busbar: ["busbar", "busbar morph"], "htmx 2": ["htmx 2", "idiomorph for htmx 2"] };

/** The names of the scripts that a subject needs for a style, in their order. */
export function scriptsOf(subject, style) {
  return (style === "morph" ? FOR_MORPH[subject] : undefined) ?? SCRIPTS[subject] ?? [subject];
}

/** Why a subject cannot be measured, if it cannot: a file of it has not been built. */
export function missingOf(subject, style) {
  const missing = scriptsOf(subject, style).find((name) => !existsSync(fileOf(name)));
  return missing === undefined ? undefined : `${missing} is not built`;
}

/** The source of a script as the page evaluates it. */
export async function sourceOf(name) {
  const { isModule, isLong } = FILES[name];
  const text = readFileSync(fileOf(name), "utf8");
  if (!isModule && !isLong) return text;
  const options = isModule ? { format: "iife", globalName: name.toLowerCase() } : {};
  return (await transform(text, { ...options, minify: true, legalComments: "none" })).code;
}

/** Bytes minified and under gzip -9 of every script there is. A module counts as a module, not with the wrapper it gets here. */
export async function measureSizes() {
  const names = Object.keys(FILES).filter((name) => existsSync(fileOf(name)));
  return Promise.all(
    names.map(async (name) => {
      const code = readFileSync(fileOf(name), "utf8");
      const isOurs = FILES[name].base === DIST;
      const isShipped = FILES[name].isLong !== true;
      const text = isShipped ? code : (await transform(code, { minify: true, legalComments: "none" })).code;
      const bytes = Buffer.byteLength(text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, ""));
      return { name, bytes, gzip: gzipSync(text, { level: 9 }).length, isOurs, isShipped };
    }),
  );
}

function fileOf(name) {
  const { path, base = MODULES } = FILES[name];
  return fileURLToPath(new URL(path, base));
}
