import { CodedError } from "../errors/index.ts";
import { foldCase } from "./canonical-path.ts";
import { complement, DIGIT, NOT_LINE_END, normalise, type Ranges, SPACE, WORD } from "./ranges.ts";

/** A regular expression as a tree. */
export type Expression =
  | { readonly kind: "set"; readonly ranges: Ranges }
  | { readonly kind: "sequence"; readonly items: readonly Expression[] }
  | { readonly kind: "choice"; readonly items: readonly Expression[] }
  | { readonly kind: "repeat"; readonly body: Expression; readonly min: number; readonly max: number };

const MAX_LENGTH = 256;
const MAX_DEPTH = 16;
const MAX_COUNT = 128;

/** Refuses a constraint, saying why. Constraints are the developer's own text, so the message may show them. */
export function refuse(source: string, reason: string): never {
  throw new CodedError("ROUTER_BAD_CONSTRAINT", `the constraint (${source}) is refused: ${reason}`, { value: source });
}

/** Text as an expression. */
export function literalExpression(text: string): Expression {
  const codes = text.split("").map((unit) => unit.charCodeAt(0));
  return { kind: "sequence", items: codes.map((code) => ({ kind: "set", ranges: [code, code] })) };
}

/**
 * Parses a constraint: literals, `.`, classes, `\d \D \w \W \s \S`, control and hexadecimal escapes, groups,
 * alternatives, and the quantifiers `? * + {n} {n,} {n,m}`. Everything else is refused by name.
 * @param fold - Ignore case: the expression is for text in lower case, and its letters and ranges become lower case.
 */
export function parseExpression(source: string, fold: boolean): Expression {
  if (source.length > MAX_LENGTH) refuse(source.slice(0, 32), `it is longer than ${MAX_LENGTH} characters`);
  const parser = new Parser(source, fold);
  const expression = parser.choice(0);
  if (parser.at < source.length) refuse(source, "a bracket closes that was never opened");
  return expression;
}

class Parser {
  readonly source: string;
  readonly fold: boolean;
  at = 0;

  constructor(source: string, fold: boolean) {
    this.source = source;
    this.fold = fold;
  }

