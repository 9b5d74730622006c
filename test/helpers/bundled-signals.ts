import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import ts from "typescript";

/** The signals in one file, as they are shipped: to servers, or to browsers. */
export async function bundledSignals(to: "server" | "browser"): Promise<typeof import("../../lib/signals/index.ts")> {
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true };
  const bundle = await rollup({
    input: fileURLToPath(new URL("../../lib/signals/index.ts", import.meta.url)),
    plugins: [
      {
        name: "types",
        resolveId(id, from) {
          if (from === undefined) return id;
          const path = resolve(dirname(from), id);
          return to === "browser" ? path.replace("/signals/refusals.ts", "/signals/refusals-browser.ts") : path;
        },
        load: (id) => ts.transpileModule(readFileSync(id, "utf8"), { compilerOptions: options }).outputText,
      },
    ],
  });
  const { output } = await bundle.generate({ format: "es" });
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(output[0].code)}`);
}
