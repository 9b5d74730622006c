import { NEEDS_TEMPLATE, WHOLE_PAGE } from "../../../client/core/markup.ts";

/** Whether the client parses it as a body, though it is a piece. */
export const isPlain = (html: string): boolean => !WHOLE_PAGE.test(html) && !NEEDS_TEMPLATE.test(html);

/** What a template and a body make of it, if that is not the same. Stands alone: it is sent to a browser as well. */
export function difference(html: string): string | undefined {
  const template = document.createElement("template");
  template.innerHTML = html;
  const body = document.createElement("template");
  body.content.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  if (body.content.isEqualNode(template.content)) return undefined;
  return `template: ${template.innerHTML}\nbody: ${body.innerHTML}`;
}
