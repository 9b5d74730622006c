import { CodedError } from "../errors/index.ts";
import { buildPositions } from "./automaton.ts";
import { buildDfa, compareLanguages, type Dfa } from "./dfa.ts";
import { type Expression, literalExpression } from "./expression.ts";
import type { MixedSegment } from "./pattern.ts";
import { ANY } from "./ranges.ts";

/** Where one mixed segment stands to another at the same position: which is tried first. */
export type Standing = "same" | "before" | "after" | "apart";

/**
 * Compares two segments that mix parameters with text or constraints.
 * 1. A constrained one comes first.
 * 2. Of two constrained ones the narrower comes first; sharing some texts and not others is an error.
 * 3. Of two others the one with more static characters comes first, then the longer prefix, then the longer suffix;
 *    what is still level is decided as in 2.
 * @throws CodedError `ROUTER_AMBIGUOUS_ROUTE`.
 */
export function compareSegments(left: MixedSegment, right: MixedSegment): Standing {
  if (left.constrained !== right.constrained) return left.constrained ? "before" : "after";
  if (isSameShape(left, right)) return "same";
  const order = left.constrained ? 0 : compareStatic(left, right);
  if (order !== 0) return order < 0 ? "before" : "after";
  const relation = compareLanguages(segmentLanguage(left), segmentLanguage(right));
  if (relation === "narrower") return "before";
  if (relation === "wider") return "after";
  if (relation === "disjoint") return "apart";
  const how = relation === "equal" ? "fit the same texts" : "share some texts, and neither is narrower";
  throw new CodedError("ROUTER_AMBIGUOUS_ROUTE", `${left.source} and ${right.source} ${how}`, {
    value: [left.source, right.source],
  });
}

/** Whether two segments are one position of the table: same text, and constraints that mean the same. */
function isSameShape(left: MixedSegment, right: MixedSegment): boolean {
  if (left.folded.length !== right.folded.length) return false;
  if (left.folded.some((text, i) => text !== right.folded[i])) return false;
  return left.params.every((param, i) => {
    const mine = param.constraint;
    const other = right.params[i]?.constraint;
    if (mine === undefined || other === undefined) return mine === other;
    return mine.source === other.source || compareLanguages(mine.dfa, other.dfa) === "equal";
  });
}

function compareStatic(left: MixedSegment, right: MixedSegment): number {
  const a = staticLengths(left);
  const b = staticLengths(right);
  for (let i = 0; i < a.length; i++) {
    const difference = (b[i] ?? 0) - (a[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function staticLengths(segment: MixedSegment): readonly number[] {
  const last = segment.folded.length - 1;
  return [segment.folded.join("").length, segment.folded[0]?.length ?? 0, segment.folded[last]?.length ?? 0];
}

/** Of each segment but once: among n siblings each is compared with every other. */
const languages = new WeakMap<MixedSegment, Dfa>();

function segmentLanguage(segment: MixedSegment): Dfa {
  const known = languages.get(segment) ?? buildLanguage(segment);
  languages.set(segment, known);
  return known;
}

function buildLanguage(segment: MixedSegment): Dfa {
  const anything: Expression = {
    kind: "repeat",
    body: { kind: "set", ranges: ANY },
    min: 1,
    max: Number.POSITIVE_INFINITY,
  };
  const items = segment.folded.flatMap((text, i): Expression[] => {
    const literal = literalExpression(text);
    const param = segment.params[i];
    return param === undefined ? [literal] : [literal, param.constraint?.expression ?? anything];
  });
  const positions = buildPositions({ kind: "sequence", items });
  const dfa = "reason" in positions ? positions : buildDfa(positions);
  if ("reason" in dfa) {
    const message = `${segment.source} cannot be compared with its neighbours: ${dfa.reason}`;
    throw new CodedError("ROUTER_AMBIGUOUS_ROUTE", message, { value: segment.source });
  }
  return dfa;
}
