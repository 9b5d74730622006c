import { relative } from "node:path";

/** Whether a file belongs to an installed package; the project itself may lie in one. */
export function isPackageFile(path: string, cwd: string): boolean {
  return relative(cwd, path).split(/[\\/]/).includes("node_modules");
}
