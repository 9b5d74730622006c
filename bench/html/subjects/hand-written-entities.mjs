import { chunked } from "../chunked.mjs";
import { encoders } from "../encoders.mjs";
import { mapPages } from "../map-pages.mjs";
import { pagesWith } from "./hand-written-pages.mjs";

const same = (text) => text;

export const subject = { bytes: mapPages(pagesWith({ ...encoders, url: same, css: same }), chunked) };
