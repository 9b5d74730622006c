import { suggest } from "../distance.ts";
import { asks, isBoosted } from "../elements.ts";
import { RULE_WORDS, STATUS_RULE } from "../names.ts";
import type { ElementCheck, Scene } from "../types.ts";
import { mistakesInSwap, TIME } from "./grammar.ts";
import { checkSelector } from "./selectors.ts";

/** `bus-status:404="target:#errors swap:innerHTML"`. */
export const rules: ElementCheck = (el, attributes, scene) => {
  for (const { full, name, value } of attributes) {
    if (!STATUS_RULE.test(name) || value.trim() === "") continue;
    for (const [subject, message] of mistakesInRule(value, scene))
      scene.report("attribute-value", el, `${full}="${value}": ${message}`, `${full} ${subject}`);
    const { target } = scene.kit.words(`- ${value}`)[1];
    if (target !== undefined && (asks(el) || isBoosted(el))) checkSelector(el, name, target, true, scene);
  }
};

function* mistakesInRule(value: string, { kit }: Scene): Iterable<[subject: string, message: string]> {
  for (const [key, word] of Object.entries(kit.words(`- ${value}`)[1])) {
    if (!RULE_WORDS.includes(key)) yield [key, `a rule has no ${key}${suggest(key, RULE_WORDS)}`];
    else if (key === "swap" && word !== "") yield* mistakesInSwap(word, { kit });
  }
}

/** What only plus reads. */
export const extras: ElementCheck = (el, attributes, scene) => {
  const { kit, report } = scene;
  for (const { full, name, value } of attributes)
    if (name === "timeout" && !TIME.test(value))
      report("attribute-value", el, `${full}="${value}" is no time: write 100ms, 2s or 1m`, full);
  if (!asks(el) && !isBoosted(el)) return;
  checkSelector(el, "focus", kit.attribute(el, "focus") ?? "", false, scene);
  const id = kit.attribute(el, "optimistic");
  if (!id || el.ownerDocument.getElementById(id)?.localName === "template") return;
  const templates = Array.from(
    el.ownerDocument.querySelectorAll("template[id]"),
    (one) => one.getAttribute("id") ?? "",
  );
  const hint = templates.includes(id.replace(/^#/, "")) ? "; it takes an id without #" : suggest(id, templates);
  report("target-missing", el, `bus-optimistic="${id}" is the id of no template${hint}`, "optimistic");
};
