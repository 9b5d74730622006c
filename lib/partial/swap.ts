import { selectorOf, selectorValue } from "./header-values.ts";
import type { Dialect } from "./request.ts";
import type { Show, SwapModifiers, SwapStyle } from "./swap-types.ts";

/** What htmx 2 does without an extension in the place of a style it does not have. */
const INSTEAD: Readonly<Partial<Record<SwapStyle, SwapStyle>>> = {
  innerMorph: "innerHTML",
  outerMorph: "outerHTML",
  textContent: "innerHTML", // its own would show the markup
};

/** The style as the one who asked knows it. */
export function styleFor(style: SwapStyle, dialect: Dialect): SwapStyle {
  return dialect === "hx2" ? (INSTEAD[style] ?? style) : style;
}

/** A swap as `bus-swap` has it: the style, then its modifiers. The three scripts agree on the styles, and on little else. */
export function swapValue(style: SwapStyle, modifiers: SwapModifiers, dialect: Dialect): string {
  const { delayMs, scroll, show, transition, focusScroll } = modifiers;
  const words: string[] = [selectorValue(styleFor(style, dialect))];
  if (delayMs !== undefined) words.push(`${dialect === "bus" ? "delay" : "swap"}:${Math.round(delayMs)}ms`);
  if (scroll !== undefined) words.push(...scrollWords("scroll", scroll, dialect));
  if (show !== undefined) words.push(...scrollWords("show", show, dialect));
  if (transition !== undefined) words.push(`transition:${transition}`);
  if (focusScroll !== undefined) words.push(`${dialect === "hx" ? "focusScroll" : "focus-scroll"}:${focusScroll}`);
  return words.join(" ");
}

function scrollWords(name: "scroll" | "show", to: Show, dialect: Dialect): string[] {
  const [where, edge] = partsOf(to);
  if (where === undefined) return [`${name}:${edge}`];
  return dialect === "hx" ? [`${name}:${edge}`, `${name}Target:${where}`] : [`${name}:${where}:${edge}`];
}

function partsOf(to: Show): readonly [where: string | undefined, edge: string] {
  if (typeof to === "object") return [selectorOf(to.place), to.edge];
  return to === "top" || to === "bottom" ? [undefined, to] : ["window", to.slice("window:".length)];
}
