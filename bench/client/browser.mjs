// The real Chromium that the tests use, started by their own helper. That is TypeScript, so it is compiled for this run.
import { mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const HELPER = new URL("../../test/helpers/chromium.ts", import.meta.url);
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/** Starts it. The caller closes it. */
export async function startBrowser() {
  const folder = mkdtempSync(`${DIST}bench-client-`); // below node_modules' folder, where packages are found
  try {
    await build({
      entryPoints: [fileURLToPath(HELPER)],
      outfile: `${folder}/chromium.mjs`,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "warning",
      define: { "import.meta.url": JSON.stringify(HELPER.href) }, // it looks for the browser from where it stands
    });
    const { launchBrowser } = await import(pathToFileURL(`${folder}/chromium.mjs`).href);
    return await launchBrowser();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
