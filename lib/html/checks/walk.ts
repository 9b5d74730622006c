import type { Template } from "../program/template-types.ts";
import { endTag } from "./end-tag.ts";
import type { Finding, FindingKind } from "./finding.ts";
import type { FrameSource } from "./frames.ts";
import { judgeName } from "./names.ts";
import { startTag } from "./start-tag.ts";
import { isHtml, LOST, nearest, type State } from "./state.ts";
import type { IdSource, SpreadSource, StartToken, Structure, Token } from "./structure.ts";
import { misplaced, text } from "./text.ts";
import type { Walker } from "./walker.ts";

/** Through which holes a template came to stand where it is. */
export interface Via {
  readonly structure: Structure;
  readonly hole: number;
  readonly up: Via | undefined;
}

/**
 * What was found out about a template's tokens up to its next hole, or up to its end, read in one state. It is found out once: the
 * same template in the same place costs a lookup per hole.
 */
export interface Segment {
  readonly structure: Structure;
  readonly via: Via | undefined;
  /** What is open at the hole, or at the end. */
  readonly state: State;
  /** How deep the place of the template is. */
  readonly floor: number;
  /** The hole at its end; -1 at the end of the template. */
  readonly hole: number;
  /** The token of the hole. */
  readonly at: number;
  readonly findings: readonly Finding[];
  /** To be reported when the hole's value is text. */
  readonly textFinding: Finding | undefined;
  readonly ids: readonly IdSource[];
  readonly frames: readonly FrameSource[];
  readonly spreads: readonly (readonly [source: SpreadSource, tag: string])[];
  /** What follows the hole, by what is open after its value. */
  next: Segment | undefined;
  readonly others: WeakMap<State, Segment>;
  /** The first segments of the templates in the hole. */
  readonly children: WeakMap<Template, Segment>;
}

/** Reads a template from one of its tokens up to the next hole. */
export function walk(
  structure: Structure,
  via: Via | undefined,
  start: State,
  from: number,
  floor: number = start.depth,
): Segment {
  const findings: Finding[] = [];
  const ids: IdSource[] = [];
  const frames: FrameSource[] = [];
  const spreads: [SpreadSource, string][] = [];
  let at = from;
  const w: Walker = {
    state: start,
    get isEmpty() {
      return structure.tokens[at + 1]?.kind === "end";
    },
    fault: (kind, message, about) =>
      void findings.push(makeFinding(structure, kind, message + placeOf(structure, via, floor, about))),
  };
  if (from === 0) for (const [name, tag] of structure.unknownNames) noteName(findings, structure, name, tag);
  let token = structure.tokens[at];
  while (token !== undefined && token.kind !== "hole") {
    if (token.kind === "start" && (token.id ?? token.spreads[0]) !== undefined) gatherIds(w.state, token, ids, spreads);
    if (token.kind === "start" && token.sandbox !== undefined) frames.push({ sandbox: token.sandbox, src: token.src });
    readToken(w, token);
    token = structure.tokens[++at];
  }
  const hole = token === undefined ? -1 : token.hole;
  return {
    ...{ structure, via, state: w.state, floor, hole, at, findings, ids, frames, spreads, next: undefined },
    ...{ others: new WeakMap(), children: new WeakMap() },
    textFinding: hole < 0 ? undefined : judgeText(structure, via, floor, w.state, hole),
  };
}

function noteName(findings: Finding[], structure: Structure, name: string, tag: string): void {
  const message = judgeName(name, tag);
  if (message !== undefined) findings.push(makeFinding(structure, "unknown-name", message));
}

/** The same hole after a value that left something open, or closed something. */
export function inState(segment: Segment, state: State): Segment {
  const { structure, via, floor, at } = segment;
  let other = segment.others.get(state);
  if (other === undefined) {
    other = walk(structure, via, state, at, floor);
    segment.others.set(state, other);
  }
  return other;
}

/** What follows the hole. */
export function after(segment: Segment): Segment {
  segment.next ??= walk(segment.structure, segment.via, segment.state, segment.at + 1, segment.floor);
  return segment.next;
}

function readToken(w: Walker, token: Token): void {
  if (token.kind === "start") startTag(w, token);
  else if (token.kind === "end") endTag(w, token.tag);
  else text(w);
}

/** The elements of a template are no part of the page, nor are those of `<noscript>` where scripts run. */
function gatherIds(state: State, token: StartToken, ids: IdSource[], spreads: [SpreadSource, string][]): void {
  const outside = nearest(
    state,
    (open) => isHtml(open, "template") || isHtml(open, "noscript"),
    () => false,
  );
  const isCounted = outside === undefined;
  if (token.id !== undefined && isCounted) ids.push(token.id);
  for (const source of token.spreads)
    spreads.push([isCounted ? source : { hole: source.hole, hasId: true }, token.tag]);
}

function judgeText(
  structure: Structure,
  via: Via | undefined,
  floor: number,
  state: State,
  hole: number,
): Finding | undefined {
  const message = state.phase === LOST ? undefined : misplaced(state);
  if (message === undefined) return undefined;
  return makeFinding(structure, "nesting", message + placeOf(structure, via, floor, state), hole);
}

/** A finding in a template, and in which of its holes if it is in one. */
export function makeFinding(structure: Structure, kind: FindingKind, message: string, hole = -1): Finding {
  const finding = { kind, message, origin: structure.origin };
  return hole < 0 ? finding : { ...finding, hole: hole + 1 };
}

/** Where the element was opened, when that was in another template. */
function placeOf(structure: Structure, via: Via | undefined, floor: number, about: State | undefined): string {
  const other = about?.token?.structure;
  if (about === undefined || other === undefined) return "";
  if (other === structure && about.depth > floor) return "";
  let place = via;
  while (place !== undefined && place.structure !== other) place = place.up;
  const hole = place === undefined ? "" : `, around its hole ${place.hole + 1}`;
  return `. The <${about.tag}> is in the template at ${other.origin === "" ? "an unknown place" : other.origin}${hole}`;
}
