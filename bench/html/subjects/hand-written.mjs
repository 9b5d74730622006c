import { chunked } from "../chunked.mjs";
import { encoders } from "../encoders.mjs";
import { mapPages } from "../map-pages.mjs";
import { pagesWith } from "./hand-written-pages.mjs";

const pages = pagesWith(encoders);

export const subject = {
  text: mapPages(pages, (page) => (data) => page(data, (text) => text)),
  bytes: mapPages(pages, chunked),
};
