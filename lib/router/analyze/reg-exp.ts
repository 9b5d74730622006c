import { complement, DIGIT, normalise, type Ranges, SPACE, WORD } from "../ranges.ts";
import { ANYTHING, type PathNode } from "./nodes.ts";

/** Why a regular expression cannot be analysed. */
export interface Unreadable {
  readonly reason: string;
}

const MAX_LENGTH = 8192;
const MAX_DEPTH = 64;
const MAX_COUNT = 1000;

/**
 * Reads a regular expression as an expression over whole paths: what `test` is true for. Captures do not matter, nor
 * does greed. Back-references, look-behind, word boundaries and nested look-ahead are not read.
 */
export function readRegExp(regExp: RegExp): PathNode | Unreadable {
  const flag = /[gymuv]/.exec(regExp.flags)?.[0];
  if (flag !== undefined) return { reason: `the flag ${flag} of a regular expression is not read` };
  if (regExp.source.length > MAX_LENGTH) return { reason: `a regular expression is longer than ${MAX_LENGTH}` };
  const reader = new Reader(regExp.source, regExp.ignoreCase, regExp.dotAll);
  const body = reader.choice(0);
  if (reader.reason !== undefined) return { reason: reader.reason };
  const items = [body];
  if (!isAnchored(body, "start")) items.unshift(ANYTHING);
  if (!isAnchored(body, "end")) items.push(ANYTHING);
  return { kind: "sequence", items };
}

/** Whether every text starts, or ends, at that edge of the path. */
function isAnchored(node: PathNode, at: "start" | "end"): boolean {
  if (node.kind === "edge") return node.at === at;
  if (node.kind === "choice") return node.items.every((item) => isAnchored(item, at));
  if (node.kind !== "sequence") return false;
  const outer = node.items.at(at === "start" ? 0 : -1);
  return outer !== undefined && isAnchored(outer, at);
}

class Reader {
  readonly source: string;
  readonly fold: boolean;
  readonly dotAll: boolean;
  reason: string | undefined;
  private at = 0;
  private looking = false;

  constructor(source: string, fold: boolean, dotAll: boolean) {
    this.source = source;
    this.fold = fold;
    this.dotAll = dotAll;
  }

