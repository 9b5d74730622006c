import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./imports.ts";

const LOCK = join(tmpdir(), `busbar-build-${createHash("sha1").update(root).digest("hex").slice(0, 12)}`);

/** Builds the package unless `npm test` has done so already; returns its dist folder. Of several test processes one builds, and the others wait. */
export function ensureBuilt(): string {
  const dist = join(root, "dist");
  for (;;) {
    if (!isHeld() && existsSync(join(dist, "client/busbar.min.js"))) return dist;
    if (!take()) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100); // sleeps
      continue;
    }
    try {
      // Asked again: who held it before may have built all.
      if (existsSync(join(dist, "client/busbar.min.js"))) return dist;
      execFileSync("npx", ["rollup", "-c", "--silent"], { cwd: root, stdio: "inherit" });
      return dist;
    } finally {
      rmSync(LOCK, { recursive: true, force: true });
    }
  }
}

function take(): boolean {
  try {
    mkdirSync(LOCK);
  } catch {
    return false;
  }
  writeFileSync(join(LOCK, "pid"), String(process.pid));
  return true;
}

/** Whether a process that lives is building. What a dead one left is cleared away. */
function isHeld(): boolean {
  if (!existsSync(LOCK)) return false;
  try {
    process.kill(Number(readFileSync(join(LOCK, "pid"), "utf8")), 0);
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "ESRCH") return true; // not written yet, or not ours to ask
    rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}
