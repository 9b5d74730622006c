/**
 * Many new spans at once, into sequences that are empty: one walk over the tree of `fugue.ts` puts them in order, where placing them one by one searches
 * for each. It goes from the end to the start. Who inserted right of a unit saw no right child of it, so the right origins of such siblings stand behind all that
 * hangs right of the unit: when the walk comes to order the siblings, it has been there. What only a stranger writes is placed one by one after all.
 *
 * Bench: `crdt`, "B4, load to first edit".
 */

import { NONE, type Piece } from "../encoding/rows.ts";
import { LEFT, type Leaf, type Sequence, type Span } from "../model.ts";
import { integrate } from "./fugue.ts";
import { append, firstAfter } from "./long-list.ts";
import { noRuns, type Runs } from "./pack.ts";

export class Arrangement {
  /** In an order in which each follows what it hangs on; until it has a place, a span knows its number. */
  private readonly spans: Span[] = [];
  private readonly pieces: (readonly Piece[])[] = [];
  /** Those whose pieces are a copy. */
  private readonly longer = new Set<Span>();

  /** Takes the next units of a span, in place of `integrate`. */
  readonly add = (span: Span, pieces: readonly Piece[]): void => {
    if (span.length === 0) {
      span.where = this.spans.length as unknown as Leaf; // cast: nobody else looks there before it has a place
      this.spans.push(span);
      this.pieces.push(pieces);
    } else {
      const number = numberOf(span);
      if (!this.longer.has(span)) this.pieces[number] = (this.pieces[number] as Piece[]).slice(); // casts: it has some
      this.longer.add(span);
      for (const piece of pieces) (this.pieces[number] as Piece[]).push(piece);
    }
    for (const { length } of pieces) span.length += length;
  };

  /** The runs of each sequence in order, to be packed. Of those that need places there are none: their runs are in their trees. */
  settle(): Map<Sequence, Runs> {
    const { spans } = this;
    const settled = new Map<Sequence, Runs>();
    let last: Sequence | undefined;
    for (const span of spans) {
      const { home, parent } = span;
      if (home !== last) {
        last = home;
        if (!settled.has(home)) settled.set(home, noRuns());
      }
      if (parent === null)
        home.roots = append(home.roots as Span[], span); // casts: a new sequence has plain lists
      else parent.kids = append((parent.kids ?? []) as Span[], span);
    }
    const asked = new Map<Span, Places>();
    for (const home of settled.keys()) home.roots = sorted(home.roots as Span[], null, asked); // casts: as above
    for (const span of spans) if (span.kids !== null) span.kids = sorted(span.kids as Span[], span, asked);
    for (const [home, runs] of settled)
      if (!new Walk(this.pieces, asked, runs).over(home.roots as Span[])) {
        settled.delete(home);
        this.place(home);
      }
    return settled;
  }

  /** Gives the pieces of each text what shows of them: a span's stand in its order. */
  deal(texts: readonly (readonly [Runs, string])[]): void {
    const left = new Map(this.spans.map((span, i) => [span, { pieces: this.pieces[i] as readonly Piece[], at: 0 }])); // casts: within the lists
    for (const [{ spans, lengths }, text] of texts) {
      let from = 0;
      for (let i = 0; i < spans.length; i++) {
        const next = left.get(spans[i] as Span);
        for (let count = lengths[i] as number; next !== undefined && count > 0; ) {
          const piece = next.pieces[next.at] as Piece;
          const { content, length } = piece;
          const taken = typeof content === "string" ? Math.min(count, length - content.length) : 0;
          if (taken === 0) next.at++;
          else piece.content = (content as string) + text.slice(from, from + taken);
          from += taken;
          count -= taken;
        }
      }
    }
  }

  private place(home: Sequence): void {
    const pieces = new Map<Span, readonly Piece[]>();
    home.roots = [];
    for (const [i, span] of this.spans.entries())
      if (span.home === home) {
        pieces.set(span, this.pieces[i] as readonly Piece[]); // cast: within the list
        span.length = 0;
        span.kids = null;
        span.where = home.tree.first;
      }
    for (const [span, all] of pieces) integrate(span, all);
  }
}

/** Where what right origins are in stands: the starts of its runs, the last one first, and how many runs each is from the end. */
interface Places {
  readonly starts: number[];
  readonly runs: number[];
}

function numberOf({ where }: Span): number {
  return where as unknown as number; // cast: until it has a place
}

/** Sorts kids by (parentOffset, side, id), into a list no longer than they are. Asks for the right origins by which siblings are to be told apart. */
function sorted(kids: Span[], of: Span | null, asked: Map<Span, Places>): Span[] {
  const all = kids.length > 1 ? kids.slice() : kids;
  if (all.length > 1)
    all.sort(
      (a, b) => a.parentOffset - b.parentOffset || a.side - b.side || a.log.id - b.log.id || a.counter - b.counter,
    );
  let before: Span | null = null;
  for (let i = 0; i < all.length; i++) {
    const kid = all[i] as Span; // cast: within the list
    if (kid.side === LEFT) continue;
    const isInner = of !== null && kid.parentOffset + 1 < of.length;
    const sibling = isInner ? of : before?.parentOffset === kid.parentOffset ? before : kid;
    if (!haveOneOrigin(kid, sibling))
      for (const { right } of [kid, sibling]) if (right !== null) asked.set(right, { starts: [], runs: [] });
    before = kid;
  }
  return all;
}

function haveOneOrigin(a: Span, b: Span): boolean {
  return a.right === b.right && a.rightOffset === b.rightOffset;
}

