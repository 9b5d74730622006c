/**
 * Renderer threads: pages that compute for long, rendered beside the thread that serves.
 * @packageDocumentation
 */
export { createRenderers } from "./renderers.ts";
export type {
  PageArguments,
  PageContext,
  PageName,
  PageResult,
  Renderers,
  RenderersOptions,
  RenderersStats,
  RenderJobOptions,
} from "./types.ts";
