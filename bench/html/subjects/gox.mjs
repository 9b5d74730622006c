// GoX's design on this platform: a node and a map of its properties for every element, then one recursive renderer.
import { encoders } from "../encoders.mjs";
import { mapPages } from "../map-pages.mjs";
import { doctypeOf, goxPages } from "./gox-pages.mjs";
import { renderNode } from "./gox-render.mjs";

export const subject = {
  text: mapPages(goxPages, (page, name) => (data) => doctypeOf(name) + renderNode(page(data), encoders)),
};
