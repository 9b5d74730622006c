const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Every ARIA state and property, without its prefix: ARIA 1.2 and the five that 1.3 adds. */
const ARIA: ReadonlySet<string> = /* @__PURE__ */ words(
  "activedescendant atomic autocomplete braillelabel brailleroledescription busy checked colcount colindex colindextext colspan " +
    "controls current describedby description details disabled dropeffect errormessage expanded flowto grabbed haspopup hidden " +
    "invalid keyshortcuts label labelledby level live modal multiline multiselectable orientation owns placeholder posinset " +
    "pressed readonly relevant required roledescription rowcount rowindex rowindextext rowspan selected setsize sort valuemax " +
    "valuemin valuenow valuetext",
);

/** What busbar's own scripts read, without the prefix. */
const BUS: ReadonlySet<string> = /* @__PURE__ */ words(
  "announce announce-error boost confirm delete disable encoding focus get headers ignore include indicator live live-data optimistic patch post " +
    "preload preserve push-url put replace-url select select-oob slot swap swap-oob sync target timeout trigger validate vals",
);
const INHERITED = ":inherited";

/**
 * Tells whether an attribute whose lower-case name starts with `aria-` or `bus-` is one that anything reads. Names that start with
 * neither are not judged: they are known.
 */
export function isKnownName(lower: string): boolean {
  if (lower.startsWith("aria-")) return ARIA.has(lower.slice(5));
  if (!lower.startsWith("bus-")) return true;
  const name = lower.slice(4, lower.endsWith(INHERITED) ? -INHERITED.length : undefined);
  return BUS.has(name) || /^status:[1-5][\dx]{2}$/.test(name);
}

/** Every `aria-*` name, for tests and types. */
export function ariaNames(): string[] {
  return Array.from(ARIA, (name) => `aria-${name}`);
}

/** Every `bus-*` name without a suffix, for tests and types. */
export function busNames(): string[] {
  return Array.from(BUS, (name) => `bus-${name}`);
}
