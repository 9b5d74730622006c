import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { html, json, renderToString } from "../../lib/html/index.ts";
import { runs } from "../helpers/runs.ts";
import { bare, treeOf } from "../oracle/html.ts";
import { errorOf, render } from "./helpers.ts";

// What may be open around a template: in each of these some element that holds raw text elsewhere does not, or the other way round.
const AROUND = [
  ...[
    "",
    "<select>",
    "<select><option>",
    "<svg>",
    "<svg><desc>",
    "<math>",
    "<math><mtext>",
    "<select><svg>",
    "<select><math>",
  ],
  ...["<table>", "<table><tr>", "<table><colgroup>", "<template>", "<template><col>", "<template><tr>", "<noscript>"],
  ...[
    "<!doctype html><head>",
    "<!doctype html><head><noscript>",
    "<!doctype html><frameset>",
    "<!doctype html><frameset><frame>",
  ],
];
const AMBIGUOUS: readonly (readonly [statics: readonly string[]])[] = [
  [['<select><style><p title="</style/>', "</select>"]],
  [['<style><p title="</style>', ""]],
  [['<style><p title="</style>']], // what follows in the template around it would stand in the attribute
  [["<style><!-- </style>", ""]],
  [['<style><p title="</style><p title="', '">']],
  [['<table><style><p title="</style><tr><td>', "</table>"]],
  [['<title><p title="</title>', ""]],
  [['<textarea><p title="</textarea>', ""]],
  [['<xmp><p title="</xmp>', ""]],
  [['<noembed><p title="</noembed>', ""]],
  [['<noframes><p title="</noframes>', ""]],
  [['<iframe><p title="</iframe>', ""]],
  [["<noframes><!--</noframes>", ""]],
  [["<script><!--</script><p lang='--><p title=\"'>", ""]],
  [['<script>s = "<p title=\'"</script>', ""]],
  [["<svg><style><p lang='</style><p title=\"", "\" lang=''></svg>"]],
  [["<svg><title><a lang='</title><a title=\"", "\" lang=''></svg>"]],
  [["<svg><script><a lang='</script><a title=\"", "\" lang=''></svg>"]],
  [["<svg><![CDATA[ > <p title=' ]]>", "</svg>"]],
  [["<noscript><p lang='</noscript><p title=\"", "\" lang=''></noscript>"]],
  [['<noscript><!-- </noscript><p title=" -->', "</noscript>"]],
  [["<p lang='</noscript><p title=\"", "\" lang=''>"]],
  [["<noscript><style></noscript><p title='</style>", "</noscript>"]],
];

describe("a template that parsers read in two ways is refused, with file and line", () => {
  test.each(AMBIGUOUS)("%j", (statics) => {
    const error = errorOf(() => render(statics, ...statics.slice(1).map(() => "x")));
    expect(error.code).toBe("HTML_AMBIGUOUS");
    expect(error.message).toMatch(/readings\.test\.ts|an unknown place|helpers\.ts/);
  });
});

describe("what all parsers read alike stays as it is", () => {
  test.each([
    ['<script>if (a<b && c) f("it\'s", \'<p title="x">\')</script><p>', "</p>"],
    ["<script>document.write(\"<noscript><img alt='x'></noscript>\")</script><p>", "</p>"],
    ["<script>for (let i=0;i<n;i++) s = 'x'</script><p>", "</p>"],
    ["<script><!-- f()</script><p>", "</p><!-- x -->"],
    ["<script><!-- hidden\nf()\n//--></script><p>", "</p>"],
    ["<script>//<![CDATA[\nif (a > b) f()\n//]]></script><p>", "</p>"],
    [
      "<style>a::after { content: '<b>' } a > b { background: url(\"data:image/svg+xml,<svg xmlns='x'/>\") }</style><p>",
      "</p>",
    ],
    ["<textarea><script src='x'></script> <b</textarea><p>", "</p>"],
    ["<title>a < b</title><p>", "</p>"],
    ["<noscript><iframe src='x' height=0></iframe><style>a { }</style></noscript><p>", "</p>"],
    ["<!-- <noscript>old</noscript> --><p>", "</p>"],
    ["<svg><title>x</title><style><![CDATA[ a > b { } ]]></style><script href='a.js'/></svg><p>", "</p>"],
    ["<select><style>option { color: red }</style><option>", "</option></select>"],
  ])("%j", (...statics) => {
    expect(render(statics, "<b>")).toBe(statics.join("&lt;b&gt;"));
  });

  test("a script with a hole beside a comparison", () => {
    expect(renderToString(html`<script>if (a<b) f(${json("x")})</script>`)).toContain('f("x")');
  });
});

const TAGS = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"];
const MARKS = [
  "<p title='",
  '<p title="',
  "<!--",
  "<!-- <p lang='",
  "<![CDATA[",
  "<![CDATA[ > ",
  "<a",
  "<a href=",
  "</noscript>",
];
const CLOSES = ["'", '"', "'>", '">', " -->", "]]>", ">", ""];
const PLACES = ["§", "§", "<p title='§'>", '<p title="§">', "<p title=§ lang=x>", ""];
const WRAPS = ["", "", "<svg>", "<select>", "<math>", "<noscript>", "<template><col>", "<svg><desc>", "</svg>"];
const raw = fc
  .tuple(fc.constantFrom(...TAGS), fc.constantFrom(...MARKS), fc.constantFrom(...CLOSES))
  .map(([tag, mark, close]) => `<${tag}>${mark}${close}</${tag}>`);
const piece = fc.oneof(
  raw,
  fc.constantFrom(...PLACES),
  fc.constantFrom(...MARKS, ...CLOSES),
  fc.constantFrom(...WRAPS),
);
const templates = fc
  .tuple(fc.constantFrom(...WRAPS), raw, fc.array(piece, { maxLength: 4 }), fc.constantFrom(...PLACES))
  .map(([wrap, first, rest, place]) => wrap + first + rest.join("") + place);
const HOSTILE = [
  "\"'><script>x</script>",
  "--><img>",
  "</title></textarea></style></script></noscript><img>",
  "'x",
  '"x',
  "]]><img>",
];

test("no value changes the structure, whatever is open around the template and whether scripts run", () => {
  let accepted = 0;
  fc.assert(
    fc.property(templates, fc.constantFrom(...HOSTILE), (template, value) => {
      const statics = template.split("§");
      const values = statics.slice(1).map(() => value);
      fc.pre(values.length > 0);
      let source: string;
      let harmless: string;
      try {
        source = render(statics, ...values);
        harmless = render(statics, ...values.map(() => "zq"));
      } catch (error) {
        expect(error).toHaveProperty("code", expect.stringMatching(/^HTML_/));
        return;
      }
      accepted++;
      for (const around of AROUND) {
        for (const scripting of [false, true]) {
          const [got, wanted] = [source, harmless].map((text) => treeOf(around + text, scripting).map(bare));
          expect([around, scripting, got]).toEqual([around, scripting, wanted]);
        }
      }
    }),
    { numRuns: runs(2000) },
  );
  expect(accepted).toBeGreaterThan(runs(100));
});
