import { html } from "../../../lib/html/index.ts";
import { type CaseList, refused } from "./case.ts";

const real = html`<b>x</b>`;

// What data from outside may look like.
const FORGED: readonly unknown[] = [
  JSON.parse('{"template":{"statics":["<img>"],"chunks":["<img>"],"operations":[],"parts":[]},"values":[]}'),
  JSON.parse('{"__proto__":{"template":{},"values":[]}}'),
  JSON.parse('{"markup":"<script>pwned()</script>"}'),
  JSON.parse('{"data":{"a":1}}'),
  JSON.parse('{"fn":"pwned","args":[]}'),
  JSON.parse('{"text":"a{}","attributes":{"onclick":"pwned()"}}'),
  JSON.parse('{"attributes":{"onclick":"pwned()"}}'),
  JSON.parse('{"kind":1,"$$typeof":"react.element","type":"script"}'),
  JSON.parse('{"toString":"<img>","length":1,"0":"<img>"}'),
  { ...real },
  { toString: () => "<img>", valueOf: () => "<img>", [Symbol.toPrimitive]: () => "<img>" },
  Object.assign(Object.create({ kind: 2 }), { markup: "<img>" }),
];

export const FORGED_CASES: readonly CaseList[] = [
  {
    context: "objects that imitate ours",
    cases: FORGED.flatMap((value, i) =>
      [
        refused("HTML_BAD_HOLE", "<p>§</p>", value),
        refused("HTML_BAD_HOLE", "<p title=§></p>", value),
        refused("HTML_BAD_HOLE", "<a href='/§'></a>", value),
        refused("HTML_BAD_HOLE", "<p §></p>", value),
        refused("HTML_SCRIPT_HOLE", "<script>§</script>", value),
        refused("HTML_HANDLER_HOLE", "<p onclick=§></p>", value),
        refused("HTML_BAD_HOLE", "<iframe srcdoc=§></iframe>", value),
        refused("HTML_RAW_TEXT_HOLE", "<style>§</style>", value),
      ].map((own) => ({ ...own, name: `${own.name} number ${i}` })),
    ),
  },
];
