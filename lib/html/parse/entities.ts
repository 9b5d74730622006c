// The references authors write in attributes. The full table has 2,231 entries; the rest may be written as the character itself.
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", AMP: "&", LT: "<", GT: ">", QUOT: '"' },
    ...{ colon: ":", semi: ";", sol: "/", bsol: "\\", comma: ",", period: ".", quest: "?", excl: "!", num: "#" },
    ...{
      dollar: "$",
      percnt: "%",
      equals: "=",
      plus: "+",
      ast: "*",
      commat: "@",
      lowbar: "_",
      grave: "`",
      hyphen: "\u2010",
    },
    ...{ lpar: "(", rpar: ")", lsqb: "[", rsqb: "]", lcub: "{", rcub: "}", Tab: "\t", NewLine: "\n", verbar: "|" },
    ...{ copy: "\u00a9", reg: "\u00ae", trade: "\u2122", hellip: "\u2026", mdash: "\u2014", ndash: "\u2013" },
    ...{ lsquo: "\u2018", rsquo: "\u2019", ldquo: "\u201c", rdquo: "\u201d", bull: "\u2022", middot: "\u00b7" },
    ...{ times: "\u00d7", laquo: "\u00ab", raquo: "\u00bb", euro: "\u20ac", pound: "\u00a3", sect: "\u00a7" },
    ...{ rarr: "\u2192", larr: "\u2190", uarr: "\u2191", darr: "\u2193", deg: "\u00b0", shy: "\u00ad" },
  }),
);

// In attributes, the old names also work without `;` when neither `=` nor a letter or digit follows.
const REFERENCE = /&(?:#[xX]([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z][A-Za-z0-9]*));?/g;

/** What the parser will make of a static part of an attribute. `exact` is false when it holds a reference we do not know. */
export function decodeReferences(text: string): { readonly text: string; readonly exact: boolean } {
  if (!text.includes("&")) return { text, exact: true };
  let exact = true;
  const decoded = text.replace(REFERENCE, (whole: string, hex?: string, decimal?: string, name?: string, at = 0) => {
    if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
    if (decimal !== undefined) return fromCode(Number.parseInt(decimal, 10));
    const known = NAMED.get(name ?? "");
    if (whole.endsWith(";")) {
      if (known !== undefined) return known;
    } else if (
      /^[=0-9A-Za-z]/.test(text.slice(at + whole.length)) ||
      !/^(?:amp|lt|gt|quot|nbsp|copy|reg)$/i.test(name ?? "")
    ) {
      return whole; // no reference: `?a=1&b=2`
    } else if (known !== undefined) {
      return known;
    }
    exact = false;
    return "\uFFFD";
  });
  return { text: decoded, exact };
}

function fromCode(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\uFFFD";
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252[code - 0x80] ?? "\uFFFD";
  return String.fromCodePoint(code);
}

// The standard reads numeric references 128..159 as Windows-1252.
const WINDOWS_1252 = Array.from(
  "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f" +
    "\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178",
);
