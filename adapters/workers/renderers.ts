import { createPool } from "./pool.ts";
import type { Renderers, RenderersOptions } from "./types.ts";

/**
 * Starts threads that render the pages of a module, so that a page that computes for long does not hold up every other request. Worth it for pages that
 * take milliseconds: below that a thread's messages cost more than the page.
 * @returns The pool; close it when the server ends. It does not keep the process alive while nobody waits for a page.
 * @throws CodedError `POOL_OUT_OF_RANGE` for a number of threads that is not 1 to 512.
 * @remarks Each thread has its own copy of the module and of everything it imports: some 10 MB, and no shared state.
 * @example
 * ```ts
 * const renderers = createRenderers<typeof import("./pages.ts")>({ module: new URL("./pages.js", import.meta.url) });
 * app.get("/report/:id", async (c) => c.bytes(await renderers.render("report", { id: c.params.id }, { signal: c.signal })));
 * ```
 * @public
 */
export function createRenderers<Pages>(options: RenderersOptions): Renderers<Pages> {
  // cast: names and props are the types' business; at run time a page is found by its name, or WORKERS_NO_PAGE is thrown
  return createPool(options, new URL("./thread.js", import.meta.url)) as Renderers<Pages>;
}
