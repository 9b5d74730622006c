// alpine-ajax: replies are found by id. Morphing needs a plugin of Alpine, and is left out.
import { listHtml, partHtml } from "../rows.mjs";

const PARTS = Array.from({ length: 50 }, (_, i) => `part-${i + 1}`);

export const subject = {
  link: () => `x-target="list"`,
  control: { inner: `x-target="list"`, outer: `x-target="list"`, oob: `x-target="${PARTS.join(" ")}"` },
  list: { inner: `x-merge="update"` },
  reply: { inner: (rows) => listHtml(rows) },
  parts: (parts) => parts.map((part) => partHtml(part)).join(""),
};
