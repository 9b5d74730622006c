import type { Kit } from "../core/index.ts";
import { VERBS } from "./names.ts";
import type { OwnAttribute } from "./types.ts";

/** Selects what asks by an attribute of its own. */
export const ASKING: string = VERBS.map((verb) => `[bus-${verb}]`).join();

/** An element as text: `button#add`. */
export function labelOf(el: Element): string {
  const id = el.getAttribute("id"); // not el.id: of a form that may be a field of this name
  return el.localName + (id ? `#${id}` : "");
}

/** The attributes of ours on an element. */
export function ownAttributes(el: Element): OwnAttribute[] {
  const found: OwnAttribute[] = [];
  for (const { name: full, value } of el.attributes) {
    if (!full.startsWith("bus-")) continue;
    const [, name = "", suffix = ""] = /^bus-(status:[^:]*|[^:]*)(:.*)?$/s.exec(full) ?? [];
    found.push({ full, name, suffix, value });
  }
  return found;
}

/** Whether the element has a verb that counts. */
export function asks(el: Element): boolean {
  return el.matches(ASKING) && !isIgnored(el);
}

export function isIgnored(el: Element): boolean {
  return el.closest("[bus-ignore]") !== null;
}

/** Whether it is an ordinary link or form that is answered in place. */
export function isBoosted(el: Element): boolean {
  if (!el.matches("a[href]:not([download]),form") || isIgnored(el)) return false;
  return el.closest("[bus-boost]")?.matches(":not([bus-boost=false])") ?? false;
}

/** The verb that counts. */
export function verbOf(el: Element): string | undefined {
  return VERBS.find((verb) => el.hasAttribute(`bus-${verb}`));
}

/** What an element asks for, by its verb or because it is boosted: `POST /x`. */
export function wishOf(el: Element): { readonly method: string; readonly url: string } | undefined {
  const verb = isIgnored(el) ? undefined : verbOf(el);
  if (verb) return { method: verb.toUpperCase(), url: el.getAttribute(`bus-${verb}`) ?? "" };
  if (!isBoosted(el)) return undefined;
  const isForm = el.localName === "form";
  const method = (isForm && el.getAttribute("method")?.toUpperCase()) || "GET";
  return { method, url: el.getAttribute(isForm ? "action" : "href") ?? "" };
}

/** The event that an element asks on when no trigger is written. */
export function usualTrigger(el: Element): "submit" | "change" | "click" {
  if (el.matches("form")) return "submit";
  const isButton = el.matches("input") && /^(button|submit|image|reset)$/.test(el.getAttribute("type") ?? "");
  return el.matches("input,select,textarea") && !isButton ? "change" : "click";
}

/** Names and modifiers of the element's triggers; empty where they cannot be read. */
export function triggersOf(kit: Kit, el: Element): (readonly [name: string, modifiers: Record<string, string>])[] {
  const text = kit.attribute(el, "trigger")?.trim();
  return text ? readTriggers(kit, text) : [[usualTrigger(el), {}]];
}

/** As the client reads them: a filter is a modifier called `if[`. */
export function readTriggers(kit: Kit, text: string): [name: string, modifiers: Record<string, string>][] {
  return kit
    .split(text)
    .filter((part) => part !== "")
    .map((part) => kit.words(part.replace(/^([^\s[]+)\[/, "$1 if[:")));
}

/** Whether a click on the element itself makes it ask. */
export function asksOnClick(kit: Kit, el: Element): boolean {
  return asks(el) && triggersOf(kit, el).some(([name, { from }]) => name === "click" && from === undefined);
}

/** The controls of a form: inside of it, or named to it by their `form` attribute. By hand, as `form.elements` may be a field. */
export function controlsOf(form: Element): Element[] {
  const id = form.getAttribute("id");
  const controls = "button,input,select,textarea";
  return [
    ...[...form.querySelectorAll(controls)].filter((el) => !el.hasAttribute("form")),
    ...[...form.ownerDocument.querySelectorAll("[form]")].filter((el) => el.getAttribute("form") === id),
  ];
}
