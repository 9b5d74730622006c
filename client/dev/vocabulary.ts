import type { Kit } from "../core/extension-types.ts";

type Kind = "selectors" | "triggers" | "modifiers" | "swaps";

/** What the words of core, plus, page and morph are for. Words that an extension has added may be anything. */
const KINDS: Readonly<Record<Kind, readonly string[]>> = {
  selectors: ["this", "closest", "find", "next", "previous", "document", "window"],
  triggers: ["load", "every", "revealed", "intersect"],
  modifiers: ["from", "once", "delay", "changed", "throttle", "target", "consume", "if["],
  swaps: [
    ...["innerHTML", "outerHTML", "beforebegin", "afterbegin", "beforeend", "afterend", "delete", "none"],
    ...["before", "prepend", "append", "after"], // by page
    ...["textContent", "innerMorph", "outerMorph"],
  ],
};

/** The words that may stand in a place: those made for it that are loaded, and those of other extensions. */
export function wordsOf({ vocabulary }: Pick<Kit, "vocabulary">, kind: Kind): string[] {
  const others = Object.entries(KINDS).flatMap(([name, words]) => (name === kind ? [] : words));
  return Object.keys(vocabulary).filter((word) => !others.includes(word));
}