  choice(depth: number): PathNode {
    if (depth > MAX_DEPTH) this.fail("groups nest too deeply");
    const items = [this.sequence(depth)];
    while (this.take("|")) items.push(this.sequence(depth));
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: "choice", items };
  }

  private sequence(depth: number): PathNode {
    const items: PathNode[] = [];
    while (this.at < this.source.length && this.peek() !== "|" && this.peek() !== ")") {
      items.push(this.quantified(this.atom(depth)));
    }
    return { kind: "sequence", items };
  }

  private atom(depth: number): PathNode {
    const head = this.next();
    if (head === "^") return { kind: "edge", at: "start" };
    if (head === "$") return { kind: "edge", at: "end" };
    if (head === "(") return this.group(depth);
    if (head === "[") return { kind: "set", ranges: this.characterClass() };
    if (head === ".") return { kind: "set", ranges: this.dotAll ? EVERY : NOT_LINE_END };
    if (head === "\\") return { kind: "set", ranges: this.escape() };
    return { kind: "set", ranges: this.units(head.charCodeAt(0)) };
  }

  private group(depth: number): PathNode {
    let look: boolean | undefined;
    if (this.take("?")) {
      if (this.take("=")) look = false;
      else if (this.take("!")) look = true;
      else if (this.take("<")) {
        if (/[=!]/.test(this.peek())) this.fail("look-behind is not read");
        while (this.at < this.source.length && this.next() !== ">");
      } else if (!this.take(":")) this.fail("a group with flags is not read");
    }
    if (look !== undefined && this.looking) this.fail("look-ahead in look-ahead is not read");
    const outer = this.looking;
    this.looking ||= look !== undefined;
    const body = this.reason === undefined ? this.choice(depth + 1) : NOTHING;
    this.looking = outer;
    this.take(")");
    return look === undefined ? body : { kind: "look", negated: look, body };
  }

  private quantified(body: PathNode): PathNode {
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.source.slice(this.at, this.at + 16));
    let min = 1;
    let max = 1;
    if (this.take("*")) [min, max] = [0, Number.POSITIVE_INFINITY];
    else if (this.take("+")) max = Number.POSITIVE_INFINITY;
    else if (this.take("?")) min = 0;
    else if (counted !== null) {
      this.at += counted[0].length;
      min = Number(counted[1]);
      max = counted[2] === undefined ? min : counted[3] === "" ? Number.POSITIVE_INFINITY : Number(counted[3]);
    } else return body;
    this.take("?"); // lazy: the same texts fit
    if (min > MAX_COUNT || (max > MAX_COUNT && max !== Number.POSITIVE_INFINITY)) this.fail("it repeats too often");
    return { kind: "repeat", body, min, max };
  }

  private characterClass(): Ranges {
    const negated = this.take("^");
    const pairs: number[] = [];
    while (this.at < this.source.length && !this.take("]")) {
      const low = this.classAtom();
      const ahead = this.source.slice(this.at, this.at + 2);
      if (!ahead.startsWith("-") || ahead.endsWith("]") || ahead.length < 2) {
        pairs.push(...toRanges(low, this.fold));
        continue;
      }
      this.at++;
      const high = this.classAtom();
      if (typeof low === "number" && typeof high === "number") pairs.push(...this.units(low, high));
      else pairs.push(...toRanges(low, this.fold), 45, 45, ...toRanges(high, this.fold)); // [\w-x]: the dash is itself
    }
    return negated ? complement(normalise(pairs)) : normalise(pairs);
  }

  /** A unit, or one of the named sets. */
  private classAtom(): number | Ranges {
    const head = this.next();
    if (head !== "\\") return head.charCodeAt(0);
    if (this.take("b")) return 8;
    if (this.take("-")) return 45;
    return this.escaped();
  }

  private escape(): Ranges {
    return toRanges(this.escaped(), this.fold);
  }

  private escaped(): number | Ranges {
    const head = this.next();
    const named = NAMED.get(head);
    if (named !== undefined) return named;
    const digits = head === "x" ? 2 : head === "u" ? 4 : 0;
    const text = this.source.slice(this.at, this.at + digits);
    if (digits > 0 && text.length === digits && /^[0-9a-f]+$/i.test(text)) {
      this.at += digits;
      return Number.parseInt(text, 16);
    }
    if (/[1-9]/.test(head)) this.fail("back-references are not read");
    else if (/[0bBckpP]/.test(head)) this.fail(`\\${head} is not read`);
    return head.charCodeAt(0);
  }

  private units(low: number, high: number = low): Ranges {
    return this.fold ? withOtherCase(low, high) : [low, high];
  }

  private fail(reason: string): void {
    this.reason ??= `${reason} in a regular expression`;
    this.at = this.source.length;
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
    return this.source.charAt(this.at++);
  }
}

function toRanges(atom: number | Ranges, fold: boolean): Ranges {
  if (typeof atom !== "number") return atom; // named sets hold both cases of their letters
  return fold ? withOtherCase(atom, atom) : [atom, atom];
}

const NOTHING: PathNode = { kind: "sequence", items: [] };
const EVERY: Ranges = [0, 0xffff];
const NOT_LINE_END: Ranges = complement([10, 10, 13, 13, 0x2028, 0x2029]);
const NAMED: ReadonlyMap<string, Ranges> = new Map([
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

/** With every unit of a range those that a regular expression which ignores case takes for the same. */
function withOtherCase(low: number, high: number): Ranges {
  const pairs = [low, high];
  for (let unit = low; unit <= Math.min(high, 127); unit++) if (isLetter(unit)) pairs.push(unit ^ 32, unit ^ 32);
  if (high < 128) return normalise(pairs); // nothing beyond ASCII has an ASCII letter for its other case
  const wanted = new Set<number>();
  for (let unit = Math.max(low, 128); unit <= high; unit++) wanted.add(upperCase(unit));
  for (let unit = 128; unit <= 0xffff; unit++) if (wanted.has(upperCase(unit))) pairs.push(unit, unit);
  return normalise(pairs);
}

/** The unit by which a regular expression that ignores case compares this one. */
function upperCase(unit: number): number {
  const upper = String.fromCharCode(unit).toUpperCase();
  return upper.length === 1 && upper.charCodeAt(0) >= 128 ? upper.charCodeAt(0) : unit;
}

function isLetter(unit: number): boolean {
  return (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122);
}
