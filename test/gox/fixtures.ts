import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { type GoxTranslation, translateGox } from "../../adapters/cli/gox/translate.ts";

export const root: string = resolve(import.meta.dirname, "../..");
export const folder: string = join(import.meta.dirname, "data");

/** One GoX file and what becomes of it. */
export interface Fixture extends GoxTranslation {
  readonly name: string;
  readonly source: string;
  /** The translation as checked in. */
  readonly expected: string;
}

export function readFixtures(): Fixture[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".gox"));
  return names.sort().map((file) => {
    const name = file.slice(0, -".gox".length);
    const source = readFileSync(join(folder, file), "utf8");
    const expected = readFileSync(join(folder, `${name}.tsx`), "utf8");
    return { name, source, expected, ...translateGox(source, { fileName: file }) };
  });
}

/** Where the doors that translations import are in this tree. */
export const DOORS: Readonly<Record<string, string>> = {
  "busbar/html/jsx-runtime": join(root, "lib/html/jsx-runtime/index.ts"),
  "busbar/html": join(root, "lib/html/index.ts"),
  "busbar/live": join(root, "lib/live/index.ts"),
  "busbar/signals": join(root, "lib/signals/index.ts"),
};

/** Bundles code that imports translations and libraries, so that both meet in one copy, and runs it. */
export async function runBundle<T>(code: string): Promise<T> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "ts" },
    ...{ bundle: true, write: false, platform: "node", format: "cjs", target: "node20", logLevel: "error" },
    alias: DOORS,
    define: {
      "import.meta.url": JSON.stringify(import.meta.url),
      "import.meta.dirname": JSON.stringify(import.meta.dirname),
    },
  });
  const { createRequire } = await import("node:module");
  const module: { exports: unknown } = { exports: {} };
  const text = outputFiles[0]?.text ?? "";
  new Function("module", "exports", "require", text)(module, module.exports, createRequire(import.meta.url));
  return module.exports as T; // cast: what the code exports
}
