import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { doors } from "../../.ci/doors.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Every TypeScript file below the folder, as paths relative to the repository, sorted. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path).replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .sort();
}

export interface Import {
  readonly from: string;
  /** A path relative to the repository, or the name of a package. */
  readonly to: string;
  readonly isPackage: boolean;
}

/** Every static and dynamic import and re-export of a file, type-only ones included. */
export function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return { from: file, to: fileName, isPackage: true };
    return { from: file, to: relative(root, resolve(root, dirname(file), fileName)), isPackage: false };
  });
}

/** Every index a folder is entered through; a folder may have a door within: `lib/router/compile`. */
export const entrances: ReadonlySet<string> = new Set([
  ...Object.values(doors),
  "client/core/extend.ts", // bundles of extensions carry it, and nothing else of core
  "client/core/types.ts", // no code: what they are given
  "client/core/extension-types.ts",
  "client/core/settings.ts", // where the page's settings are: the one object all bundles share
]);

/** `lib/html/encode.ts` -> `lib/html`: the unit the layer table speaks of. */
export function folderOf(file: string): string {
  return file.split("/").slice(0, 2).join("/");
}
