import type { Content, Operation, RowContent, TemplateSource } from "../../lib/wire/index.ts";
import { OP_REMOVE, OP_SPLICE, OP_TEMPLATE } from "../../lib/wire/index.ts";
import { fill, type Page, slotAt, splice, toRows } from "./page.ts";

/** Whether an operation is one of those that come with the other script. */
export const isMore = ([code]: Operation): boolean => code > OP_SPLICE && code !== OP_TEMPLATE;

/** Applies an operation to the page. Throws when the page is not what it expects. Casts: so it is in each kind. */
export const apply = (page: Page, operation: Operation): void => {
  const [code, where] = operation as readonly [number, number];
  if (code === OP_TEMPLATE) page._templates[where] = page._learn(operation.slice(2) as unknown as TemplateSource);
  else if (code > OP_SPLICE) (page._apply as NonNullable<Page["_apply"]>)(operation);
  else {
    const slot = slotAt(page._root, where);
    if (code === OP_SPLICE) {
      const [, , index, remove, template = -1, ...rows] = operation as unknown as [
        0,
        0,
        number,
        number,
        number?,
        ...RowContent[],
      ];
      splice(page, slot, index, remove, toRows(template, rows));
    } else fill(page, slot, code === OP_REMOVE ? "" : (operation[2] as Content));
  }
};
