import fc from "fast-check";
import { parseFragment, serialize } from "parse5";

const NAMES = (
  "div p span li ul dl dd dt h1 a b i nobr font button br hr img pre input select option center video x-y svg path desc foreignObject math mi " +
  "annotation-xml table tr td th tbody thead caption col colgroup template title textarea time noscript noframes nav frameset frame iframe " +
  "form fieldset body html head header link meta main label base style script plaintext image"
).split(" ");

const tags = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom("", "", "", "/"),
    fc.constantFrom("", "", ' id="a"', " x='<tr>'", "/", "\n"),
  )
  .map(([name, slash, rest]) => `<${slash}${name}${rest}>`);
const texts = fc.constantFrom(
  " ",
  "\n  ",
  "t",
  "&lt;",
  "<!--c-->",
  "<!---->",
  "<!doctype html>",
  "<1",
  "<",
  "<![CDATA[x]]>",
  "</>",
  "<?x>",
  "é",
);
const soups = fc
  .array(fc.oneof({ weight: 4, arbitrary: tags }, texts), { maxLength: 14 })
  .map((parts) => parts.join(""));

/** Markup with all that parsers treat specially, as it may be mistyped, or put right by another parser; often with an ordinary beginning. */
export const markup: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom("", "<div>", "<li>", "<p>", "<span>", "<svg>"), soups, fc.boolean())
  .map(([start, soup, isTidy]) => start + (isTidy ? serialize(parseFragment(soup)) : soup));
