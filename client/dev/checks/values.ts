import { asks, isBoosted } from "../elements.ts";
import { OF_REQUESTS, OF_TARGETS, STATUS_RULE, VERBS } from "../names.ts";
import type { ElementCheck, Scene } from "../types.ts";

/** `bus-vals` and `bus-headers` take a JSON object. */
export const json: ElementCheck = (el, attributes, { report }) => {
  for (const { full, name, value } of attributes) {
    if ((name !== "vals" && name !== "headers") || value === "") continue;
    const why = whyNoObject(value);
    if (why !== undefined) report("json-invalid", el, `${full} ${why}; nothing is sent`, full);
  }
};

function whyNoObject(text: string): string | undefined {
  if (/^\s*(js|javascript):/.test(text)) return "takes JSON only: no script is ever run from an attribute";
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? undefined : "is no JSON object";
  } catch (error) {
    return `is not JSON (${error instanceof Error ? error.message : error})`;
  }
}

/** Where verbs and the address bar lead. */
export const addresses: ElementCheck = (el, attributes, scene) => {
  const base = el.ownerDocument.baseURI;
  for (const { full, name, value } of attributes) {
    const isVerb = VERBS.includes(name);
    const isAddress = isVerb || (/^(push|replace)-url$/.test(name) && value !== "true" && value !== "false");
    if (!isAddress || value === "") continue;
    const why = whyRefused(value, base);
    if (why !== undefined)
      scene.report("url-refused", el, `${full}="${value}" ${why}: nothing is ${isVerb ? "asked" : "shown"}`, full);
    else if (/\[object |(^|[/=])(undefined|null|NaN)(?=[/&?#]|$)/.test(decode(value)))
      scene.report("url-odd", el, `${full}="${value}" looks like a value that was missing on the server`, full);
  }
};

/** Why an address may not be asked; undefined when it may. */
export function whyRefused(text: string, base: string): string | undefined {
  if (!URL.canParse(text, base)) return "is no address";
  const url = new URL(text, base);
  if (!/^https?:$/.test(url.protocol)) return "is not http(s)";
  return url.origin === new URL(base).origin || url.origin === location.origin ? undefined : "is of another origin";
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign
  }
}

/** Values out of a short list. */
const WORDS: Readonly<Record<string, readonly [RegExp, string]>> = {
  encoding: [/multi/, "only multipart/form-data makes a difference"],
  validate: [/^(true|false|)$/, "true or false"],
  boost: [/^(true|false|)$/, "true or false"],
};

export const words: ElementCheck = (el, attributes, { report }) => {
  for (const { full, name, value } of attributes) {
    const [pattern, hint] = Object.hasOwn(WORDS, name) ? (WORDS[name] ?? []) : [];
    if (pattern && !pattern.test(value)) report("attribute-value", el, `${full}="${value}": ${hint}`, full);
    if (name === "preserve" && !el.getAttribute("id"))
      report("preserve-no-id", el, "bus-preserve finds an element again by its id: give it one", full);
  }
};

/** Attributes of requests where there is none to be made. Around elements that ask it is the business of inheritance. */
export const idle: ElementCheck = (el, attributes, scene) => {
  if (asks(el) || el.matches("[bus-partial],bus-partial") || isBoosted(el) || isElsewhere(el, scene)) return;
  for (const { full, name, suffix } of attributes)
    if (suffix === "" && (STATUS_RULE.test(name) || (OF_REQUESTS.has(name) && !OF_TARGETS.has(name))))
      scene.report("attribute-idle", el, `${full} does nothing here: the element has no verb such as bus-get`, full);
};

/** Whether something inside asks (then inheritance has its say), or an extension reads the element. */
function isElsewhere(el: Element, { settings, kit }: Scene): boolean {
  if (kit.inherit || settings.attributes.some((name) => el.hasAttribute(`bus-${name}`))) return true;
  if (el.matches("[bus-ignore] *,[bus-ignore]")) return true;
  return [...el.querySelectorAll("*")].some((inner) => asks(inner) || isBoosted(inner));
}
