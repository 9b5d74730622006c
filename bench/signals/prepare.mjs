// Compiles the subject that needs it, before anything is measured. Packages stay outside: they run as they were published.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileModule } from "svelte/compiler";

const SOURCE = new URL("./sources/svelte.svelte.js", import.meta.url);
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Compiles into a new folder, and names it. */
export function prepare() {
  const folder = mkdtempSync(`${DIST}bench-signals-`);
  const { js } = compileModule(readFileSync(SOURCE, "utf8"), {
    generate: "client",
    dev: false,
    filename: "svelte.svelte.js",
  });
  writeFileSync(`${folder}/svelte.mjs`, js.code);
  return folder;
}
