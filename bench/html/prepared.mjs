// Where the compiled subjects are.
import { resolve } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** The folder is named by the session that prepared it. It lies in dist/, so that `busbar/...` is found from there. */
export const PREPARED = "BUSBAR_BENCH_PREPARED";

/** The address of a prepared module. */
export function preparedFile(name) {
  const folder = process.env[PREPARED];
  if (folder === undefined) throw new Error("nothing is prepared: run `npm run bench -- html`");
  return pathToFileURL(resolve(folder, name)).href;
}
