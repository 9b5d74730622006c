import { suggest } from "../distance.ts";
import { readTriggers } from "../elements.ts";
import { EVENTS, SWAP_MODIFIERS } from "../names.ts";
import type { ElementCheck, Scene } from "../types.ts";
import { wordsOf } from "../vocabulary.ts";

/** Styles that are called like the method that does them. */
const METHODS = ["before", "prepend", "append", "after"];

/** `100ms`, `2s`, `1.5m`, or milliseconds. */
export const TIME: RegExp = /^\d+(\.\d+)?(ms|s|m)?$/;
const PLACE = /^(.+:)?(top|bottom)$/s;

/** Styles and modifiers of `bus-swap`, before a reply has to find out. */
export const swapStyles: ElementCheck = (el, attributes, scene) => {
  for (const { full, name, value } of attributes)
    if (name === "swap" && value.trim() !== "")
      for (const [subject, message] of mistakesInSwap(value, scene))
        scene.report("swap-unknown", el, `${full}="${value}": ${message}`, `${full} ${subject}`);
};

/** What is wrong with `beforeend scroll:bottom`: each mistake's place and message. */
export function* mistakesInSwap(
  text: string,
  { kit }: Pick<Scene, "kit">,
): Iterable<[subject: string, message: string]> {
  const [style, modifiers] = kit.words(text);
  const styles = [...new Set([...wordsOf(kit, "swaps"), ...METHODS])];
  if (!styles.includes(style))
    yield [style, `there is no style ${style}${suggest(style, styles) || `, only ${styles.join(", ")}`}`];
  for (const [key, value] of Object.entries(modifiers)) {
    const message = mistakeInModifier(key, value);
    if (message !== undefined) yield [key, message];
  }
}

function mistakeInModifier(key: string, value: string): string | undefined {
  if (key === "settle") return "there is no settling, so settle: does nothing";
  if (!SWAP_MODIFIERS.includes(key)) return `there is no modifier ${key}${suggest(key, SWAP_MODIFIERS)}`;
  if ((key === "delay" || key === "swap") && !TIME.test(value))
    return `${key}:${value} is no time: write 100ms, 2s or 1m`;
  if ((key === "scroll" || key === "show") && !PLACE.test(value)) return `${key}: takes top, bottom, or <selector>:top`;
  if (key === "transition" && value !== "true") return "transition: takes true; without a transition leave it out";
  if (key === "focus-scroll" && !/^(true|false)$/.test(value)) return "focus-scroll: takes true or false";
  return undefined;
}

/** Events and modifiers of `bus-trigger`. */
export const triggers: ElementCheck = (el, attributes, scene) => {
  for (const { full, name, value } of attributes) {
    if (name !== "trigger" || value.trim() === "") continue;
    for (const [event, modifiers] of readTriggers(scene.kit, value))
      for (const [subject, message] of mistakesInTrigger(el, event, modifiers, scene))
        scene.report("trigger-unknown", el, `${full}="${value}": ${message}`, `${full} ${subject}`);
  }
};

function* mistakesInTrigger(
  el: Element,
  event: string,
  modifiers: Readonly<Record<string, string>>,
  { kit }: Scene,
): Iterable<[subject: string, message: string]> {
  const words = wordsOf(kit, "triggers");
  const known = wordsOf(kit, "modifiers");
  const meant = words.includes(event) || `on${event}` in el ? "" : slipOf(event, words);
  if (meant) yield [event, `no browser fires ${event}${meant}`];
  const keys = Object.keys(modifiers);
  if (event === "every" && !keys.some((key) => TIME.test(key))) yield [event, "every needs a time: every 2s"];
  for (const key of keys) {
    const value = modifiers[key] ?? "";
    if (event === "every" && TIME.test(key)) continue;
    if (!known.includes(key)) yield [key, whyNoModifier(key, known)];
    else if ((key === "delay" || key === "throttle") && !TIME.test(value))
      yield [key, `${key}:${value} is no time: write 100ms, 2s or 1m`];
  }
}

/** An event of one's own may be called anything; only what is one slip away from a usual one is told. */
function slipOf(event: string, triggers: readonly string[]): string {
  const usual = [...EVENTS, ...triggers];
  return usual.some((name) => event.startsWith(name)) ? "" : suggest(event, usual); // `changed` may well be somebody's event
}

function whyNoModifier(key: string, known: readonly string[]): string {
  if (key === "queue") return 'there is no modifier queue; bus-sync has it: bus-sync="queue last"';
  if (key === "if[") return "filters need busbar-plus";
  return `there is no modifier ${key}${suggest(key, known)}`;
}
