// `<!--` in a script makes `<script` nest until `-->`: then the first `</script` does not end it.
const MARKS = [
  /<!--|<\/script(?=[\t\n\f\r />])/i,
  /-->|<script(?=[\t\n\f\r />])|<\/script(?=[\t\n\f\r />])/i,
  /-->|<\/script(?=[\t\n\f\r />])/i,
];

/** Where a script's text was left: how deep in comments, and whether its end tag begins at `at`. */
export interface ScriptPlace {
  readonly at: number;
  readonly depth: number;
  readonly ended: boolean;
}

/** Reads the text of a script up to its next mark, or to the end. */
export function readScript(text: string, from: number, depth: number): ScriptPlace {
  const found = MARKS[depth]?.exec(text.slice(from));
  if (!found) return { at: text.length, depth, ended: false };
  const start = from + found.index;
  const mark = found[0];
  if (mark.startsWith("</") && depth < 2) return { at: start, depth, ended: true };
  // The dashes of `<!--` may also be those of `-->`.
  const at = mark === "<!--" ? start + 2 : start + mark.length;
  return { at, depth: mark === "-->" ? 0 : mark.startsWith("</") || mark === "<!--" ? 1 : 2, ended: false };
}
