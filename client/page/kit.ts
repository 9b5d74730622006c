import type { Extension, Kit } from "../core/extension-types.ts";
import { settings } from "../core/settings.ts";

// This folder is written to be small once minified, as client/core is.

/** The settings of the page, which core makes the kit. */
interface Shared extends Kit {
  extensions?: Extension[];
  /** Whether this script is here already. */
  page?: unknown;
}

/** What core lends. cast: complete before anything is called */
export const kit: Shared = settings as Shared;
