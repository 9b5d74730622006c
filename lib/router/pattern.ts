import { CodedError } from "../errors/index.ts";
import { buildPositions } from "./automaton.ts";
import { decodeText, foldCase, type PathRules } from "./canonical-path.ts";
import { buildDfa, type Dfa, isEmptyLanguage } from "./dfa.ts";
import { type Expression, parseExpression, refuse } from "./expression.ts";
import { superLinearReason } from "./linear.ts";

/** A constraint, checked to match in linear time. */
export interface Constraint {
  readonly source: string;
  readonly expression: Expression;
  readonly dfa: Dfa;
}

export interface Param {
  readonly name: string;
  readonly constraint: Constraint | undefined;
}

/** A segment with parameters and static text or constraints: literal, parameter, literal, ..., literal. */
export interface MixedSegment {
  readonly kind: "mixed";
  /** One more than there are parameters; decoded text as written. */
  readonly literals: readonly string[];
  /** The literals as they are compared. */
  readonly folded: readonly string[];
  readonly params: readonly Param[];
  readonly constrained: boolean;
  /** Case is ignored in the literals. */
  readonly fold: boolean;
  readonly source: string;
}

/** One segment of a pattern. */
export type Segment =
  | { readonly kind: "static"; readonly text: string }
  | { readonly kind: "param"; readonly name: string }
  | MixedSegment
  | { readonly kind: "wildcard"; readonly name: string };

export interface Pattern {
  readonly source: string;
  readonly segments: readonly Segment[];
  /** The last segment may be absent. */
  readonly optional: boolean;
}

/** Parses a pattern, or throws `ROUTER_BAD_PATTERN` or `ROUTER_BAD_CONSTRAINT`. */
export function parsePattern(source: string, rules: PathRules): Pattern {
  if (source.charAt(0) !== "/") fail(source, "it does not start with a slash");
  if (/\p{Surrogate}/u.test(source)) fail(source, "it is not well-formed text");
  const reader = new PatternReader(source, rules);
  const segments = reader.segments();
  const names = new Set<string>();
  for (const name of segments.flatMap(segmentNames)) {
    if (names.has(name)) fail(source, `it has two parameters named ${name}`);
    names.add(name);
  }
  return { source, segments: withoutIgnored(segments, rules), optional: reader.optional };
}

/** The names of the parameters of a segment, in order. */
export function segmentNames(segment: Segment): readonly string[] {
  if (segment.kind === "static") return [];
  return segment.kind === "mixed" ? segment.params.map((param) => param.name) : [segment.name];
}

/** Drops the empty segments that the router's options ignore. */
export function withoutIgnored(segments: readonly Segment[], rules: PathRules): readonly Segment[] {
  let kept = segments;
  if (rules.ignoreDuplicateSlashes) kept = kept.filter((segment, i) => !isBlank(segment) || i === kept.length - 1);
  if (rules.ignoreTrailingSlash) while (kept.length > 1 && isBlank(kept[kept.length - 1])) kept = kept.slice(0, -1);
  return kept;
}

function isBlank(segment: Segment | undefined): boolean {
  return segment?.kind === "static" && segment.text === "";
}

function fail(source: string, reason: string): never {
  throw new CodedError("ROUTER_BAD_PATTERN", `the pattern ${source} is refused: ${reason}`, { value: source });
}

const NAME = /[A-Za-z_]\w*/y;
// Trees and the code made from them are nested as deep as a pattern: some thousand levels overflow the stack.
const MAX_SEGMENTS = 256;
// Each parameter of a segment may have to read all of it: with 4,000 constrained ones a miss took four seconds.
const MAX_SEGMENT_PARAMS = 32;
const RESERVED: ReadonlySet<string> = new Set("(){}?#\\*");

class PatternReader {
  readonly source: string;
  readonly rules: PathRules;
  at = 0;
  optional = false;

  constructor(source: string, rules: PathRules) {
    this.source = source;
    this.rules = rules;
  }

  segments(): Segment[] {
    const segments: Segment[] = [];
    while (this.at < this.source.length) {
      if (segments.length === MAX_SEGMENTS) fail(this.source, `it has more than ${MAX_SEGMENTS} segments`);
      this.at++; // the slash
      segments.push(this.source.charAt(this.at) === "*" ? this.wildcard() : this.segment());
    }
    return segments;
  }

