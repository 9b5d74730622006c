import type { Scope } from "../child-types.ts";

// Handed down like what `provide` hands down, so that it gets through lists, components, boundaries and promises.
const FOREIGN = Object.freeze({ name: "foreign" });

/** Whether what is rendered here stands in a place where parsers read the text of a script as markup, as far as the templates around tell. */
export function isInForeign(scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.key === FOREIGN) return at.value === true;
  return false;
}

/** The scope of what stands in such a place, or in HTML again. */
export function foreignScope(outer: Scope | undefined, isForeign: boolean): Scope | undefined {
  return isInForeign(outer) === isForeign ? outer : { key: FOREIGN, value: isForeign, outer };
}
