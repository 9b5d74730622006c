import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The folder an installed package lies in. */
export function packageFolder(name: string): string {
  return fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url)); // not by its exports: they do not lead to its tests
}

/**
 * Runs a module of an installed package that ships TypeScript, which Node 20 does not run and whose types are not ours to check.
 * @param given - What its imports get instead of what they name: by the end of the path.
 * @returns Its exports.
 */
export async function runForeign(entry: string, given: Readonly<Record<string, object>> = {}): Promise<unknown> {
  const names = Object.keys(given);
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "cjs",
    target: "es2022",
    write: false,
    plugins: [
      {
        name: "given",
        setup({ onResolve }) {
          onResolve({ filter: /.*/ }, ({ path }) => {
            const name = names.find((each) => path.endsWith(each));
            return name === undefined ? undefined : { path: name, external: true };
          });
        },
      },
    ],
  });
  const module = { exports: {} };
  const code = outputFiles[0]?.text ?? "";
  new Function("module", "exports", "require", code)(module, module.exports, (name: string) => given[name]);
  return module.exports;
}
