import { say } from "./tables.ts";
import { HOLE, type Remark } from "./types.ts";

const STYLES = new Set(
  (
    "innerHTML outerHTML beforebegin afterbegin beforeend afterend delete none before prepend append after " +
    "innerMorph outerMorph"
  ).split(" "),
);
const MODIFIERS = new Set(["swap", "delay", "focus-scroll"]);
const PAGE = new Set(["scroll", "show", "transition"]);

/** What to write for the modifiers that are not read. */
const INSTEAD: ReadonlyMap<string, readonly [why: string, instead: string]> = new Map([
  [
    "settle",
    [
      "there is no settle phase",
      "a CSS animation on .htmx-added, with busbar-plus, or transition:true, with busbar-page",
    ],
  ],
  ["ignoreTitle", ["the title of a whole page is taken over", "a reply that is no whole page, or hx-select"]],
  ["target", ["the place stands in hx-target", "hx-target"]],
  ["swapEmpty", ["a reply of parts only leaves the target as it is", "an <hx-partial> for the target"]],
  ["strip", ["what is inserted is what stands in the reply", "hx-select, or a reply without the wrapper"]],
  ["focusScroll", ["another name", "focus-scroll:true"]],
  ["scrollTarget", ["the place stands in the modifier", "scroll:#selector:top"]],
  ["showTarget", ["the place stands in the modifier", "show:#selector:top"]],
]);

/** What becomes of a value of `hx-swap`. */
export function judgeSwap(value: string): Remark[] {
  const words = value
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  return words.flatMap((word, i) => judgeWord(word, i === 0));
}

function judgeWord(word: string, isFirst: boolean): Remark[] {
  if (word.includes(HOLE)) return [];
  const style = judgeStyle(word);
  if (style !== undefined && (isFirst || STYLES.has(word))) return style;
  const key = word.split(":")[0] ?? "";
  if (isFirst && word.includes(":") && (MODIFIERS.has(key) || PAGE.has(key)))
    return [say("change", "swap-style", "the first word is the style", `innerHTML ${word}`)];
  if (/^(?:scroll|show):none$/.test(word))
    return [
      say("change", "swap-modifier", `${word} is not read`, "remove it: only boosted links scroll by themselves"),
    ];
  if (word.includes(":") && MODIFIERS.has(key)) return [];
  if (word.includes(":") && PAGE.has(key)) return [say("page", "swap-modifier", `${key}: is in busbar-page`)];
  const [why, instead] = INSTEAD.get(key) ?? [
    `"${word}" is neither a style nor a modifier`,
    "a style: innerHTML, outerHTML, beforeend, ...",
  ];
  return [say("change", isFirst && !word.includes(":") ? "swap-style" : "swap-modifier", why, instead)];
}

/** Undefined for what is no style. */
function judgeStyle(word: string): Remark[] | undefined {
  if (word === "unset") return [say("change", "unset", "nothing is unset", "innerHTML")];
  if (/^(?:inner|outer)Morph$/.test(word)) return [say("morph", "morph", `${word} is in busbar-morph`)];
  if (word === "textContent") return [say("plus", "swap-style", "textContent is in busbar-plus")];
  if (STYLES.has(word)) return [];
  if (/^(?:morph|morphdom|alpine-morph|outerSync)(?::|$)/.test(word)) {
    const instead = /inner/i.test(word) ? "innerMorph" : "outerMorph";
    return [say("change", "swap-style", `${word} is another name`, `${instead}, and busbar-morph`)];
  }
  if (word.startsWith("multi:"))
    return [
      say(
        "change",
        "swap-style",
        "a reply has one main target",
        "several <hx-partial> or hx-swap-oob elements in one reply",
      ),
    ];
  return undefined;
}

/** What becomes of a value of `hx-swap-oob`: `true`, a style, or `style:selector`. */
export function judgeOob(value: string): Remark[] {
  const text = value.trim();
  const [first = ""] = text.split(/\s/);
  const [, style = "", selector] = /^(morph:(?:inner|outer)HTML|[^:\s]*)(?::(.*))?$/s.exec(selectorless(text)) ?? [];
  const remarks: Remark[] = [];
  if (style !== "" && style !== "true" && !style.includes(HOLE))
    remarks.push(
      ...(judgeStyle(style) ?? [
        say("change", "swap-style", `"${style}" is no style`, "true, a style, or style:selector"),
      ]),
    );
  if (selector !== undefined) remarks.push(...judgePlace(selector));
  else
    for (const word of text.slice(first.length).split(/\s+/))
      if (word !== "" && !word.includes(HOLE)) remarks.push(judgeOobWord(word, first === "true"));
  return remarks;
}

/** Words behind a style are modifiers; behind a selector they belong to it. */
function selectorless(text: string): string {
  const [first = ""] = text.split(/\s/);
  return first.includes(":") ? text : first;
}

function judgeOobWord(word: string, isTrue: boolean): Remark {
  const [, key = "", selector] = /^(\w+):(.*)/.exec(word) ?? [];
  if (/^(?:scroll|show)$/.test(key) && !word.endsWith(":none"))
    return isTrue
      ? say("change", "swap-modifier", `"${word}" stands behind a style, not behind true`, `outerHTML ${word}`)
      : say("page", "swap-modifier", `${key}: is in busbar-page`);
  const instead =
    key === "target"
      ? `style:selector, such as beforeend:${selector}`
      : "remove it; the main part waits, and takes the page with it";
  return say("change", "swap-modifier", `"${word}" is not read in hx-swap-oob`, instead);
}

/** Where a part of a reply goes: all that plain CSS finds. */
export function judgePlace(selector: string): Remark[] {
  if (/^(?:this|closest|find|next|previous|global)(?: |$)/.test(selector))
    return [say("change", "selector", `"${selector}": the place of a part is plain CSS, for the whole page`, "#id")];
  return [];
}
