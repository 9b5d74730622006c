import type { Expr } from "./ast.ts";
import type { Reporter } from "./diagnostics.ts";
import { GoxSyntaxError, readToken, type Token } from "./lexer.ts";

/** The rule that types, statements and markup need of the others: expressions hold them, and they hold expressions. */
export interface Grammar {
  readonly expression: (p: Parser) => Expr;
}

/** One expression. */
export function parseExpr(p: Parser): Expr {
  return p.grammar.expression(p);
}

export function parseExprs(p: Parser, close: string): Expr[] {
  const list: Expr[] = [];
  while (!p.is(close)) {
    list.push(parseExpr(p));
    if (!p.take(",")) break;
  }
  return list;
}

/** A cursor over the tokens of a file, with what every part of the parser needs. */
export class Parser {
  readonly source: string;
  readonly reporter: Reporter;
  readonly grammar: Grammar;
  token: Token;
  /** End of the token before. */
  lastEnd = 0;
  /** Above 0, ends of lines do not end statements. */
  openBrackets = 0;
  /** In the head of an `if`, `for` or `switch`, where a `{` after a name opens the body. */
  inHead = false;

  constructor(source: string, reporter: Reporter, grammar: Grammar) {
    this.source = source;
    this.reporter = reporter;
    this.grammar = grammar;
    this.token = readToken(source, 0);
  }

  /** Goes to the next token; returns the one it was on. */
  next(): Token {
    const { token } = this;
    this.lastEnd = token.end;
    this.token = readToken(this.source, token.end);
    return token;
  }

  /** Goes on reading at a position. */
  moveTo(position: number): void {
    this.lastEnd = position;
    this.token = readToken(this.source, position);
  }

  after(token: Token = this.token): Token {
    return readToken(this.source, token.end);
  }

  is(text: string): boolean {
    return this.token.text === text && (this.token.kind === "operator" || this.token.kind === "name");
  }

  /** Whether a line end before this token ends the expression before it. */
  get isEnded(): boolean {
    return this.token.newLine && this.openBrackets === 0;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): Token {
    if (!this.is(text)) this.fail(`expected "${text}", found ${this.found()}`);
    return this.next();
  }

  name(what = "a name"): string {
    if (this.token.kind !== "name") this.fail(`expected ${what}, found ${this.found()}`);
    return this.next().text;
  }

  found(): string {
    return this.token.kind === "end" ? "the end of the file" : `"${this.token.text}"`;
  }

  fail(message: string): never {
    throw new GoxSyntaxError(this.token.start, message);
  }

  /** Reads something between brackets, where line ends mean nothing and a `{` may open a literal. */
  bracketed<T>(close: string, read: () => T): T {
    const { inHead } = this;
    this.inHead = false;
    this.openBrackets++;
    const value = read();
    this.openBrackets--;
    this.inHead = inHead;
    this.expect(close);
    return value;
  }

  /** Reads statements, where line ends count again. */
  unbracketed<T>(read: () => T): T {
    const { inHead, openBrackets } = this;
    this.inHead = false;
    this.openBrackets = 0;
    const value = read();
    this.inHead = inHead;
    this.openBrackets = openBrackets;
    return value;
  }

  /** Where the bracket at a position is closed, strings and comments aside; the end of the file when it is not. */
  closeOf(open: number, skip: (at: number) => number | undefined = () => undefined): number {
    let depth = 0;
    for (let at = open; at < this.source.length; ) {
      const jump = skip(at);
      if (jump !== undefined) {
        at = jump;
        continue;
      }
      const char = this.source[at] as string; // cast: at is inside
      if ("{([".includes(char)) depth++;
      else if ("})]".includes(char) && --depth === 0) return at;
      at++;
    }
    return this.source.length;
  }

  /** Skips to the end of a statement that could not be read; returns its text. */
  skipStatement(start: number): string {
    let token = this.tolerant(start);
    let depth = 0;
    let end = start;
    while (token.kind !== "end") {
      if (depth === 0 && end > start && (token.newLine || token.text === ";" || token.text === "}")) break;
      if (["{", "(", "["].includes(token.text)) depth++;
      else if (["}", ")", "]"].includes(token.text)) depth--;
      end = token.end;
      token = this.tolerant(token.end);
    }
    this.lastEnd = end;
    this.token = this.tolerant(end);
    if (this.is(";")) this.token = this.tolerant(this.token.end);
    return this.source.slice(start, end);
  }

  private tolerant(from: number): Token {
    try {
      return readToken(this.source, from);
    } catch (error) {
      if (!(error instanceof GoxSyntaxError)) throw error;
      return { kind: "operator", text: "?", start: error.at, end: error.at + 1, newLine: false, comments: [] };
    }
  }
}

/** Expressions with commas between. */
export function parseExprList(p: Parser): Expr[] {
  const list = [parseExpr(p)];
  while (p.take(",")) list.push(parseExpr(p));
  return list;
}

/** Skips strings and comments of CSS. */
export function skipCss(source: string): (at: number) => number | undefined {
  return (at) => {
    if (source.startsWith("/*", at)) {
      const end = source.indexOf("*/", at + 2);
      return end < 0 ? source.length : end + 2;
    }
    const quote = source[at];
    if (quote !== '"' && quote !== "'") return undefined;
    let end = at + 1;
    while (end < source.length && source[end] !== quote && source[end] !== "\n") end += source[end] === "\\" ? 2 : 1;
    return end + 1;
  };
}
