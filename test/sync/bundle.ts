import { randomUUID } from "node:crypto";
import { mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "vite";

const cache = join(import.meta.dirname, "../../node_modules/.cache/busbar-sync");

/** Bundles a TypeScript entry into one module that plain Node or a browser can run, and returns its path. */
export async function bundle(entry: string, target: "node" | "browser" = "node"): Promise<string> {
  await mkdir(cache, { recursive: true });
  const name = `${randomUUID()}.mjs`;
  await build({
    configFile: false,
    logLevel: "warn",
    build: {
      ssr: target === "node",
      outDir: cache,
      emptyOutDir: false,
      minify: false,
      target: "es2022",
      rolldownOptions: { input: entry, output: { entryFileNames: name, format: "es", codeSplitting: false } },
    },
    ...(target === "browser" ? {} : { ssr: { target: "node" as const } }),
  });
  // One file per entry, replaced in one step: another run may be reading it.
  const path = join(cache, `${basename(entry, ".ts")}.${target}.mjs`);
  await rename(join(cache, name), path);
  return path;
}
