import { CodedError } from "../../lib/errors/index.ts";

/** How two compounds of a selector stand to each other: the left one above, right above, before, right before the right one. */
export type Combinator = " " | ">" | "~" | "+";

/** One condition on one element. */
export type Simple =
  | { readonly kind: "tag"; readonly name: string }
  | {
      readonly kind: "attribute";
      readonly name: string;
      readonly test: string;
      readonly value: string;
      readonly ignoresCase: boolean;
    }
  /** The place among its siblings: `step * n + offset`, from the end, among those of its tag. */
  | {
      readonly kind: "nth";
      readonly step: number;
      readonly offset: number;
      readonly fromEnd: boolean;
      readonly sameTag: boolean;
    }
  | { readonly kind: "is"; readonly list: SelectorList; readonly negated: boolean }
  | { readonly kind: "state"; readonly name: State };

export type State = "checked" | "disabled" | "enabled" | "empty";
/** Conditions that hold of one element together. */
export type Compound = readonly Simple[];
/** Compounds from right to left, each with what joins it to the one on its left. */
export type Complex = readonly { readonly compound: Compound; readonly combinator: Combinator | undefined }[];
export type SelectorList = readonly Complex[];

const NAME =
  /-?(?:[_a-zA-Z\u0080-\uffff]|\\(?:[0-9a-fA-F]{1,6}\s?|[^\n0-9a-fA-F]))(?:[\w\u0080-\uffff-]|\\(?:[0-9a-fA-F]{1,6}\s?|[^\n0-9a-fA-F]))*|--(?:[\w\u0080-\uffff-])*/y;
