import { suggest } from "../distance.ts";
import { FROM_HTMX, KNOWN, OF_REQUESTS, STATUS_RULE } from "../names.ts";
import type { ElementCheck, Scene } from "../types.ts";

const isKnown = (name: string, { settings }: Scene): boolean =>
  KNOWN.has(name) || STATUS_RULE.test(name) || settings.attributes.includes(name);

/** Names that begin with `bus-` and that nothing reads. */
export const unknownNames: ElementCheck = (el, attributes, scene) => {
  for (const { full, name, suffix } of attributes) {
    if (!isKnown(name, scene)) {
      const hint = Object.hasOwn(FROM_HTMX, name)
        ? `: ${FROM_HTMX[name]}`
        : suggest(name, [...KNOWN, ...scene.settings.attributes], "bus-");
      scene.report("attribute-unknown", el, `nothing reads ${full}${hint}`, full);
    } else if (suffix !== "") checkSuffix(el, full, name, suffix, scene);
  }
};

function checkSuffix(el: Element, full: string, name: string, suffix: string, { report }: Scene): void {
  if (suffix !== ":inherited") {
    report("attribute-suffix", el, `nothing reads ${full}${suggest(suffix, [":inherited"], `bus-${name}`)}`, full);
  } else if (KNOWN.has(name) && !OF_REQUESTS.has(name)) {
    const why =
      name === "boost" || name === "ignore" ? "counts for all that is inside without it" : "is never inherited";
    report("attribute-suffix", el, `nothing reads ${full}: bus-${name} ${why}`, full);
  }
}

/** Names that do not begin with `bus-` and should: htmx's, `data-bus-*` and typing mistakes in the prefix. */
export const foreignNames: ElementCheck = (el, _attributes, scene) => {
  for (const { name: full } of el.attributes) {
    if (full.startsWith("bus-")) continue;
    const foreign = /^(data-bus-|hx-|data-hx-)([^:]+)/.exec(full);
    const [, prefix = "", name = ""] = foreign ?? [];
    if (prefix === "data-bus-" && isKnown(name, scene)) {
      scene.report("attribute-foreign", el, `nothing reads ${full}: write bus-${name}`, full);
    } else if (foreign && prefix !== "data-bus-" && !scene.hasHtmx) {
      const ours = isKnown(name, scene) ? `write bus-${name}` : (FROM_HTMX[name.split(":")[0] ?? ""] ?? "");
      scene.report(
        "attribute-foreign",
        el,
        `nothing reads ${full}, as htmx is not loaded; ${ours}`.replace(/; $/, ""),
        full,
      );
    } else {
      const [, slip = ""] = SLIP.exec(full) ?? [];
      if (KNOWN.has(slip.replace(/:.*/, "")))
        scene.report("attribute-unknown", el, `nothing reads ${full}; did you mean bus-${slip}?`, full);
    }
  }
};

/** What fingers make of `bus-`. */
const SLIP = /^(?:bsu-|ubs-|sub-|bu-|bs-|us-|buss-|bbus-|buus-|bus_|bus\.|bus:|bus(?=[a-z]))(.+)$/;
