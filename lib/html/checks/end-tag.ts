import { VOID } from "../contexts.ts";
import { isSpecial } from "./in-body.ts";
import { isForeign } from "./start-tag.ts";
import { nearest, type State } from "./state.ts";
import { isLeftOpen, isLost, type Walker } from "./walker.ts";

/** Reads an end tag: reports what the parser would do other than what is written, and goes on as written. */
export function endTag(w: Walker, tag: string): void {
  if (isLost(w)) return;
  const found = nearest(
    w.state,
    (state) => state.tag === tag,
    () => false,
  );
  if (found?.parent === undefined) {
    closesNothing(w, tag);
    return;
  }
  if (found !== w.state) judgeLeftOpen(w, tag, found);
  w.state = found.parent;
}

function closesNothing(w: Walker, tag: string): void {
  if (tag === "p") w.fault("nesting", `</p> closes nothing: the parser makes an empty <p> of it; ${NO_START}`);
  else if (tag === "br") w.fault("nesting", "</br> is read as <br>; write <br>");
  else if (!VOID.has(tag) || isForeign(w.state, tag)) w.fault("nesting", `</${tag}> closes nothing; ${NO_START}`);
}

const NO_START = "remove it, or look what closed the element before";

/** The elements inside close with it, unless one of them must not, or keeps the end tag from working. */
function judgeLeftOpen(w: Walker, tag: string, found: State): void {
  let culprit: State | undefined;
  let hasSpecial = false;
  for (let state = w.state; state !== found && state.parent !== undefined; state = state.parent) {
    if (!isLeftOpen(state)) culprit ??= state;
    hasSpecial ||= isSpecial(state);
  }
  if (hasSpecial && !isSpecial(found)) culprit ??= w.state;
  if (culprit !== undefined)
    w.fault("nesting", `</${tag}> stands where <${culprit.tag}> is open; close that before`, culprit);
}
