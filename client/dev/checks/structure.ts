import { asks, asksOnClick, isIgnored, labelOf, triggersOf } from "../elements.ts";
import { VERBS } from "../names.ts";
import type { ElementCheck, Scene } from "../types.ts";

/** One verb to an element, and where it can be heard. */
export const verbs: ElementCheck = (el, attributes, { report }) => {
  const own = attributes.filter(({ name, suffix }) => suffix === "" && VERBS.includes(name));
  if (own.length === 0) return;
  const [first, ...others] = VERBS.filter((verb) => own.some(({ name }) => name === verb)).map((verb) => `bus-${verb}`);
  if (others.length > 0) report("verb-twice", el, `of ${first} and ${others.join(", ")} only ${first} counts`);
  if (isIgnored(el)) report("verb-ignored", el, `${first} is inside of bus-ignore, so it never asks`);
};

/** A click on the inner one is a click on the outer one, too. */
export const nested: ElementCheck = (el, _attributes, { kit, report }) => {
  if (!asksOnClick(kit, el) || triggersOf(kit, el).some(([, { consume }]) => consume !== undefined)) return;
  const outer = el.parentElement?.closest("*");
  for (let above = outer; above; above = above.parentElement) {
    if (!asksOnClick(kit, above) || !answersAnyClick(above, kit)) continue;
    report(
      "verb-nested",
      el,
      `a click here asks for ${labelOf(above)} around it, too; bus-trigger="click consume" keeps it`,
    );
    return;
  }
};

/** Links and submit buttons leave alone what is answered already; a filter or `target:` says which clicks are meant. */
function answersAnyClick(el: Element, kit: Scene["kit"]): boolean {
  return (
    !el.matches("a,button:not([type=button],[type=reset]),input") &&
    triggersOf(kit, el).some(([name, modifiers]) => name === "click" && !("if[" in modifiers || "target" in modifiers))
  );
}

/** What a mouse can click and no key: every other element can be reached by Tab. */
export const keyboard: ElementCheck = (el, _attributes, { kit, report }) => {
  if (!asksOnClick(kit, el)) return;
  if (el.localName === "a" && !el.hasAttribute("href")) {
    report(
      "link-no-href",
      el,
      "a link without href leads nowhere without the script, and no key reaches it: give it one, or use a button",
    );
  } else if (!el.matches(REACHABLE) && triggersOf(kit, el).every(([name]) => !/^key|^focus/.test(name))) {
    report("click-no-keyboard", el, `no key clicks a <${el.localName}>: use a button or a link`);
  }
};

const REACHABLE =
  "a,area[href],button,input,select,textarea,summary,label,option,[tabindex],[contenteditable],[role=button],[role=link],[role=tab]";

/** Each id that stands at more than one element. */
export function duplicateIds(root: ParentNode, { kit, report }: Scene): void {
  const first = new Map<string, Element>();
  let targets: ReadonlySet<string> | undefined;
  for (const el of root.querySelectorAll("[id]")) {
    const id = el.getAttribute("id") ?? "";
    const before = first.get(id);
    if (id === "") continue;
    if (before === undefined) {
      first.set(id, el);
      continue;
    }
    targets ??= namedTargets(root, kit);
    const end = targets.has(id) ? "; it is a target, and only the first one is found" : "";
    report("id-duplicate", el, `the id ${id} stands at ${labelOf(before)} already${end}`, id);
  }
}

function namedTargets(root: ParentNode, kit: Scene["kit"]): Set<string> {
  const names = new Set<string>();
  for (const el of root.querySelectorAll("*"))
    if (asks(el)) for (const [, id = ""] of (kit.attribute(el, "target") ?? "").matchAll(/#([\w-]+)/g)) names.add(id);
  return names;
}
