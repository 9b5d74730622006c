import { suggest } from "../distance.ts";
import { asks, isBoosted, readTriggers } from "../elements.ts";
import type { ElementCheck, Scene } from "../types.ts";
import { wordsOf } from "../vocabulary.ts";

/** Attributes that hold selectors. Only a target has to be there at once: an indicator of a list may come with its first row. */
const NAMES = ["target", "include", "indicator", "disable"];

/** Where an element that asks looks for others: by its own attributes, or by inherited ones. */
export const selectors: ElementCheck = (el, _attributes, scene) => {
  if (!asks(el) && !isBoosted(el)) return;
  const { kit } = scene;
  for (const name of NAMES) checkSelector(el, name, kit.attribute(el, name) ?? "", name === "target", scene);
  const select = kit.attribute(el, "select");
  if (select) parse(el, "select", select, scene);
  const [, place = ""] = /^(.*?):?(?:drop|abort|replace|queue.*)?$/s.exec(kit.attribute(el, "sync") ?? "") ?? [];
  checkSelector(el, "sync", place, true, scene);
  const trigger = kit.attribute(el, "trigger");
  if (trigger?.trim())
    for (const [, { from = "" }] of readTriggers(kit, trigger)) checkSelector(el, "trigger", from, false, scene);
};

/** Tells of a selector that does not parse, or finds nothing where it should. */
export function checkSelector(el: Element, name: string, text: string, isNeeded: boolean, scene: Scene): void {
  if (text.trim() === "" || text === "this") return;
  const found = look(el, name, text, scene);
  if (found === undefined || found > 0) return;
  // An id in full is meant to be there; anything else may well come later.
  if (!isNeeded && !/^#[\w-]+$/.test(text)) return;
  scene.report(
    "target-missing",
    el,
    `bus-${name}="${text}" finds nothing in this page${hintOn(el, text, scene)}`,
    name,
  );
}

/** How many elements a selector finds; undefined when it does not parse, which is reported. */
function look(el: Element, name: string, text: string, { kit, report }: Scene): number | undefined {
  try {
    return kit.find(el, text).length;
  } catch (error) {
    report("selector-invalid", el, `bus-${name}="${text}" does not parse (${reason(error)}); nothing is sent`, name);
    return undefined;
  }
}

function parse(el: Element, name: string, css: string, { report }: Scene): void {
  try {
    el.ownerDocument.createDocumentFragment().querySelector(css);
  } catch (error) {
    report("selector-invalid", el, `bus-${name}="${css}" does not parse (${reason(error)})`, name);
  }
}

/** `tabel` or `clossest tr` parse, and find nothing. */
function hintOn(el: Element, text: string, { kit }: Scene): string {
  const [, word = "", rest = ""] = /^([\w-]+)( .+)?$/s.exec(text) ?? [];
  if (rest !== "") return suggest(word, wordsOf(kit, "selectors"));
  if (word !== "" && el.ownerDocument.getElementById(word)) return `; did you mean #${word}?`;
  const [, id = ""] = /^#([\w-]+)$/.exec(text) ?? [];
  if (id === "") return "";
  const ids = Array.from(el.ownerDocument.querySelectorAll("[id]"), (other) => other.getAttribute("id") ?? "");
  return suggest(id, ids.slice(0, MAX_COMPARED), "#");
}

const MAX_COMPARED = 1_000; // of a page with more ids none is worth the time

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
