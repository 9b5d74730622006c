/** Reads the JavaScript around the holes of one script or attribute. */
export interface CodeScanner {
  /** Reads on to the next hole. False where no expression may stand: in a quoted text, a template literal or a regular expression. */
  readTo(text: string): boolean;
}

interface Scan {
  /** `<!--` and `-->` are operators, not comments. */
  readonly isModule: boolean;
  text: string;
  at: number;
  mode: Mode;
  /** In a regular expression: inside `[…]`, where `/` does not end it. */
  inClass: boolean;
  /** What stands before is a value: a `/` divides it. Otherwise `/` starts a regular expression. */
  afterValue: boolean;
  /** The word just read, or "". */
  word: string;
  /** For each open bracket: what its end leaves behind, a value or not; `template` for the `${` of a template literal. */
  readonly open: ("value" | "none" | "template")[];
  /** A quoted text did not end on its line: we have misread something, so nothing that follows is known. */
  isLost: boolean;
}

type Mode = "code" | "'" | '"' | "`" | "/" | "//" | "/*";

const WORD = /[\w$\u0080-\uffff]+/y;
const BEFORE_EXPRESSION =
  /^(?:return|typeof|case|in|of|delete|void|throw|new|instanceof|do|else|yield|await|default|extends)$/;
const BEFORE_PARENTHESES = /^(?:if|while|for|with)$/;
/** How far back the character before a brace is looked for: all of it would make large scripts quadratic. */
const NEARBY = 200;
const LINE_END = /[\n\r\u2028\u2029]/;

/**
 * Tells where expressions may stand, by the few rules of JavaScript that decide where quoted texts begin and end.
 * 1. In code, quotes, comments and slashes change the mode; brackets are kept on a stack for what stands after their end.
 * 2. A slash after a value divides, any other starts a regular expression.
 * 3. When the text turns out not to fit, the scanner is lost and says no from there on.
 * What `json` and `call` write is harmless in comments, so holes there are let through.
 */
export function createCodeScanner(isModule = false): CodeScanner {
  const s: Scan = {
    isModule,
    ...{ text: "", at: 0, mode: "code", inClass: false, afterValue: false, word: "", open: [], isLost: false },
  };
  return {
    readTo: (text) => {
      s.text = text;
      s.at = 0;
      while (s.at < text.length) step(s);
      const isAllowed = !s.isLost && (s.mode === "code" || s.mode === "//" || s.mode === "/*");
      if (s.mode === "code") value(s);
      return isAllowed;
    },
  };
}

// Attributes whose values are code, but not JavaScript: an apostrophe need not be a quote.
const OTHER_LANGUAGE = /^_$|trigger$/;

/** Whether each hole of a code attribute stands where an expression may. */
export function areExpressions(parts: readonly string[], name: string): boolean {
  if (quotesAHole(parts)) return false;
  const code = createCodeScanner();
  return OTHER_LANGUAGE.test(name) || parts.slice(0, -1).every((part) => code.readTo(part));
}

/** `json` and `call` write their own quotes: right between quotes of the author's, in any language, a text could end them. */
export function quotesAHole(parts: readonly string[]): boolean {
  return parts.some(
    (part, i) => (i + 1 < parts.length && /["'`\\]\s*$/.test(part)) || (i > 0 && /^\s*["'`]/.test(part)),
  );
}

function step(s: Scan): void {
  if (s.mode === "code") readCode(s);
  else if (s.mode === "//") leaveAt(s, LINE_END);
  else if (s.mode === "/*") leaveAt(s, /\*\//);
  else readQuoted(s);
}

function leaveAt(s: Scan, end: RegExp): void {
  const found = end.exec(s.text.slice(s.at));
  s.at = found === null ? s.text.length : s.at + found.index + found[0].length;
  if (found !== null) s.mode = "code";
}

function readCode(s: Scan): void {
  const { text, at } = s;
  const char = text.charAt(at);
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word !== undefined) {
    s.at += word.length;
    s.word = word;
    s.afterValue = !BEFORE_EXPRESSION.test(word);
  } else if (/\s/.test(char)) s.at++;
  else if (char === "'" || char === '"' || char === "`") enter(s, char, 1);
  else if (text.startsWith("//", at) || (!s.isModule && startsHtmlComment(text, at))) enter(s, "//", 2);
  else if (text.startsWith("/*", at)) enter(s, "/*", 2);
  else if (char === "/" && !s.afterValue) enter(s, "/", 1);
  else readMark(s, char);
}

/** Old scripts hid themselves in comments of HTML; the marks still comment the rest of the line out. */
function startsHtmlComment(text: string, at: number): boolean {
  if (text.startsWith("<!--", at)) return true;
  return text.startsWith("-->", at) && /(?:^|[\n\r])\s*$/.test(text.slice(0, at));
}

function enter(s: Scan, mode: Mode, length: number): void {
  s.mode = mode;
  s.inClass = false;
  s.at += length;
}

function readMark(s: Scan, char: string): void {
  s.at++;
  if (char === "(" || char === "[") {
    s.open.push(char === "(" && BEFORE_PARENTHESES.test(s.word) ? "none" : "value");
    none(s);
  } else if (char === "{") {
    // After an operator or an opening bracket it is an object, else a block.
    const before = s.text.slice(Math.max(0, s.at - NEARBY), s.at - 1).trimEnd();
    s.open.push(/[=(,?:[&|+!~]$/.test(before.slice(-1)) || s.word === "return" ? "value" : "none");
    none(s);
  } else if (char === ")" || char === "]" || char === "}") {
    const opened = s.open.pop();
    if (opened === "template") s.mode = "`";
    else if (opened === "none") none(s);
    else value(s);
  } else if ((char === "+" || char === "-") && s.text.charAt(s.at) === char) {
    s.at++; // `i++ / 2`: it leaves what it found
  } else none(s);
}

function readQuoted(s: Scan): void {
  const char = s.text.charAt(s.at++);
  if (char === "\\") s.at++;
  else if (s.mode !== "`" && LINE_END.test(char)) {
    s.isLost = true;
    s.mode = "code";
  } else if (s.mode === "`" && char === "$" && s.text.charAt(s.at) === "{") {
    s.at++;
    s.open.push("template");
    s.mode = "code";
    none(s);
  } else if (s.mode === "/" && (char === "[" || char === "]")) s.inClass = char === "[";
  else if (char === s.mode && !(char === "/" && s.inClass)) {
    s.mode = "code";
    value(s);
  }
}

function value(s: Scan): void {
  s.afterValue = true;
  s.word = "";
}

function none(s: Scan): void {
  s.afterValue = false;
  s.word = "";
}
