// Turbo: links that ask for streams. A stream waits for the next frame before it is rendered; waiting is not counted.
import { partHtml } from "../rows.mjs";

const ASKS = "data-turbo-stream";
const stream = (attributes, content) => `<turbo-stream ${attributes}><template>${content}</template></turbo-stream>`;

export const subject = {
  type: "text/vnd.turbo-stream.html",
  link: () => ASKS,
  control: { inner: ASKS, outer: ASKS, morph: ASKS, oob: ASKS },
  reply: {
    inner: (rows) => stream(`action="update" target="list"`, rows),
    outer: (list) => stream(`action="replace" target="list"`, list),
    morph: (list) => stream(`action="replace" method="morph" target="list"`, list),
  },
  parts: (parts) => parts.map((part) => stream(`action="replace" target="${part[0]}"`, partHtml(part))).join(""),
};
