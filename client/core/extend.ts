import type { Extension, Kit } from "./extension-types.ts";

/**
 * Adds an extension, before or after the client has started. Without a document it does nothing.
 * @remarks Extensions are asked in the order they were added.
 * @public
 */
export const extend = (extension: Extension): void => {
  if (!globalThis.document) return;
  const settings = (globalThis.busbarConfig ??= {});
  (settings.extensions ??= []).push(extension);
  if (settings.process) extension.init?.(settings as Kit); // cast: it has started
};