/** In-order, backwards, with a stack of its own: spans hang on each other as deep as a stranger likes. */
class Walk {
  private readonly pieces: readonly (readonly Piece[])[];
  private readonly asked: ReadonlyMap<Span, Places>;
  private readonly runs: Runs;
  private readonly stack: Visit[] = [];

  constructor(pieces: readonly (readonly Piece[])[], asked: ReadonlyMap<Span, Places>, runs: Runs) {
    this.pieces = pieces;
    this.asked = asked;
    this.runs = runs;
  }

  /** False where it needs places. */
  over(roots: Span[]): boolean {
    const { stack, runs } = this;
    if (!this.arrange(roots, 0, roots.length)) return false;
    this.enter(roots, 0, roots.length);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { kids } = top;
      if (top.up < kids.length) {
        if (!this.rise(top)) return false;
        continue;
      }
      while (top.behind?.at(-1) === top.down) {
        top.behind.pop();
        top.down = top.behind.pop() as number; // cast: they are pairs
      }
      const kid = kids[--top.down];
      if (kid === undefined) {
        this.tell(top, 0);
        stack.pop();
      } else {
        this.tell(top, kid.side === LEFT ? kid.parentOffset : kid.parentOffset + 1);
        this.enter(kids, top.down, top.down + 1);
      }
    }
    for (const list of [runs.spans, runs.offsets, runs.lengths, runs.contents]) list.reverse();
    return true;
  }

  /** The last one is next. */
  private enter(siblings: readonly Span[], from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const span = siblings[i] as Span; // casts: within the lists, here and below
      const pieces = this.pieces[numberOf(span)] as readonly Piece[];
      const kids = (span.kids ?? NONE) as Span[]; // cast: a plain list yet
      const offset = span.length;
      const piece = pieces.length - 1;
      const start = offset - (pieces[piece] as Piece).length;
      this.stack.push({ span, kids, pieces, up: 0, down: kids.length, behind: null, offset, piece, start });
    }
  }

  /** Goes up the span to the next unit that has kids, and orders its right ones. */
  private rise(visit: Visit): boolean {
    const { span, kids, up } = visit;
    const { parentOffset, side } = kids[up] as Span; // casts: within the list
    let to = up + 1;
    while (kids[to]?.parentOffset === parentOffset && kids[to]?.side === side) to++;
    visit.up = to;
    if (side === LEFT) return true;
    const isInner = parentOffset + 1 < span.length;
    if (!this.arrange(kids, up, to, isInner ? span : undefined)) return false;
    if (!isInner) return true;
    // The rest of the span is their sibling.
    let cut = to;
    while (cut > up && this.compare(kids[cut - 1] as Span, 0, span, parentOffset + 1) > 0) cut--;
    if (cut === to) return true;
    visit.behind ??= [];
    visit.behind.push(cut, to);
    this.enter(kids, cut, to);
    return true;
  }

  /** Sorts siblings by their right origins, where those differ. False where one has no place yet. */
  private arrange(kids: Span[], from: number, to: number, sibling: Span = kids[from] as Span): boolean {
    let i = from;
    while (i < to && haveOneOrigin(kids[i] as Span, sibling)) i++; // casts: within the list
    if (i === to) return true;
    const siblings = kids.slice(from, to);
    for (const { right, rightOffset } of [sibling, ...siblings])
      if (this.placeOf(right, rightOffset) === undefined) return false;
    siblings.sort((a, b) => this.compare(a, 0, b, 0));
    for (i = from; i < to; i++) kids[i] = siblings[i - from] as Span;
    return true;
  }

  /** Of right siblings, negative when `a` comes first: units of two spans, whose right origins have places. */
  private compare(a: Span, offset: number, b: Span, otherOffset: number): number {
    let order = 0;
    if (!haveOneOrigin(a, b)) {
      const [left, right] = [this.placeOf(a.right, a.rightOffset), this.placeOf(b.right, b.rightOffset)];
      order = (left as number) - (right as number) || b.rightOffset - a.rightOffset; // casts: see above
    }
    return order || a.log.id - b.log.id || a.counter + offset - b.counter - otherOffset;
  }

  /** How many runs from the end on a unit has been told, the end itself before all. */
  private placeOf(unit: Span | null, offset: number): number | undefined {
    if (unit === null) return -1;
    const places = this.asked.get(unit);
    return places?.runs[firstAfter(places.starts, (start) => start <= offset)];
  }

  /** The units from `from` on that have not been told. */
  private tell(visit: Visit, from: number): void {
    const { span, pieces } = visit;
    const { spans, offsets, lengths, contents } = this.runs;
    const places = this.asked.size === 0 ? undefined : this.asked.get(span);
    while (visit.offset > from) {
      const { content } = pieces[visit.piece] as Piece; // casts: pieces are as long as the span
      const { offset, start } = visit;
      const first = Math.max(start, from);
      const length = offset - first;
      places?.starts.push(first);
      places?.runs.push(spans.length);
      spans.push(span);
      offsets.push(first);
      lengths.push(content === null ? -length : length);
      contents.push(
        content === null || length === content.length ? content : content.slice(first - start, offset - start),
      );
      visit.offset = first;
      if (first === start && first > 0) visit.start -= (pieces[--visit.piece] as Piece).length;
    }
  }
}

/** Where the walk is in a span: first up it, past what comes behind the rest of it, then down again. */
interface Visit {
  readonly span: Span;
  readonly kids: Span[];
  readonly pieces: readonly Piece[];
  /** On the way up, the next of the kids; on the way down, the one behind the next. */
  up: number;
  down: number;
  /** Kids that the walk goes to on its way up, as bounds in pairs. */
  behind: number[] | null;
  /** Units from here on have been told. */
  offset: number;
  /** The piece that the unit before is in, and where that starts. */
  piece: number;
  start: number;
}
