import { buildPositions, type Refusal } from "./automaton.ts";
import { buildDfa, DEAD, type Dfa, dfaStep, isEmptyLanguage, START } from "./dfa.ts";
import { type Expression, literalExpression, parseExpression } from "./expression.ts";
import { ANY } from "./ranges.ts";

// Every host there is, in lower case: names of labels, and addresses in brackets.
const HOSTS = "[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*|\\[[0-9a-f:.]+\\]";
const NOTHING: Expression = { kind: "sequence", items: [] };
const ANYTHING: Expression = {
  kind: "repeat",
  body: { kind: "set", ranges: ANY },
  min: 0,
  max: Number.POSITIVE_INFINITY,
};

/** The one host with this text, or all hosts that end in it. */
export function hostsWith(star: boolean, text: string): Dfa {
  const items = star ? [{ ...ANYTHING, min: 1 }, literalExpression(text)] : [literalExpression(text)];
  const language = hostsOf({ kind: "sequence", items });
  if ("reason" in language) throw new RangeError(language.reason); // out of reach: texts are capped below every bound
  return language;
}

/**
 * The hosts for which `RegExp.test` is true with the flag `i`, or why there is no table for them. Anchors are read where a constraint has
 * none: at the ends of the expression, and of its alternatives when it is one choice.
 * @throws CodedError `ROUTER_BAD_CONSTRAINT` for what is outside the grammar.
 */
export function hostsFittingRegExp(source: string): Dfa | Refusal {
  const items = alternatives(source).map(unanchored);
  const language = hostsOf({ kind: "choice", items });
  if (!("reason" in language) && isEmptyLanguage(language)) {
    return { reason: "no host fits it (hosts are seen without their port; a text may name one)" };
  }
  return language;
}

/** How many hosts of at most so many characters an automaton accepts. */
export function countHosts(dfa: Dfa, maxLength: number): bigint {
  const edges = edgesOf(dfa);
  let ways: bigint[] = edges.map(() => 0n);
  ways[START] = 1n;
  let count = 0n;
  for (let length = 1; length <= maxLength; length++) {
    const next: bigint[] = edges.map(() => 0n);
    for (const [state, out] of edges.entries()) {
      const here = ways[state] ?? 0n;
      if (here !== 0n) for (const [to, width] of out) next[to] = (next[to] ?? 0n) + here * width;
    }
    for (const [state, here] of next.entries()) if (dfa.accepts[state] === 1) count += here;
    ways = next;
  }
  return count;
}

/** Of the shortest hosts an automaton accepts the first by character codes: equal languages have the same, disjoint ones have not. */
export function firstHost(dfa: Dfa): string {
  const found = new Map<number, string>([[START, ""]]);
  for (const [state, text] of found) {
    if (dfa.accepts[state] === 1) return text;
    for (const unit of dfa.alphabet.starts) {
      const to = dfaStep(dfa, state, unit);
      if (to !== DEAD && !found.has(to)) found.set(to, text + String.fromCharCode(unit));
    }
  }
  return "";
}

/** How many units lead from each state to each other one, without those that lead nowhere. */
function edgesOf(dfa: Dfa): (readonly [to: number, width: bigint])[][] {
  const { starts } = dfa.alphabet;
  return Array.from({ length: dfa.states }, (_, state) => {
    const widths = new Map<number, bigint>();
    for (const [i, unit] of starts.entries()) {
      const to = dfaStep(dfa, state, unit);
      if (to === DEAD) continue;
      const width = (starts[i + 1] ?? 0x10000) - unit;
      widths.set(to, (widths.get(to) ?? 0n) + BigInt(width));
    }
    return [...widths];
  });
}

function hostsOf(expression: Expression): Dfa | Refusal {
  const texts = toDfa(expression);
  const hosts = toDfa(parseExpression(HOSTS, true));
  if ("reason" in texts) return texts;
  return "reason" in hosts ? hosts : intersect(texts, hosts);
}

function toDfa(expression: Expression): Dfa | Refusal {
  const positions = buildPositions(expression);
  return "reason" in positions ? positions : buildDfa(positions);
}

/** The texts that both automata accept. */
function intersect(left: Dfa, right: Dfa): Dfa {
  // between two neighbouring starts both behave alike, so that each start is a class of its own
  const starts = [...new Set([...left.alphabet.starts, ...right.alphabet.starts])].sort((a, b) => a - b);
  const ids = new Map<number, number>([[START * right.states + START, START]]);
  const rows: number[] = starts.map(() => DEAD);
  const accepts = [0];
  for (const pair of ids.keys()) {
    const b = pair % right.states;
    const a = (pair - b) / right.states;
    accepts.push((left.accepts[a] ?? 0) & (right.accepts[b] ?? 0));
    for (const unit of starts) {
      const toLeft = dfaStep(left, a, unit);
      const toRight = dfaStep(right, b, unit);
      const target = toLeft * right.states + toRight;
      const dead = toLeft === DEAD || toRight === DEAD;
      if (!dead && !ids.has(target)) ids.set(target, ids.size + 1);
      rows.push(dead ? DEAD : (ids.get(target) ?? DEAD));
    }
  }
  const classAt = starts.map((_, i) => i);
  const ascii = new Uint16Array(128).map((_, unit) => starts.findLastIndex((start) => start <= unit));
  const alphabet = { ascii, starts, classAt };
  return {
    states: accepts.length,
    classes: starts.length,
    table: Uint16Array.from(rows),
    accepts: Uint8Array.from(accepts),
    alphabet,
  };
}

/** An alternative as `RegExp.test` reads it: with anything before and after it, where no anchor stands. */
function unanchored(source: string): Expression {
  const atStart = source.startsWith("^");
  const atEnd = /(?:^|[^\\])(?:\\\\)*\$$/.test(source);
  const body = parseExpression(source.slice(atStart ? 1 : 0, atEnd ? -1 : undefined), true);
  return { kind: "sequence", items: [atStart ? NOTHING : ANYTHING, body, atEnd ? NOTHING : ANYTHING] };
}

/** Cuts an expression at the bars outside of every group and class. */
function alternatives(source: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let inClass = false;
  let from = 0;
  for (let i = 0; i < source.length; i++) {
    const unit = source.charAt(i);
    if (unit === "\\") i++;
    else if (unit === "[") inClass = true;
    else if (unit === "]") inClass = false;
    else if (inClass) continue;
    else if (unit === "(") depth++;
    else if (unit === ")") depth--;
    else if (unit === "|" && depth === 0) {
      parts.push(source.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, source.slice(from)];
}
