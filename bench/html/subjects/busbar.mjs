import { renderToBytes, renderToString } from "busbar/html";
import { mapPages } from "../map-pages.mjs";
import { pages } from "./busbar-pages.mjs";

export const subject = {
  text: mapPages(pages, (page) => (data) => renderToString(page(data))),
  bytes: mapPages(pages, (page) => (data) => renderToBytes(page(data))),
};
