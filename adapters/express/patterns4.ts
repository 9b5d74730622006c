import type { Cut, Mount, Paths } from "./paths.ts";

/** Express 4 keeps the regular expression it matches with; its path is kept for people. */
export function languageOf4(regExp: RegExp, path: unknown): Paths {
  const texts = [path].flat(Number.POSITIVE_INFINITY).map(String);
  return { pattern: texts.join(", "), regExps: [regExp] };
}

/** What Express 4 writes behind the path of a mount, and between the paths of a list. */
const END = "\\/?(?=\\/|$)";

// Text, a parameter that fills a segment or follows other text, digits: what always ends at the same slash. The last
// parameter may be optional, or a star.
const PARAM = String.raw`\((?:\[\^\/(?:\\\.)?\]\+\?|\(\?:\(\?!\\\/\|[^()|]*\)\.\)\+\?|\\[dw]\+)\)`;
const GROUP = String.raw`\(\?:(?:\\[/.])?${PARAM}\)`;
const PIECE = String.raw`(?:\\[^\w]|[\w~!@%&=,;'"-]|${GROUP})`;
const PLAIN = new RegExp(`^${PIECE}*$`);
const OPTIONAL = new RegExp(String.raw`^(${PIECE}*)(\(\?:\\\/${PARAM}\))\?$`);
const STAR = new RegExp(String.raw`^${PIECE}*\(\.\*\)$`);

/** A mount of Express 4: only its regular expression and the names of its parameters are kept. */
export function mountOf4(regExp: RegExp, keys: unknown): Mount {
  const { source, ignoreCase: fold } = regExp;
  if (Reflect.get(regExp, "fast_slash") === true) return { pattern: "", cuts: [{ source: "", leaves: "rest" }], fold };
  const parts = source.split(`${END}|`).map((part) => part.replace(/^\^/, ""));
  const bodies = parts.map((part, i) =>
    i === parts.length - 1 && part.endsWith(END) ? part.slice(0, -END.length) : part,
  );
  const names = (Array.isArray(keys) ? keys : []).map((key: unknown) => String(Reflect.get(Object(key), "name")));
  const pattern = bodies.map((body) => readable(body, names)).join(", ");
  const cuts: Cut[] = [];
  for (const body of bodies) {
    const own = cutsOf(body);
    if (own === undefined) return { pattern, cuts: undefined, fold };
    const unless = cuts.map((cut) => cut.source).join("|");
    cuts.push(...own.map((cut): Cut => (unless === "" ? cut : { ...cut, unless })));
  }
  return { pattern, cuts: source.endsWith(END) ? cuts : undefined, fold };
}

function cutsOf(body: string): readonly Cut[] | undefined {
  if (PLAIN.test(body)) return [{ source: body, leaves: "slash" }];
  if (STAR.test(body)) return [{ source: body, leaves: "all" }];
  const found = OPTIONAL.exec(body);
  if (found === null) return undefined;
  const [, before = "", last = ""] = found;
  // the optional segment is taken whenever there is one
  return [
    { source: before + last, leaves: "slash" },
    { source: before, leaves: "end" },
  ];
}

/** The path again, as it was probably written. */
function readable(body: string, names: readonly string[]): string {
  let next = 0;
  const group = new RegExp(String.raw`\(\?:(\\[/.])?${PARAM}\)(\?)?|\(\.\*\)`, "g");
  const named = body.replace(group, (found: string, before: string | undefined, optional: string | undefined) => {
    const name = names[next++] ?? "";
    return found === "(.*)" ? "*" : `${before ?? ""}:${name}${optional ?? ""}`;
  });
  return named.replace(/\\([^\w])/g, "$1");
}
