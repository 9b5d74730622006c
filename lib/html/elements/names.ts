const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Every ARIA state and property, without its prefix: ARIA 1.2 and the five that 1.3 adds. */
const ARIA: ReadonlySet<string> = /* @__PURE__ */ words(
  "activedescendant atomic autocomplete braillelabel brailleroledescription busy checked colcount colindex colindextext colspan " +
    "controls current describedby description details disabled dropeffect errormessage expanded flowto grabbed haspopup hidden " +
    "invalid keyshortcuts label labelledby level live modal multiline multiselectable orientation owns placeholder posinset " +
    "pressed readonly relevant required roledescription rowcount rowindex rowindextext rowspan selected setsize sort valuemax " +
    "valuemin valuenow valuetext",
);

/** What busbar's own scripts read, without the prefix; from `live` on that of live views. */
const BUS: ReadonlySet<string> = /* @__PURE__ */ words(
  "announce announce-error boost confirm delete disable encoding focus get headers ignore include indicator optimistic patch post " +
    "preload preserve push-url put replace-url select select-oob swap swap-oob sync target timeout trigger validate vals " +
    "live live-data slot input change debounce hook key latency nav recover throttle transition upload",
);

/** Events a live view may be bound to beside those above. */
const EVENTS: ReadonlySet<string> = /* @__PURE__ */ words("blur dblclick focusin focusout keydown keyup paste");
const INHERITED = ":inherited";

/**
 * Tells whether an attribute whose lower-case name starts with `aria-` or `bus-` is one that anything reads. Names that start with
 * neither are not judged: they are known.
 */
export function isKnownName(lower: string): boolean {
  if (lower.startsWith("aria-")) return ARIA.has(lower.slice(5));
  if (!lower.startsWith("bus-")) return true;
  const name = lower.slice(4, lower.endsWith(INHERITED) ? -INHERITED.length : undefined);
  return BUS.has(name) || EVENTS.has(name) || /^status:[1-5][\dx]{2}$/.test(name);
}

/** Every `aria-*` name, for tests and types. */
export function ariaNames(): string[] {
  return Array.from(ARIA, (name) => `aria-${name}`);
}

/** Every `bus-*` name without a suffix, for tests and types. */
export function busNames(): string[] {
  return Array.from(BUS, (name) => `bus-${name}`);
}
