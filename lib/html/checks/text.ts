import { AFTER_BODY, AFTER_HEAD, BODY, COLUMNS, isHtml, START, type State, TEXT, withPhase } from "./state.ts";
import { closeThrough, isLost, type Walker } from "./walker.ts";

const NO_TEXT: ReadonlySet<string> = new Set(["table", "tbody", "tfoot", "thead", "tr"]);

/** Reads text that is not blank. */
export function text(w: Walker): void {
  const { state } = w;
  if (isLost(w) || state.space !== "html") return;
  const moved = misplaced(state);
  if (moved !== undefined && (state.tag === "head" || state.tag === "colgroup") && closeThrough(w, state)) {
    text(w);
    return;
  }
  if (moved !== undefined) w.fault("nesting", moved, state);
  else if (state.tag === "" && state.phase === START) w.state = withPhase(state, TEXT);
  else if (state.tag === "html" || state.phase === AFTER_HEAD) w.state = withPhase(state, BODY);
}

/** What is wrong with text as a child of this element, if anything is. */
export function misplaced(state: State): string | undefined {
  const { tag, phase } = state;
  if (state.space !== "html") return undefined;
  if (NO_TEXT.has(tag)) return `text directly in <${tag}> is moved out, before the table; write it in a cell`;
  if (tag === "colgroup" || phase === COLUMNS) return "text beside columns is dropped or moved; write it in a cell";
  if (tag === "frameset") return "text in <frameset> is dropped; write it in <noframes>";
  if (tag === "head" || (tag === "noscript" && state.parent !== undefined && isHtml(state.parent, "head")))
    return "text ends the <head> and is moved into the body; write it in <body>";
  const isAfter = phase === AFTER_BODY && (tag === "html" || tag === "");
  return isAfter ? "text after the end of <body> is moved into it; write it before </body>" : undefined;
}
