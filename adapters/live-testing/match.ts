import { html as names } from "parse5";
import { attributeOf, type Element, elementsIn, isElement, isText, type Parent } from "./nodes.ts";
import type { Combinator, Complex, Compound, SelectorList, Simple, State } from "./selector.ts";

/** Asks about what a person has done to a control: whether it is checked. */
export type IsChecked = (element: Element) => boolean;

/** The elements inside a node that a selector means, in document order. */
export function selectAll(root: Parent, list: SelectorList, isChecked: IsChecked): Element[] {
  return [...elementsIn(root)].filter((element) => matches(element, list, isChecked));
}

/** Whether a selector means an element. */
export function matches(element: Element, list: SelectorList, isChecked: IsChecked): boolean {
  return list.some((complex) => fits(element, complex, 0, isChecked));
}

function fits(element: Element, complex: Complex, at: number, isChecked: IsChecked): boolean {
  const part = complex[at];
  if (part === undefined || !hasAll(element, part.compound, isChecked)) return false;
  if (part.combinator === undefined) return true;
  for (const other of related(element, part.combinator)) if (fits(other, complex, at + 1, isChecked)) return true;
  return false;
}

function* related(element: Element, combinator: Combinator): Generator<Element, void, void> {
  if (combinator === " " || combinator === ">") {
    for (let node = element.parentNode; isElement(node); node = node.parentNode) {
      yield node;
      if (combinator === ">") return;
    }
    return;
  }
  const siblings = siblingsOf(element);
  const before = siblings.slice(0, siblings.indexOf(element)).reverse();
  yield* combinator === "+" ? before.slice(0, 1) : before;
}

function hasAll(element: Element, compound: Compound, isChecked: IsChecked): boolean {
  return compound.every((simple) => has(element, simple, isChecked));
}

function has(element: Element, simple: Simple, isChecked: IsChecked): boolean {
  switch (simple.kind) {
    case "tag":
      return element.tagName.toLowerCase() === simple.name;
    case "attribute":
      return hasAttribute(element, simple);
    case "nth":
      return isNth(element, simple);
    case "is":
      return matches(element, simple.list, isChecked) !== simple.negated;
    case "state":
      return isInState(element, simple.name, isChecked);
  }
}

function hasAttribute(element: Element, simple: Extract<Simple, { kind: "attribute" }>): boolean {
  // HTML's names are lower case; SVG's are as written, so a lower-case name finds them too.
  const found =
    attributeOf(element, simple.name) ?? element.attrs.find(({ name }) => name.toLowerCase() === simple.name)?.value;
  if (found === undefined) return false;
  const value = simple.ignoresCase ? found.toLowerCase() : found;
  const wanted = simple.ignoresCase ? simple.value.toLowerCase() : simple.value;
  switch (simple.test) {
    case "":
      return true;
    case "=":
      return value === wanted;
    case "~=":
      return wanted !== "" && value.split(/[ \t\n\r\f]+/).includes(wanted);
    case "|=":
      return value === wanted || value.startsWith(`${wanted}-`);
    case "^=":
      return wanted !== "" && value.startsWith(wanted);
    case "$=":
      return wanted !== "" && value.endsWith(wanted);
    default:
      return wanted !== "" && value.includes(wanted);
  }
}

function isNth(element: Element, { step, offset, fromEnd, sameTag }: Extract<Simple, { kind: "nth" }>): boolean {
  const all = siblingsOf(element).filter((other) => !sameTag || other.tagName === element.tagName);
  const index = all.indexOf(element);
  const place = (fromEnd ? all.length - 1 - index : index) + 1 - offset;
  return step === 0 ? place === 0 : place / step >= 0 && place % step === 0;
}

function siblingsOf(element: Element): Element[] {
  return (element.parentNode?.childNodes ?? []).filter(isElement);
}

const CONTROLS = ["button", "input", "select", "textarea", "optgroup", "option", "fieldset"];

function isInState(element: Element, state: State, isChecked: IsChecked): boolean {
  if (state === "checked") return isChecked(element);
  if (state === "empty")
    return element.childNodes.every((node) => !isElement(node) && !(isText(node) && node.value !== ""));
  const isControl = element.namespaceURI === names.NS.HTML && CONTROLS.includes(element.tagName);
  return isControl && isDisabled(element) === (state === "disabled");
}

/** Whether a control is disabled, by itself or by a fieldset around it. */
export function isDisabled(element: Element): boolean {
  if (attributeOf(element, "disabled") !== undefined) return true;
  const { parentNode: parent } = element;
  if (element.tagName === "option") return isElement(parent) && parent.tagName === "optgroup" && isDisabled(parent);
  if (element.tagName === "optgroup") return false;
  let inner: Element = element;
  for (let node = parent; isElement(node); inner = node, node = node.parentNode) {
    if (node.tagName !== "fieldset" || attributeOf(node, "disabled") === undefined) continue;
    const legend = node.childNodes.find((child) => isElement(child) && child.tagName === "legend");
    if (inner !== legend) return true; // what stands in the first legend stays usable
  }
  return false;
}