  choice(depth: number): Expression {
    if (depth > MAX_DEPTH) refuse(this.source, `groups nest deeper than ${MAX_DEPTH}`);
    const items = [this.sequence(depth)];
    while (this.take("|")) items.push(this.sequence(depth));
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: "choice", items };
  }

  private sequence(depth: number): Expression {
    const items: Expression[] = [];
    while (this.at < this.source.length && this.peek() !== "|" && this.peek() !== ")") {
      items.push(this.quantified(this.atom(depth)));
    }
    return { kind: "sequence", items };
  }

  private atom(depth: number): Expression {
    const head = this.next();
    if (head === "(") return this.group(depth);
    if (head === "[") return { kind: "set", ranges: this.characterClass() };
    if (head === ".") return { kind: "set", ranges: NOT_LINE_END };
    if (head === "\\") return { kind: "set", ranges: this.folded(this.escape()) };
    if (head === "^" || head === "$")
      refuse(this.source, "a constraint always covers the whole value: drop the anchor");
    if (head === "*" || head === "+" || head === "?") refuse(this.source, `${head} has nothing to repeat`);
    if (head === "{" || head === "}" || head === "]") refuse(this.source, `${head} stands alone: escape it`);
    return { kind: "set", ranges: this.folded(one(head.charCodeAt(0))) };
  }

  private group(depth: number): Expression {
    if (this.take("?") && !this.take(":")) {
      const what = this.peek() === "<" && /[=!]/.test(this.source.charAt(this.at + 1)) ? "look-behind" : undefined;
      refuse(
        this.source,
        what ?? (this.peek() === "<" ? "named groups capture nothing here" : "look-ahead or a flag group"),
      );
    }
    const body = this.choice(depth + 1);
    if (!this.take(")")) refuse(this.source, "a group is not closed");
    return body;
  }

  private quantified(body: Expression): Expression {
    const head = this.peek();
    let range: readonly [number, number] | undefined;
    if (head === "*") range = [0, Number.POSITIVE_INFINITY];
    else if (head === "+") range = [1, Number.POSITIVE_INFINITY];
    else if (head === "?") range = [0, 1];
    if (range !== undefined) this.at++;
    else if (head === "{") range = this.counted();
    else return body;
    this.take("?"); // lazy: the whole value must fit either way, so the language is the same
    const after = this.peek();
    if (after === "*" || after === "+" || after === "?" || after === "{")
      refuse(this.source, "a quantifier follows another");
    return { kind: "repeat", body, min: range[0], max: range[1] };
  }

  private counted(): readonly [number, number] {
    const found = /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.source.slice(this.at));
    if (found === null) refuse(this.source, "{ starts no quantifier: escape it");
    this.at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (max < min) refuse(this.source, "the quantifier's numbers are out of order");
    if (min > MAX_COUNT || (max > MAX_COUNT && max !== Number.POSITIVE_INFINITY)) {
      refuse(this.source, `it repeats something more than ${MAX_COUNT} times`);
    }
    return [min, max];
  }

  private characterClass(): Ranges {
    const negated = this.take("^");
    const pairs: number[] = [];
    while (this.peek() !== "]") {
      if (this.at >= this.source.length) refuse(this.source, "a character class is not closed");
      const low = this.classAtom();
      if (this.peek() === "-" && this.source.charAt(this.at + 1) !== "]" && this.at + 1 < this.source.length) {
        this.at++;
        const high = this.classAtom();
        const from = low[0] ?? 0;
        const to = high[0] ?? 0;
        if (low.length !== 2 || low[1] !== from || high.length !== 2 || high[1] !== to) {
          refuse(this.source, "a class such as \\d cannot bound a range");
        }
        if (to < from) refuse(this.source, "a range in a character class is out of order");
        pairs.push(...this.folded([from, to]));
      } else pairs.push(...this.folded(low));
    }
    this.at++;
    if (pairs.length === 0) refuse(this.source, "a character class is empty");
    return negated ? complement(normalise(pairs)) : normalise(pairs);
  }

  private classAtom(): Ranges {
    const head = this.next();
    if (head === "\\") return this.escape();
    const unit = head.charCodeAt(0);
    if (unit >= 0xd800 && unit <= 0xdfff) refuse(this.source, "a class cannot hold characters above U+FFFF");
    return one(unit);
  }

  /** As written: the bounds of a range are told before case is ignored. */
  private escape(): Ranges {
    const head = this.next();
    const named = NAMED_SETS.get(head);
    if (named !== undefined) return named;
    const digits = head === "x" ? 2 : head === "u" ? 4 : 0;
    if (digits > 0) {
      const text = this.source.slice(this.at, this.at + digits);
      if (text.length < digits || !/^[0-9a-f]+$/i.test(text))
        refuse(this.source, `\\${head} needs ${digits} hexadecimal digits`);
      this.at += digits;
      return one(Number.parseInt(text, 16));
    }
    if (/[1-9]/.test(head)) refuse(this.source, "back-references cannot be matched in linear time");
    if (/[bB]/.test(head)) refuse(this.source, "word boundaries look around");
    if (/[A-Za-z0]/.test(head)) refuse(this.source, `\\${head} is not supported`);
    return one(head.charCodeAt(0));
  }

  /** Classes such as \\w stay: they hold both cases already. */
  private folded(ranges: Ranges): Ranges {
    const [from = 0, to = 0] = ranges;
    return this.fold && ranges.length === 2 ? foldRange(from, to) : ranges;
  }

  private peek(): string {
    return this.source.charAt(this.at);
  }

  private take(text: string): boolean {
    if (this.peek() !== text) return false;
    this.at++;
    return true;
  }

  private next(): string {
    const head = this.peek();
    if (head === "") refuse(this.source, "it ends in the middle");
    this.at++;
    return head;
  }
}

function one(unit: number): Ranges {
  return [unit, unit];
}

/** The lower case of each unit of a range. */
function foldRange(from: number, to: number): Ranges {
  const pairs: number[] = [];
  for (let unit = from; unit <= to; unit++) {
    const folded = foldCase(String.fromCharCode(unit)).charCodeAt(0);
    if (pairs[pairs.length - 1] === folded - 1) pairs[pairs.length - 1] = folded;
    else pairs.push(folded, folded);
  }
  return normalise(pairs);
}

const NAMED_SETS: ReadonlyMap<string, Ranges> = new Map([
  ["d", DIGIT],
  ["D", complement(DIGIT)],
  ["w", WORD],
  ["W", complement(WORD)],
  ["s", SPACE],
  ["S", complement(SPACE)],
  ["t", [9, 9]],
  ["n", [10, 10]],
  ["v", [11, 11]],
  ["f", [12, 12]],
  ["r", [13, 13]],
]);
