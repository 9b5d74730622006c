// HTML: the same pages, from the same data, parsed to the same trees, by everyone.
import { PAGES } from "./data.mjs";

const OURS = "ours";
const TAGGED = "tagged";
const COMPILED = "compiled";
const JSX = "jsx";
const GOX = "gox";
const CEILING = "ceiling";

export const area = {
  name: "html",
  title: "HTML: time to render a page, and what it allocates",
  worker: new URL("./worker.mjs", import.meta.url),
  groups: { [TAGGED]: "tagged templates", [JSX]: "JSX", [COMPILED]: "compiled templates" },
  notes: [
    "Pages: a colour picker (2 KiB, a fragment), results of a search (20 KiB), and a page of 1,000 purchases (170 KiB). Of each, several datasets are made from a seed (64, 16, 8) and rotated from one page to the next; 0, 5 or 50 % of the text fields have characters to escape, and the fields are ASCII or not (then about half of the words are, and the others are Latin, Greek, Cyrillic, Asian or emoji). Every subject runs with `NODE_ENV=production`, in a process of its own per page; what has to be compiled is compiled before.",
    "Before anything is timed, each page of each subject is parsed by parse5 and compared with a tree made from the data alone. Comments, white space that stands alone between tags, the order of attributes, and white space and the last semicolon in a `style` do not count; everything else does. All write their templates without white space between tags.",
    "To bytes: a `Buffer` or `Uint8Array` with the whole page, by `Buffer.from(text)` where a subject yields text. To a flat string: the text, and one character of it read, which makes the engine join its pieces. Allocated bytes are what heap and buffers grow by over some pages without a collection. A lease is released before the next page.",
    "@kitajs/html escapes the text of elements marked `safe`: every one with dynamic text is. Vue has no synchronous render, so each page is awaited. Peers escape URLs and styles as any attribute; ours also checks the schemes of `href` and `src` and the value in `style`. `hand-written` is concatenation with the encoders of this library, those for URLs and styles included, and a chunked writer (16 KiB of text per conversion) whose memory is kept: the ceiling. `entities only` leaves the checks of URLs and styles out. `GoX design` makes a node {type, tag, props: Map, children, key, ref} for every element and renders them recursively with the same encoders; `chunked bytes` writes them by the chunked writer.",
  ],
  pages: Object.keys(PAGES),
  subjects: {
    "html``": { file: "busbar.mjs", group: OURS },
    "html``, lease": { file: "busbar-lease.mjs", group: OURS },
    "busbar el": { file: "busbar-el.mjs", group: OURS },
    "busbar JSX": { file: "busbar-jsx.mjs", group: OURS, prepared: true },
    "busbar JSX precompiled": { file: "busbar-precompiled.mjs", group: OURS },
    "hono/html": { file: "hono.mjs", group: TAGGED },
    ghtml: { file: "ghtml.mjs", group: TAGGED },
    "@kitajs/html": { file: "kita.mjs", group: JSX, prepared: true },
    "preact-render-to-string": { file: "preact.mjs", group: JSX, prepared: true },
    "react-dom/server": { file: "react.mjs", group: JSX, prepared: true },
    Solid: { file: "solid.mjs", group: COMPILED, prepared: true },
    "Vue compiled": { file: "vue.mjs", group: COMPILED, prepared: true },
    "Marko 6": { file: "marko.mjs", group: COMPILED, prepared: true },
    eta: { file: "eta.mjs", group: COMPILED },
    "GoX design": { file: "gox.mjs", group: GOX },
    "GoX design, chunked bytes": { file: "gox-bytes.mjs", group: GOX },
    "hand-written": { file: "hand-written.mjs", group: CEILING },
    "hand-written, entities only": { file: "hand-written-entities.mjs", group: CEILING },
    "hand-written, Buffer.from": { file: "hand-written-whole.mjs", group: CEILING },
  },

  async run(session) {
    // not at the top: the workers read this module too, and need none of the compilers
    const { runArea } = await import("./run.mjs");
    return runArea(area, session);
  },
};
