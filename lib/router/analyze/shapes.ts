import { isCodedError } from "../../errors/index.ts";
import { foldCase, type PathRules } from "../canonical-path.ts";
import { type Pattern, type Segment, segmentNames, withoutIgnored } from "../pattern.ts";
import { compareSegments } from "../precedence.ts";

/** One way through the tree on which a route is reached: what comes after precedence. */
export interface Shape {
  readonly segments: readonly Segment[];
  /** The path of a wildcard without its slash and rest: weaker than a route for that path. */
  readonly bare: boolean;
  /** Case is ignored in its static text. */
  readonly fold: boolean;
}

/** The ways through the tree that a pattern takes: without its optional segment, and the bare form of a wildcard. */
export function shapesOf({ segments, optional }: Pattern, rules: PathRules): readonly Shape[] {
  const { fold } = rules;
  const before = segments.slice(0, -1);
  const shorter: readonly Segment[] = before.length === 0 ? [{ kind: "static", text: "" }] : before;
  const shapes: Shape[] = [{ segments, bare: false, fold }];
  if (optional) shapes.push({ segments: withoutIgnored(shorter, rules), bare: false, fold });
  const wildcard = segments[segments.length - 1]?.kind === "wildcard";
  if (rules.ignoreTrailingSlash && wildcard && before.length > 0) shapes.push({ segments: before, bare: true, fold });
  return shapes;
}

/** The names of parameters, in order: what tells a duplicate from an ambiguous pair. */
export function namesOf(shape: Shape): string {
  return shape.segments.flatMap(segmentNames).join();
}

/** How two shapes stand where both take a path; `apart` when no path fits both. */
export type ShapeOrder = "before" | "after" | "same" | "apart" | "ambiguous";

/** Which of two shapes precedence tries first: segment by segment, from the left. */
export function compareShapes(left: Shape, right: Shape): ShapeOrder {
  const fold = left.fold || right.fold;
  const size = Math.max(left.segments.length, right.segments.length);
  for (let i = 0; i < size; i++) {
    const order = compareAt(left.segments[i], right.segments[i], fold);
    if (order !== "same") return order;
  }
  if (left.bare === right.bare) return "same";
  return left.bare ? "after" : "before";
}

function compareAt(left: Segment | undefined, right: Segment | undefined, fold: boolean): ShapeOrder {
  if (left === undefined || right === undefined) return "apart"; // one path has as many segments as another only by a wildcard
  const difference = kindOrder(left) - kindOrder(right);
  if (difference !== 0) return difference < 0 ? "before" : "after";
  if (left.kind === "static" && right.kind === "static") {
    const same = fold ? foldCase(left.text) === foldCase(right.text) : left.text === right.text;
    return same ? "same" : "apart";
  }
  if (left.kind !== "mixed" || right.kind !== "mixed") return "same";
  try {
    return compareSegments(left, right);
  } catch (error) {
    if (isCodedError(error)) return "ambiguous"; // the router refuses such a pair
    throw error;
  }
}

function kindOrder(segment: Segment): number {
  if (segment.kind === "mixed") return segment.constrained ? 1 : 2;
  return segment.kind === "static" ? 0 : segment.kind === "param" ? 3 : 4;
}
