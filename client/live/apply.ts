import type { Operation, RowContent } from "../../lib/wire/index.ts";
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
    const [code, path, value, remove, template = -1, ...rows] = operation as unknown as Any; // cast: what is read is there
    const slot = slotAt(page._root, path);
    if (code === OP_SPLICE) splice(page, slot, value as unknown as number, remove, toRows(template, rows));
    else fill(page, slot, code === OP_REMOVE ? "" : value);
  }
};

type Any = [
  code: number,
  path: number,
  value: string,
  remove: number,
  template: number | undefined,
  ...rows: RowContent[],
];
