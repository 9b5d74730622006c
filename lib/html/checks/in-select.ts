import { bodyStart } from "./in-body.ts";
import { isHtml, type State } from "./state.ts";
import type { StartToken } from "./structure.ts";
import { IN_SELECT } from "./tags.ts";
import { closeThrough, type Walker } from "./walker.ts";

/** A start tag in `<select>`. */
export function selectStart(w: Walker, token: StartToken, select: State, again: () => boolean): boolean {
  const { tag } = token;
  switch (tag) {
    case "script":
    case "template":
      return true;
    case "option":
    case "optgroup":
    case "hr": {
      const isItem = isHtml(w.state, "option") || (tag !== "option" && isHtml(w.state, "optgroup"));
      if (!isItem) return true;
      const { state } = w;
      if (closeThrough(w, state)) return again();
      w.fault("nesting", `<${tag}> closes the <${state.tag}> around it; close it before`, state);
      return false;
    }
    case "input":
    case "keygen":
    case "select":
    case "textarea":
      w.fault("nesting", `<${tag}> closes the <select> around it; write it after </select>`, select);
      return false;
  }
  if (IN_SELECT.has(tag)) return tag === "svg" || bodyStart(w, token);
  w.fault(
    "nesting",
    `<${tag}> in <select> is dropped; only options, <optgroup> and <hr> are sure to stand there`,
    select,
  );
  return false;
}
