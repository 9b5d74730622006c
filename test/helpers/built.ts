import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./imports.ts";

/** Builds the package unless `npm test` has done so already; returns its dist folder. */
export function ensureBuilt(): string {
  if (!existsSync(join(root, "dist/client/busbar.min.js"))) {
    execFileSync("npx", ["rollup", "-c", "--silent"], { cwd: root, stdio: "inherit" });
  }
  return join(root, "dist");
}
