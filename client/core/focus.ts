import { idOf } from "./dom.ts";
import { isConnected } from "./members.ts";
import { doc } from "./settings.ts";
import type { Marked } from "./types.ts";

/** What has this id, if there is one. */
export const byId = (id?: string): Marked | null => doc.getElementById(id as string); // cast: of none it is "undefined"

/** An element, or what has its id if it has left the page: another request may have put one in its place. */
export const there = (el: Marked | null | undefined): Marked | null =>
  isConnected(el) ? (el as Marked) : byId(idOf(el));

/**
 * Notes where the focus is, and the caret. What comes back gives them back, if they are lost by then: to what has the same id, else to the
 * only field of that name.
 */
export const keepFocus = (): ((scrolls?: string) => void) => {
  const active = doc.activeElement as HTMLInputElement; // cast: the body at least. Undefined is what it has not
  const selectionStart = active.selectionStart;
  const selectionEnd = active.selectionEnd;
  return (scrolls) => {
    const [only, another] = doc.getElementsByName(active.name);
    // Focusing the body, where it was before, would do nothing but lay out all that is new. cast: as above
    const again = (active !== doc.body && doc.activeElement === doc.body && (there(active) || (!another && only))) as
      | HTMLInputElement
      | false;
    if (again) {
      again.focus({ preventScroll: scrolls !== "true" });
      if (again.selectionStart != null) again.setSelectionRange(selectionStart, selectionEnd);
    }
  };
};
