import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRouter } from "../../lib/router/index.ts";
import { runs } from "../helpers/runs.ts";

const accepted: readonly (readonly [source: string, yes: readonly string[], no: readonly string[]])[] = [
  ["\\d+", ["0", "42"], ["a", "4a", "٣"]],
  ["\\d{4}-\\d{2}-\\d{2}", ["2024-02-29"], ["2024-2-29", "2024-02-291"]],
  ["[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]],
  ["en|de|fr", ["en", "fr"], ["e", "ende"]],
  ["(en|de)(-[A-Z]{2})?", ["en", "de-AT"], ["en-", "-AT"]],
  ["[a-z0-9]+(?:-[a-z0-9]+)*", ["a", "a-b-c1"], ["-a", "a--b", "a-"]],
  ["[\\w.-]+", ["a.b-c_D9"], ["a b"]],
  ["[^/]+", ["a", "é"], ["a/b"]],
  ["-?\\d+(?:\\.\\d+)?", ["-1.5", "7"], ["1.", ".5"]],
  [".*\\.json", ["a.json", ".json", "a.json.json"], ["ajson", "a\n.json"]],
  [".+", ["a", "..."], ["\n"]],
  ["\\x41\\u0042[\\]\\\\]\\.\\/", ["AB]./", "AB\\./"], ["AB./"]],
  ["[^\\d\\s]+", ["ab"], ["a1", "a b"]],
  ["[-a]+", ["-a"], ["b"]],
  ["a{2}b{1,2}c{1,}", ["aabc", "aabbccc"], ["abc", "aabbbc"]],
  ["\\w+?", ["abc"], ["-"]],
  ["\\S{1,3}", ["a", "abc"], ["abcd", "a c"]],
  ["\\d*", ["1"], ["a"]],
  ["é+", ["éé"], ["e"]],
];

const refused: readonly (readonly [source: string, reason: string])[] = [
  ["", "no text fits it"],
  ["(a+)+", "loops nest"],
  ["(?:a*)*", "can be empty"],
  ["(?:a|a)*b", "many ways"],
  ["(?:a|aa)+", "many ways"],
  ["\\d+\\d+", "many ways"],
  ["\\d*x?\\d*", "many ways"],
  [".*a.*", "many ways"],
  ["(?:\\w+\\.?)+", "loops nest"],
  ["(?:a|a){30}", "many ways"],
  [`${"a?".repeat(30)}${"a".repeat(30)}`, "many ways"],
  ["(?:a?){30}", "can be empty"],
  ["[ab]*a[ab]{12}", "too complex"],
  ["(?=a)a", "look-ahead"],
  ["(?!a)b", "look-ahead"],
  ["(?<=a)b", "look-behind"],
  ["(?<n>a)", "named groups"],
  ["(?i:a)", "flag group"],
  ["(a)\\1", "back-references"],
  ["^a$", "drop the anchor"],
  ["a\\b", "look around"],
  ["\\p{L}+", "not supported"],
  ["\\c", "not supported"],
  ["a**", "a quantifier follows another"],
  ["*", "nothing to repeat"],
  ["a{2,1}", "out of order"],
  ["a{999}", "more than 128 times"],
  ["(?:[ab]{100}){100}", "spells out"],
  ["a{x}", "starts no quantifier"],
  ["[z-a]", "out of order"],
  ["[\\d-z]", "cannot bound a range"],
  ["[]", "is empty"],
  ["[😀]", "above U+FFFF"],
  ["\\xZZ", "hexadecimal"],
  ["a".repeat(300), "longer than"],
  [`${"(".repeat(20)}a${")".repeat(20)}`, "deeper than"],
];

describe("a constraint", () => {
  for (const [source, yes, no] of accepted) {
    test(`accepts ${source} and means by it what a regular expression means`, () => {
      const router = createRouter<number>();
      router.add("GET", `/:x(${source})`, 1);
      for (const text of yes) expect(router.find("GET", `/${encodeURIComponent(text)}`)?.params["x"], text).toBe(text);
      for (const text of no) expect(router.find("GET", `/${encodeURIComponent(text)}`), text).toBe(undefined);
    });
  }

  for (const [source, reason] of refused) {
    test(`refuses ${source.slice(0, 40)}: ${reason}`, () => {
      const expected = expect.objectContaining({
        code: "ROUTER_BAD_CONSTRAINT",
        message: expect.stringContaining(reason),
      });
      expect(() => createRouter<number>().add("GET", `/:x(${source})`, 1)).toThrow(expected);
    });
  }

  test("agrees with RegExp on random expressions", () => {
    const atom = fc.constantFrom("a", "b", "\\d", "[ab]", "[^a]", ".", "-");
    const { expression } = fc.letrec<{ expression: string }>((tie) => ({
      expression: fc.oneof(
        { depthSize: "small" },
        atom,
        fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `${a}${b}`),
        fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `(?:${a}|${b})`),
        fc.tuple(tie("expression"), fc.constantFrom("?", "*", "+", "{2}", "{1,3}")).map(([a, q]) => `(?:${a})${q}`),
      ),
    }));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "1", "-"), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(expression, fc.array(text, { minLength: 20, maxLength: 20 }), (source, texts) => {
        const router = createRouter<number>();
        try {
          router.add("GET", `/:x(${source})`, 1);
        } catch {
          return; // refused: the other tests say when
        }
        const regExp = new RegExp(`^(?:${source})$`);
        for (const one of texts)
          expect(router.find("GET", `/${one}`) !== undefined, `${source} ${one}`).toBe(regExp.test(one));
      }),
      { numRuns: runs(1000) },
    );
  });
});
