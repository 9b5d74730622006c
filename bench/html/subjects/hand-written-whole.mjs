import { encoders } from "../encoders.mjs";
import { mapPages } from "../map-pages.mjs";
import { pagesWith } from "./hand-written-pages.mjs";

// without `bytes`, the bench makes them of the whole text
export const subject = { text: mapPages(pagesWith(encoders), (page) => (data) => page(data, (text) => text)) };
