import type { Instance } from "./slots.ts";
import type { More } from "./types.ts";

/** Rows that come again, as those of a whole mount do, keep what fits: so focus and drafts survive it. */
export const keepRows: More = ({ _page: page }, [, , splice, , , fillSlots]) => {
  page._keep = (slot, old, rows) => {
    rows.forEach((row, at) => {
      const one = old[at];
      if (one?._template === page._templates[row[0]])
        fillSlots(page, one as Instance, row); // cast: it has a template
      else splice(page, slot, at, +!!one, [row]);
    });
    splice(page, slot, rows.length, old.length - rows.length, []);
  };
};
