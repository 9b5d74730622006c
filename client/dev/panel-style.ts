/** How the timeline looks. A constructed sheet: no policy for styles forbids it, and nothing of the page's own reaches it. */
export const STYLE = `
:host { all: initial; position: fixed; inset: auto 0 0 auto; z-index: 2147483647; color-scheme: light dark;
  font: 12px/1.5 ui-monospace, monospace; }
section { display: flex; flex-direction: column; align-items: flex-end; max-width: 100vw; }
.log { box-sizing: border-box; width: min(60rem, 100vw); max-height: 45vh; overflow: auto; order: -1;
  background: Canvas; color: CanvasText; border: 1px solid GrayText; }
.log[hidden] { display: none; }
ol { list-style: none; margin: 0; padding: 0; }
button { font: inherit; color: inherit; background: none; border: 0; padding: .2em .6em; cursor: pointer; text-align: start; }
.toggle, .clear { background: Canvas; color: CanvasText; border: 1px solid GrayText; }
.clear { position: sticky; inset-block-start: 0; float: inline-end; }
.entry { display: block; width: 100%; border-inline-start: .4em solid transparent; overflow-wrap: anywhere; }
.entry[data-state="swapped"] { border-color: #2a7; }
.entry[data-state="running"], .entry[data-state="waiting"] { border-color: #59d; }
.entry[data-state="failed"] { border-color: #d33; }
.entry[data-slow] { background: color-mix(in srgb, #fa0 25%, transparent); }
.entry small { display: block; font: inherit; opacity: .8; }
b { font-weight: bold; }
:focus-visible { outline: 2px solid Highlight; outline-offset: -2px; }
.box { position: fixed; pointer-events: none; box-sizing: border-box; border: 2px solid #59d; }
.box.target { border: 2px dashed #2a7; }
.box[hidden] { display: none; }
`;
