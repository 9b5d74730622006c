// The same nodes, written by the chunked writer.
import { chunked } from "../chunked.mjs";
import { encoders } from "../encoders.mjs";
import { mapPages } from "../map-pages.mjs";
import { doctypeOf, goxPages } from "./gox-pages.mjs";
import { renderInto } from "./gox-render.mjs";

export const subject = {
  bytes: mapPages(goxPages, (page, name) => {
    return chunked((data, out) => renderInto(doctypeOf(name), page(data), encoders, out));
  }),
};
