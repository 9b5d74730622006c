import { type CompiledTemplate, compiled } from "../program/template.ts";
import type { Html } from "../types.ts";
import type { Finding } from "./finding.ts";
import { judgeFrame, judgeSandbox } from "./frames.ts";
import { addId, forgetIds, type Ids, spreadOf, textOf } from "./ids.ts";
import { judgeName } from "./names.ts";
import { makeTop } from "./state.ts";
import { type SpreadSource, type Structure, structureOf } from "./structure.ts";
import { after, inState, makeFinding, type Segment, walk } from "./walk.ts";

const MAX_FINDINGS = 100; // of one render
const MAX_MESSAGES = 50; // of one template, for one report
const MAX_PLACES = 10_000; // kept between renders

/** How far a render has come, to go back to. */
export interface ChecksMark {
  readonly depth: number;
  readonly segment: Segment;
  readonly ids: number;
}

/**
 * Follows one render and reports mistakes in its markup. Development only.
 */
export interface Checks {
  /** A template begins, in a hole of another or, without one, at the top. */
  enter(node: Html, parent: CompiledTemplate | undefined, hole: number): void;
  /** The template that began last ends. */
  leave(): void;
  /** Where the render is now. */
  mark(): ChecksMark;
  /** Goes back to a mark: what was rendered since will not be on the page. */
  unwind(mark: ChecksMark): void;
  /** For a part of the page that is rendered later or beside the rest: it stands where the render is now. */
  branch(): Checks;
}

type Report = (finding: Finding) => void;

interface Frame {
  readonly node: Html | undefined;
  readonly template: CompiledTemplate | undefined;
  segment: Segment;
}

interface Follower {
  readonly report: Report;
  /** What each template was reported for. */
  readonly told: WeakMap<Structure, Set<string>>;
  readonly ids: Ids;
  readonly frames: Frame[];
  readonly count: { findings: number };
}

// What templates come to in each other's holes is found out once per process; what was told, once per report.
const TOP: Structure = { origin: "", tokens: [], unknownNames: [] };
const known = { top: walk(TOP, undefined, makeTop(), 0), places: 0 };
const tellings = new WeakMap<Report, WeakMap<Structure, Set<string>>>();

/**
 * Makes the checks of one render.
 * @param report - Called for each finding, once per template, kind and message however many renders it is given to, and at most 100
 * times per render.
 * @remarks Cost: the first time a template stands in a place, its tags are read; after that a lookup per node and one per id.
 */
export function createChecks(report: Report): Checks {
  if (known.places > MAX_PLACES) Object.assign(known, { top: walk(TOP, undefined, makeTop(), 0), places: 0 });
  const told = tellings.get(report) ?? new WeakMap<Structure, Set<string>>();
  tellings.set(report, told);
  const ids: Ids = { places: new Map(), order: [] };
  const frames: Frame[] = [{ node: undefined, template: undefined, segment: known.top }];
  return checksOf({ report, told, ids, frames, count: { findings: 0 } });
}

function checksOf(f: Follower): Checks {
  return {
    enter: (node, parent, hole) => enter(f, node, parent, hole),
    leave: () => leave(f),
    mark: () => ({ depth: f.frames.length, segment: topFrame(f).segment, ids: f.ids.order.length }),
    unwind(mark) {
      f.frames.length = mark.depth;
      topFrame(f).segment = mark.segment;
      forgetIds(f.ids, mark.ids);
    },
    branch: () => checksOf({ ...f, frames: f.frames.map((frame) => ({ ...frame })) }),
  };
}

function topFrame(f: Follower): Frame {
  return f.frames[f.frames.length - 1] as Frame; // cast: the first is never removed
}

function enter(f: Follower, node: Html, parent: CompiledTemplate | undefined, hole: number): void {
  const outer = frameOf(f, parent);
  if (outer.template !== undefined) advance(f, outer, hole);
  const template = compiled(node.template);
  const { segment } = outer;
  let first = segment.children.get(template);
  if (first === undefined) {
    known.places++;
    const via = outer.template && { structure: segment.structure, hole, up: segment.via };
    first = walk(structureOf(template), via, segment.state, 0);
    segment.children.set(template, first);
  }
  const frame = { node, template, segment: first };
  f.frames.push(frame);
  arrive(f, frame);
}

