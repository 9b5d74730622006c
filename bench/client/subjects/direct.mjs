// No client at all: what is called with the text of the reply, as it is documented. The attributed rows have ours.
import { subject as busbar } from "./busbar.mjs";

const parse = (text) => new DOMParser().parseFromString(text, "text/html").body;
const list = () => document.getElementById("list");
const make = (puts) => ({ link: busbar.link, parts: busbar.parts, puts });

export const subjects = {
  raw: make({
    inner: (text) => list().replaceChildren(...parse(text).childNodes),
    outer: (text) => list().replaceWith(...parse(text).childNodes),
    oob: (text) => {
      for (const part of [...parse(text).children]) document.getElementById(part.id).replaceWith(part);
    },
  }),
  idiomorph: make({ morph: (text) => window.Idiomorph.morph(list(), text, { morphStyle: "outerHTML" }) }),
  morphdom: make({ morph: (text) => window.morphdom(list(), text) }),
  micromorph: make({ morph: (text) => window.micromorph.default(list(), parse(text).firstElementChild) }),
};
