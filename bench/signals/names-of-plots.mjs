// The files that plots go to.
const slug = (text) => text.toLowerCase().replaceAll(",", "").replace(/\W+/g, "-");

export const HEAP_PLOT = "signals-memory.svg";
export const ROWS_PLOT = "signals-rows.svg";

export const familyPlot = (family) => `signals-${slug(family)}.svg`;

export const columnPlot = (what, rows) => `signals-columns-${slug(what)}-${rows}.svg`;
