import { foreignNames, unknownNames } from "./checks/attributes.ts";
import { extras, rules } from "./checks/extras.ts";
import { files, forms } from "./checks/forms.ts";
import { swapStyles, triggers } from "./checks/grammar.ts";
import { inheritance } from "./checks/inheritance.ts";
import { selectors } from "./checks/selectors.ts";
import { duplicateIds, keyboard, nested, verbs } from "./checks/structure.ts";
import { addresses, idle, json, words } from "./checks/values.ts";
import { isBoosted, ownAttributes } from "./elements.ts";
import type { ElementCheck, Scene } from "./types.ts";

/** Every check of elements. All but the first two are asked about elements with attributes of ours, or boosted ones. */
const CHECKS: readonly ElementCheck[] = [
  ...[unknownNames, json, addresses, words, idle, swapStyles, triggers, selectors],
  ...[inheritance, verbs, nested, keyboard, forms, files, rules, extras],
];

/**
 * Looks at a document, or what is in an element.
 * @remarks Time: one walk over all elements, and the checks at those with attributes of ours.
 */
export function scan(root: ParentNode, scene: Scene): void {
  for (const el of root.querySelectorAll("*")) {
    if (el.attributes.length === 0) continue;
    foreignNames(el, [], scene);
    const attributes = ownAttributes(el);
    if (attributes.length === 0 && !isBoosted(el)) continue;
    for (const check of CHECKS) attempt(() => check(el, attributes, scene));
  }
  attempt(() => duplicateIds(root, scene));
}

/** A check that cannot make sense of an element must not keep the others from it. */
function attempt(check: () => void): void {
  try {
    check();
  } catch (error) {
    console.debug("busbar: a check failed", error);
  }
}
