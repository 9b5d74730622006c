import { failAt, type Site } from "../contexts.ts";
import { closeAmpersand } from "../encode/escape.ts";
import type { TokenSink } from "./token-sink.ts";
import { atHole, placeOf } from "./tokenizer-holes.ts";
import { data, type Tokenizer } from "./tokenizer-states.ts";

/**
 * Reads a template's statics as the HTML standard's tokenizer would, and tells what stands around every hole.
 * 1. Run the current state until the static ends.
 * 2. At the hole between two statics, the state decides: legal place, or refusal.
 * 3. At the end the state must be "between tags", or what follows the template would be read as part of it.
 */
export function tokenize(statics: readonly string[], sink: TokenSink, site: Site): void {
  const t: Tokenizer = {
    ...{
      sink,
      site,
      state: data,
      text: "",
      at: 0,
      copied: 0,
      tag: "",
      isEndTag: false,
      slash: false,
      attributeName: "",
    },
    ...{ nameStart: 0, quote: "", valueStart: 0, firstHole: -1, parts: [], textStart: 0, scriptDepth: 0 },
  };
  const last = statics.length - 1;
  for (let hole = 0; hole <= last; hole++) {
    t.text = statics[hole] ?? "";
    t.at = t.copied = t.valueStart = t.textStart = 0;
    while (t.at < t.text.length) t.state(t);
    if (hole < last) atHole(t, hole, statics[hole + 1] ?? "");
  }
  if (t.state !== data) throw failAt("HTML_UNFINISHED", `the template ends inside ${placeOf(t)}`, site);
  t.sink.copy(closeAmpersand(t.text.slice(t.copied)));
}
