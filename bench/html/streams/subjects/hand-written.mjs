import { encoders } from "../../encoders.mjs";
import { mapPages } from "../../map-pages.mjs";
import { pagesWith } from "../../subjects/hand-written-pages.mjs";
import { response } from "../writable.mjs";

const FLUSH_CHARS = 16_384;

export const handWritten = {
  ready: mapPages(pagesWith(encoders), (page) => async (data, sink) => {
    const { writable, finished } = response(sink);
    const out = (text) => {
      if (text.length < FLUSH_CHARS) return text;
      writable.write(text);
      return "";
    };
    writable.end(page(data, out));
    await finished;
  }),
};
