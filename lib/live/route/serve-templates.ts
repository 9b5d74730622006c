import type { Context, HandlerResult } from "../../app/index.ts";
import type { PageSnapshot } from "../view/run.ts";
import type { TemplateSets } from "./template-sets.ts";

const QUERY = "bus:templates";

/** How a page says which templates it has: by themselves, or by an address that is the same for all pages that have the same. */
export function templatesOf(page: PageSnapshot, url: string, inline: boolean): object {
  if (inline) return { templates: page.templates };
  return { templatesUrl: `${url.split("?")[0]}?${QUERY}=${page.templatesHash}` };
}

/** Whether a GET asks for templates instead of the page. */
export function asksTemplates(c: Context): boolean {
  return QUERY in c.query;
}

/** The templates of an address, for ever. It is behind the page's own guards, so what is kept of it is the visitor's own. */
export function serveTemplates(sets: TemplateSets, c: Context): HandlerResult {
  const found = sets.find(Number(c.query[QUERY]));
  // Another process gave it out, or it is long ago: the client gets a MOUNT with all of them.
  if (found === undefined) return c.text("Not found", 404);
  return c.json(found, 200, [["cache-control", "private, max-age=31536000, immutable"]]);
}
