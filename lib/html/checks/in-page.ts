import { bodyStart, drop } from "./in-body.ts";
import { templateStart } from "./in-table.ts";
import { AFTER_BODY, AFTER_HEAD, BODY, IN_HEAD, isHtml, START, type State, withPhase } from "./state.ts";
import type { StartToken } from "./structure.ts";
import { IN_HEAD_NOSCRIPT, METADATA } from "./tags.ts";
import { closeThrough, type Walker } from "./walker.ts";

/** What `<html>`, and a page that leaves it out, consist of. */
const PARTS: ReadonlySet<string> = new Set(["head", "body", "frameset"]);

/** A start tag in `<html>`, or at the top of what is rendered: a page or a piece of one, nobody knows yet. */
export function pageStart(w: Walker, token: StartToken, anchor: State): boolean {
  const { tag } = token;
  const { phase } = anchor;
  if (anchor.tag === "") {
    if (phase === START && anchor === w.state && tag === "html") {
      w.state = withPhase(anchor, AFTER_BODY);
      return true;
    }
    const isPage = phase === AFTER_HEAD || phase === AFTER_BODY || (phase === START && PARTS.has(tag));
    if (!isPage) return templateStart(w, token, anchor);
  }
  if (anchor !== w.state || phase === BODY) return bodyStart(w, token);
  if (PARTS.has(tag)) return partStart(w, tag, anchor);
  if (tag === "html") return drop(w, tag);
  if (METADATA.has(tag) || (tag === "noscript" && phase !== AFTER_HEAD)) return metadataStart(w, tag, anchor);
  if (phase === AFTER_BODY) {
    w.fault("nesting", `<${tag}> after the end of <body> is moved into it; write it before </body>`);
    return false;
  }
  w.state = withPhase(anchor, BODY);
  return bodyStart(w, token);
}

function partStart(w: Walker, tag: string, anchor: State): boolean {
  const isTooLate = tag === "head" ? anchor.phase !== START : anchor.phase === AFTER_BODY;
  if (isTooLate) return drop(w, tag);
  w.state = withPhase(anchor, tag === "head" ? AFTER_HEAD : AFTER_BODY);
  return true;
}

function metadataStart(w: Walker, tag: string, anchor: State): boolean {
  if (anchor.phase === START || anchor.phase === IN_HEAD) {
    w.state = withPhase(anchor, IN_HEAD);
    return true;
  }
  const [place, advice] =
    anchor.phase === AFTER_HEAD
      ? ["between <head> and <body> is moved into the head", "</head>"]
      : ["after the end of <body> is moved into it", "</body>"];
  w.fault("nesting", `<${tag}> ${place}; write it before ${advice}`);
  return false;
}

/** A start tag in `<head>`. */
export function headStart(w: Walker, token: StartToken, head: State, again: () => boolean): boolean {
  const { tag } = token;
  const isInNoscript = isHtml(w.state, "noscript");
  if (isInNoscript ? IN_HEAD_NOSCRIPT.has(tag) : METADATA.has(tag) || tag === "noscript") return true;
  if (tag === "head") return drop(w, tag);
  if (closeThrough(w, head)) return again();
  w.fault("nesting", `<${tag}> ends the <head> and is moved into the body; write it in <body>`, head);
  return false;
}
