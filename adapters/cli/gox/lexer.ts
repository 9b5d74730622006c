/** One token of Go, or of the expressions between JSX. */
export interface Token {
  readonly kind: "name" | "number" | "string" | "rune" | "operator" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** A line ended between the token before and this one. */
  readonly newLine: boolean;
  /** Comments since the token before, as written. */
  readonly comments: readonly string[];
}

/** Source that cannot be read. */
export class GoxSyntaxError extends Error {
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const OPERATORS = [
  ...[
    "<<=",
    ">>=",
    "&^=",
    "...",
    "&&",
    "||",
    "==",
    "!=",
    "<=",
    ">=",
    ":=",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "&=",
    "|=",
    "^=",
  ],
  ...["++", "--", "<<", ">>", "&^", "<-", "=>"],
];
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER = /(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const RUNE = /'(?:[^'\\\n]|\\[^\n]+?)'/uy;

/** Reads the token at or after a position. */
export function readToken(source: string, from: number): Token {
  let at = from;
  let newLine = false;
  const comments: string[] = [];
  for (;;) {
    const char = source[at];
    if (char === "\n") newLine = true;
    if (char !== undefined && /\s/.test(char)) at++;
    else if (source.startsWith("//", at)) {
      const end = endOf(source, "\n", at);
      comments.push(source.slice(at, end).trimEnd());
      at = end;
    } else if (source.startsWith("/*", at)) {
      const end = Math.min(source.length, endOf(source, "*/", at) + 2);
      comments.push(source.slice(at, end));
      if (source.slice(at, end).includes("\n")) newLine = true;
      at = end;
    } else break;
  }
  const make = (kind: Token["kind"], text: string): Token => {
    return { kind, text, start: at, end: at + text.length, newLine, comments };
  };
  const char = source[at];
  if (char === undefined) return make("end", "");
  const name = match(NAME, source, at);
  if (name !== undefined) return make("name", name);
  const number = /[\d.]/.test(char) && !source.startsWith("...", at) ? match(NUMBER, source, at) : undefined;
  if (number !== undefined) return make("number", number);
  if (char === '"') return make("string", match(STRING, source, at) ?? unended(at, "string"));
  if (char === "`") {
    const end = source.indexOf("`", at + 1);
    return make("string", end < 0 ? unended(at, "string") : source.slice(at, end + 1));
  }
  if (char === "'") return make("rune", match(RUNE, source, at) ?? unended(at, "character"));
  return make("operator", OPERATORS.find((operator) => source.startsWith(operator, at)) ?? char);
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function endOf(source: string, mark: string, at: number): number {
  const end = source.indexOf(mark, at);
  return end < 0 ? source.length : end;
}

function unended(at: number, what: string): never {
  throw new GoxSyntaxError(at, `this ${what} does not end`);
}

/** The value of a Go string or character literal. */
export function literalValue(text: string): string {
  if (text.startsWith("`")) return text.slice(1, -1).replaceAll("\r", "");
  return text.slice(1, -1).replace(/\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{3})|(.))/gis, (...parts) => {
    const [, hex, short, long, octal, letter] = parts as (string | undefined)[]; // cast: what the groups hold
    const code = hex ?? short ?? long;
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    return ESCAPES.get(letter ?? "") ?? letter ?? "";
  });
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
]);
