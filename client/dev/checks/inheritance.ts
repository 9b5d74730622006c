import type { Kit } from "../../core/index.ts";
import { ASKING, asks, isBoosted, isIgnored } from "../elements.ts";
import { OF_REQUESTS, OF_TARGETS, STATUS_RULE } from "../names.ts";
import type { ElementCheck, Scene } from "../types.ts";

/** Attributes around elements that ask: with the suffix and in vain, or without it and probably meant for them. */
export const inheritance: ElementCheck = (el, attributes, scene) => {
  if (scene.kit.inherit || isIgnored(el)) return;
  for (const { full, name, suffix } of attributes) {
    if (!OF_REQUESTS.has(name) && !STATUS_RULE.test(name)) continue;
    if (suffix === ":inherited") checkUnused(el, full, name, scene);
    else if (suffix === "") checkMissing(el, full, name, scene);
  }
};

function checkUnused(el: Element, full: string, name: string, scene: Scene): void {
  const { report } = scene;
  // Where nothing is yet, or where replies are put, somebody may come who uses it.
  if (el.firstElementChild === null || isFilledLater(el, scene) || asks(el) || isBoosted(el)) return;
  const inside = asking(el);
  if (inside.length === 0) {
    report("inheritance-unused", el, `${full} does nothing: no element inside asks`, full);
  } else if (!inside.some((inner) => ownerAbove(inner, name, true) === el)) {
    report(
      "inheritance-unused",
      el,
      `${full} does nothing: what asks inside has a bus-${name} of its own, or a nearer one`,
      full,
    );
  }
}

function checkMissing(el: Element, full: string, name: string, { report }: Scene): void {
  if (OF_TARGETS.has(name) || asks(el) || isBoosted(el) || el.matches("[bus-partial],bus-partial")) return;
  const inside = asking(el).filter((inner) => ownerAbove(inner, name, true) === undefined);
  if (inside.length > 0)
    report(
      "inheritance-missing",
      el,
      `${full} counts for its own element only, which asks nothing, while ${count(inside.length)} inside; did you mean ${full}:inherited?`,
      full,
    );
}

const count = (n: number): string => (n === 1 ? "one element asks" : `${n} elements ask`);

/** What asks inside of an element. */
function asking(el: Element): Element[] {
  return [...el.querySelectorAll("*")].filter((inner) => asks(inner) || isBoosted(inner));
}

/** The element whose attribute counts: itself, or the nearest around it that passes it on. */
function ownerAbove(el: Element, name: string, isItself: boolean): Element | undefined {
  if ((isItself && el.hasAttribute(`bus-${name}`)) || el.hasAttribute(`bus-${name}:inherited`)) return el;
  return el.parentElement ? ownerAbove(el.parentElement, name, false) : undefined;
}

/** Whether something in the page puts its replies in here, or replaces it. */
function isFilledLater(el: Element, { kit }: Scene): boolean {
  if (el.matches("body,[bus-live]")) return true;
  return [...el.ownerDocument.querySelectorAll(ASKING)].some((asker) => {
    if (/^(none|delete)\b/.test(kit.attribute(asker, "swap") ?? "")) return false;
    const target = targetOf(asker, kit.attribute(asker, "target"), kit);
    return target !== undefined && (el.contains(target) || target.contains(el));
  });
}

function targetOf(asker: Element, text: string | null | undefined, kit: Kit): Element | undefined {
  try {
    return text && text !== "this" ? kit.find(asker, text)[0] : asker;
  } catch {
    return undefined; // a selector that does not parse is another check's business
  }
}