/** The frame of the parent. Those above it were given up by an error that somebody caught. */
function frameOf(f: Follower, parent: CompiledTemplate | undefined): Frame {
  const { frames } = f;
  let depth = frames.length;
  while (depth > 1 && frames[depth - 1]?.template !== parent) depth--;
  frames.length = depth;
  return topFrame(f);
}

function leave(f: Follower): void {
  if (f.frames.length < 2) return;
  const frame = topFrame(f);
  advance(f, frame, -1);
  f.frames.pop();
  const outer = topFrame(f);
  if (outer.segment.state !== frame.segment.state) outer.segment = inState(outer.segment, frame.segment.state);
}

/** Goes on to a hole, or to the end. */
function advance(f: Follower, frame: Frame, hole: number): void {
  while (frame.segment.hole !== hole && frame.segment.hole >= 0) {
    const { segment } = frame;
    if (segment.textFinding !== undefined && isText(frame.node?.values[segment.hole]))
      tell(f, segment.textFinding, segment.structure);
    frame.segment = segment.next ?? after(segment);
    arrive(f, frame);
  }
}

/** Tells what was found on the way to the next hole, and looks at the values in the tags there. */
function arrive(f: Follower, frame: Frame): void {
  const { findings, ids, frames, spreads, structure } = frame.segment;
  for (let i = 0; i < findings.length; i++) tell(f, findings[i] as Finding, structure); // cast: i is below the length
  const values = frame.node?.values ?? [];
  for (const source of ids) noteId(f, textOf(source, values), structure, source.hole);
  for (const source of frames) noteFrame(f, judgeFrame(source, values), structure, source.sandbox.hole);
  for (const [source, tag] of spreads) readSpread(f, source, tag, values, structure);
}

function readSpread(
  f: Follower,
  source: SpreadSource,
  tag: string,
  values: readonly unknown[],
  structure: Structure,
): void {
  const { hole } = source;
  const attributes = spreadOf(values[hole]);
  const { sandbox, src = "" } = attributes ?? {};
  if (tag === "iframe" && typeof sandbox === "string" && typeof src === "string")
    noteFrame(f, judgeSandbox(sandbox, src), structure, hole);
  for (const name in attributes) {
    const value = attributes[name];
    const lower = name.toLowerCase();
    if (lower === "id" && !source.hasId) noteId(f, textOf({ hole: 0, parts: ["", ""] }, [value]), structure, hole);
    const message = value === null || value === undefined ? undefined : judgeName(lower, tag);
    if (message !== undefined) tell(f, makeFinding(structure, "unknown-name", message, hole), structure);
  }
}

function noteFrame(f: Follower, message: string | undefined, structure: Structure, hole: number): void {
  if (message !== undefined) tell(f, makeFinding(structure, "open-sandbox", message, hole), structure);
}

function noteId(f: Follower, id: string, structure: Structure, hole: number): void {
  const first = addId(f.ids, id, structure, hole);
  if (first === undefined) return;
  const shown = JSON.stringify(id.length > 40 ? `${id.slice(0, 40)}…` : id);
  const isSame = first.structure === structure && first.hole === hole;
  const place = first.structure.origin === "" ? "an unknown place" : first.structure.origin;
  const holeOfFirst = first.hole < 0 ? "" : `, hole ${first.hole + 1}`;
  const message = isSame
    ? `the id ${shown} stands on the page twice, both times from here; make it differ, by a key for example`
    : `the id ${shown} stands on the page twice, first in the template at ${place}${holeOfFirst}; rename one`;
  tell(f, makeFinding(structure, "duplicate-id", message, hole), structure);
}

function tell(f: Follower, finding: Finding, structure: Structure): void {
  const messages = f.told.get(structure) ?? new Set();
  f.told.set(structure, messages);
  const key = `${finding.kind} ${finding.hole ?? ""} ${finding.message}`;
  if (messages.has(key) || messages.size >= MAX_MESSAGES || f.count.findings >= MAX_FINDINGS) return;
  messages.add(key);
  f.count.findings++;
  f.report(finding);
}

function isText(value: unknown): boolean {
  if (typeof value === "string") return /[^\t\n\f\r ]/.test(value);
  if (typeof value === "number" || typeof value === "bigint") return true;
  return Array.isArray(value) && value.some((item) => !Array.isArray(item) && isText(item));
}