const HASH = /#((?:[\w\u0080-\uffff-]|\\(?:[0-9a-fA-F]{1,6}\s?|[^\n0-9a-fA-F]))+)/y;
const ATTRIBUTE =
  /\[\s*((?:[\w\u0080-\uffff-]|\\.)+)\s*(?:([~|^$*]?=)\s*(?:"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'|((?:[\w\u0080-\uffff-]|\\.)+))\s*(i)?\s*)?\]/y;
const NTH = /\(\s*(?:(odd|even)|([+-]?\d*)n(?:\s*([+-])\s*(\d+))?|([+-]?\d+))\s*\)/iy;
const COMBINATOR = /\s*([>+~])\s*|\s+/y;
const STATES: readonly State[] = ["checked", "disabled", "enabled", "empty"];
const PLACES: Readonly<Record<string, readonly Place[] | undefined>> = Object.assign(Object.create(null), {
  "first-child": [{ step: 0, offset: 1 }],
  "last-child": [{ step: 0, offset: 1, fromEnd: true }],
  "only-child": [
    { step: 0, offset: 1 },
    { step: 0, offset: 1, fromEnd: true },
  ],
  "first-of-type": [{ step: 0, offset: 1, sameTag: true }],
  "last-of-type": [{ step: 0, offset: 1, fromEnd: true, sameTag: true }],
  "only-of-type": [
    { step: 0, offset: 1, sameTag: true },
    { step: 0, offset: 1, fromEnd: true, sameTag: true },
  ],
});

interface Place {
  readonly step: number;
  readonly offset: number;
  readonly fromEnd?: boolean;
  readonly sameTag?: boolean;
}

const SUPPORTED =
  "tag, *, #id, .class, [attribute], [attribute=value] with = ~= |= ^= $= *= and i, :nth-child() and its relatives, :not(), :is(), " +
  ":checked, :disabled, :enabled, :empty, the combinators descendant, >, + and ~, and lists";

/**
 * Reads a CSS selector.
 * @throws CodedError `TESTING_BAD_SELECTOR` naming the place, and what is supported.
 */
export function parseSelector(text: string): SelectorList {
  const reader = new Reader(text);
  const list = reader.list();
  if (reader.at < text.length) reader.fail(reader.at);
  return list;
}

class Reader {
  at = 0;
  readonly #text: string;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  list(): SelectorList {
    if (++this.#depth > 20) this.fail(this.at);
    const list: Complex[] = [];
    do list.push(this.#complex());
    while (this.#take(/\s*,\s*/y));
    this.#depth--;
    return list;
  }

  #complex(): Complex {
    this.#take(/\s+/y);
    const parts: { compound: Compound; combinator: Combinator | undefined }[] = [];
    let combinator: Combinator | undefined;
    for (;;) {
      parts.unshift({ compound: this.#compound(), combinator });
      if (/^\s*(?:[,)]|$)/.test(this.#text.slice(this.at))) break;
      const found = this.#take(COMBINATOR) ?? this.fail(this.at);
      combinator = (found[1] ?? " ") as Combinator; // cast: the pattern takes no other
    }
    this.#take(/\s+/y);
    return parts;
  }

  #compound(): Compound {
    const simple: Simple[] = [];
    const start = this.at;
    if (this.#take(/\*/y) === undefined) {
      const name = this.#take(NAME)?.[0];
      if (name !== undefined) simple.push({ kind: "tag", name: unescaped(name).toLowerCase() });
    }
    const afterTag = this.at;
    for (let next = this.#simple(); next !== undefined; next = this.#simple()) simple.push(...next);
    if (this.at === start && afterTag === start) this.fail(start);
    return simple;
  }

  #simple(): readonly Simple[] | undefined {
    const hash = this.#take(HASH);
    if (hash !== undefined) return [attribute("id", "=", unescaped(hash[1] ?? ""))];
    if (this.#text[this.at] === ".") {
      const start = this.at++;
      const name = this.#take(NAME)?.[0] ?? this.fail(start);
      return [attribute("class", "~=", unescaped(name))];
    }
    if (this.#text[this.at] === "[") {
      const [, name = "", test = "", double, single, bare, i] = this.#take(ATTRIBUTE) ?? this.fail(this.at);
      return [
        attribute(unescaped(name).toLowerCase(), test, unescaped(double ?? single ?? bare ?? ""), i !== undefined),
      ];
    }
    return this.#text[this.at] === ":" ? this.#pseudo() : undefined;
  }

  #pseudo(): readonly Simple[] {
    const start = this.at++;
    const name = (this.#take(NAME)?.[0] ?? this.fail(start)).toLowerCase();
    const places = PLACES[name];
    if (places !== undefined) return places.map(nth);
    const state = STATES.find((known) => known === name);
    if (state !== undefined) return [{ kind: "state", name: state }];
    const [, last, sameTag] = /^nth-(last-)?(?:child|(of-type))$/.exec(name) ?? [];
    if (/^nth-/.test(name))
      return [nth({ ...this.#nth(start), fromEnd: last !== undefined, sameTag: sameTag !== undefined })];
    if (name !== "not" && name !== "is" && name !== "where") this.fail(start);
    if (this.#take(/\(/y) === undefined) this.fail(start);
    const list = this.list();
    if (this.#take(/\s*\)/y) === undefined) this.fail(this.at);
    return [{ kind: "is", list, negated: name === "not" }];
  }

  #nth(start: number): Place {
    const [, word, step, sign, far, only] = this.#take(NTH) ?? this.fail(start);
    if (word !== undefined) return { step: 2, offset: word.toLowerCase() === "odd" ? 1 : 0 };
    if (only !== undefined) return { step: 0, offset: Number(only) };
    const by = step === "" || step === "+" ? 1 : step === "-" ? -1 : Number(step);
    return { step: by, offset: far === undefined ? 0 : Number(`${sign}${far}`) };
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text) ?? undefined;
    if (found !== undefined) this.at = pattern.lastIndex;
    return found;
  }

  fail(at: number): never {
    const rest = this.#text.slice(at);
    const what = rest === "" ? "it ends too early" : `not understood from "${rest.slice(0, 30)}" on`;
    throw new CodedError("TESTING_BAD_SELECTOR", `"${this.#text}": ${what}; selectors may have ${SUPPORTED}`);
  }
}

function attribute(name: string, test: string, value: string, ignoresCase = false): Simple {
  return { kind: "attribute", name, test, value, ignoresCase };
}

function nth({ step, offset, fromEnd = false, sameTag = false }: Place): Simple {
  return { kind: "nth", step, offset, fromEnd, sameTag };
}

function unescaped(text: string): string {
  return text.replace(/\\(?:([0-9a-fA-F]{1,6})\s?|\n|([\s\S]))/g, (_, hex?: string, letter = "") =>
    hex === undefined ? letter : String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff)),
  );
}
