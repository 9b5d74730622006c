// Datastar: fragments in events. Its inner mode takes one element, so 1,000 rows cannot be put into a list that stays.
import { partHtml } from "../rows.mjs";

const ASKS = `data-on-click__prevent="@get('/list')"`;

export const subject = {
  type: "text/event-stream",
  link: (id) => `data-on-click__prevent="@get('/rows/${id}')"`,
  control: { outer: ASKS, morph: ASKS, oob: ASKS },
  reply: { outer: (list) => event("outer", list), morph: (list) => event("morph", list) },
  parts: (parts) => event("outer", parts.map((part) => partHtml(part)).join("")),
};

function event(mode, fragments) {
  return `event: datastar-merge-fragments\ndata: mergeMode ${mode}\ndata: fragments ${fragments}\n\n`;
}