  private wildcard(): Segment {
    this.at++;
    const name = this.name() ?? "*";
    if (this.at < this.source.length) fail(this.source, "a wildcard ends a pattern");
    return { kind: "wildcard", name };
  }

  private segment(): Segment {
    const start = this.at;
    const literals = [this.literal()];
    const params: Param[] = [];
    while (this.source.charAt(this.at) === ":") {
      const before = params[params.length - 1];
      if (before !== undefined && literals[literals.length - 1] === "" && before.constraint === undefined) {
        fail(this.source, `nothing separates :${before.name} from the next parameter`);
      }
      if (params.length === MAX_SEGMENT_PARAMS)
        fail(this.source, `it has more than ${MAX_SEGMENT_PARAMS} parameters in one segment`);
      params.push(this.param());
      literals.push(this.literal());
    }
    if (this.source.charAt(this.at) === "?") this.endOptional(params, literals);
    return this.finish(literals, params, start);
  }

  private finish(literals: readonly string[], params: readonly Param[], start: number): Segment {
    const [first] = params;
    if (first === undefined) {
      const text = literals[0] ?? "";
      if (text === "." || text === "..") fail(this.source, "dot segments never reach the table");
      return { kind: "static", text };
    }
    const constrained = params.some((param) => param.constraint !== undefined);
    if (params.length === 1 && !constrained && literals.join("") === "") return { kind: "param", name: first.name };
    const folded = this.rules.fold ? literals.map(foldCase) : literals;
    const source = this.source.slice(start, this.at);
    return { kind: "mixed", literals, folded, params, constrained, fold: this.rules.fold, source };
  }

  private endOptional(params: readonly Param[], literals: readonly string[]): void {
    this.at++;
    if (this.at < this.source.length) fail(this.source, "only the last segment can be optional");
    if (params.length !== 1 || literals.join("") !== "")
      fail(this.source, "? follows a parameter that fills its segment");
    this.optional = true;
  }

  private param(): Param {
    this.at++; // the colon
    const name = this.name();
    if (name === undefined) fail(this.source, "a colon needs a name after it; write %3A for a plain colon");
    if (this.source.charAt(this.at) !== "(") return { name, constraint: undefined };
    const end = closingBracket(this.source, this.at);
    if (end < 0) fail(this.source, `the constraint of :${name} is not closed`);
    const source = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    return { name, constraint: parseConstraint(source, this.rules.fold) };
  }

  private name(): string | undefined {
    NAME.lastIndex = this.at;
    const found = NAME.exec(this.source);
    if (found !== null) this.at += found[0].length;
    return found?.[0];
  }

  private literal(): string {
    const start = this.at;
    while (this.at < this.source.length) {
      const head = this.source.charAt(this.at);
      if (head === "/" || head === ":" || head === "?") break;
      if (RESERVED.has(head) || isControl(head.charCodeAt(0)))
        fail(this.source, `${JSON.stringify(head)} has no meaning there; percent-encode it`);
      this.at++;
    }
    const raw = this.source.slice(start, this.at);
    if (this.source.charAt(this.at) === "?" && this.source.charAt(this.at - 1) === "/")
      fail(this.source, "? follows nothing");
    if (!raw.includes("%")) return raw;
    try {
      return decodeText(raw);
    } catch {
      return fail(this.source, "its percent-encoding is malformed");
    }
  }
}

function isControl(code: number): boolean {
  return code < 32 || (code > 126 && code < 160);
}

// Where the bracket at `open` closes: brackets nest, may be escaped, and mean nothing inside a class.
function closingBracket(source: string, open: number): number {
  let depth = 0;
  let inClass = false;
  for (let i = open; i < source.length; i++) {
    const head = source.charAt(i);
    if (head === "\\") i++;
    else if (inClass) inClass = head !== "]";
    else if (head === "[") inClass = true;
    else if (head === "(") depth++;
    else if (head === ")" && --depth === 0) return i;
  }
  return -1;
}

function parseConstraint(source: string, fold: boolean): Constraint {
  const expression = parseExpression(source, fold);
  const positions = buildPositions(expression);
  if ("reason" in positions) refuse(source, positions.reason);
  const reason = superLinearReason(positions);
  if (reason !== undefined) refuse(source, reason);
  const dfa = buildDfa(positions);
  if ("reason" in dfa) refuse(source, dfa.reason);
  if (isEmptyLanguage(dfa)) refuse(source, "no text fits it");
  return { source, expression, dfa };
}
