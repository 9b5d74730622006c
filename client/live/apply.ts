import type { Content, Operation, Path } from "../../lib/wire/index.ts";
import { OP_REMOVE, OP_SPLICE, OP_TEMPLATE } from "../../lib/wire/index.ts";
import { fill, type Page, slotAt, splice, toRows } from "./page.ts";

/** Whether an operation is one of those that come with the other script. */
export const isMore = ([code]: Operation): boolean => code > OP_SPLICE && code !== OP_TEMPLATE;

/** Applies an operation to the page. Throws when the page is not what it expects. */
export const apply = (page: Page, operation: Operation): void => {
  if (isMore(operation))
    (page._apply as NonNullable<Page["_apply"]>)(operation); // cast: where it is missing this throws
  else if (operation[0] === OP_TEMPLATE) {
    const [, number, ...source] = operation;
    page._templates[number] = page._learn(source);
  } else {
    const slot = slotAt(page._root, operation[1] as Path); // cast: what is left has one
    if (operation[0] === OP_SPLICE) {
      const [, , index, remove, template = -1, ...rows] = operation;
      splice(page, slot, index, remove, toRows(template, rows));
    } else fill(page, slot, operation[0] === OP_REMOVE ? "" : (operation[2] as Content)); // cast: what is left has one
  }
};
