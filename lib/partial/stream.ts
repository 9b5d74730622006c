import { type Html, html, isHtml } from "../html/index.ts";
import { PartList } from "./parts.ts";
import type { Dialect } from "./request.ts";
import type { StreamItem } from "./types.ts";

/** What is there at once, then one piece for each item, when it comes. Parts are left out where nobody would understand them. */
export async function* streamOf(
  first: Html,
  items: AsyncIterable<StreamItem>,
  dialect: Dialect | undefined,
): AsyncGenerator<Html> {
  yield first;
  for await (const item of items) {
    if (isHtml(item)) yield item;
    else if (dialect !== undefined) {
      const list = new PartList(dialect);
      item(list);
      yield html`${list.parts}`;
    }
  }
}
