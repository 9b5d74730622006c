/**
 * Many new spans at once, into sequences that are empty: one walk over the tree of `fugue.ts` puts them in order, where placing them one by one searches
 * for each. That walk needs no places as long as siblings have one right origin; where they do not, they are placed one by one after all.
 *
 * Bench: `crdt`, "B4, load to first edit".
 */
import { integrate } from "./fugue.ts";
import { append } from "./long-list.ts";
import { LEFT, type Sequence, type Span } from "./model.ts";
import { noRuns, type Runs } from "./pack.ts";
import { NONE, type Piece } from "./rows.ts";

export class Arrangement {
  /** In an order in which each follows what it hangs on. */
  private readonly added = new Map<Span, readonly Piece[]>();

  /** Takes the next units of a span, in place of `integrate`. */
  readonly add = (span: Span, pieces: readonly Piece[]): void => {
    const known = this.added.get(span);
    this.added.set(span, known === undefined ? pieces : [...known, ...pieces]);
    for (const { length } of pieces) span.length += length;
  };

  /** The runs of each sequence in order, to be packed. Of those that need places there are none: their runs are in their trees. */
  settle(): Map<Sequence, Runs> {
    const parents = new Set<Span>();
    const settled = new Map<Sequence, Runs>();
    for (const span of this.added.keys()) {
      const { home, parent } = span;
      if (!settled.has(home)) settled.set(home, noRuns());
      if (parent === null)
        home.roots = append(home.roots as Span[], span); // casts: a new sequence has plain lists
      else {
        parent.kids = append((parent.kids ?? []) as Span[], span);
        parents.add(parent);
      }
    }
    const loose = new Set<Sequence>();
    for (const home of settled.keys()) if (!sorted(home.roots as Span[])) loose.add(home); // casts: as above
    for (const { kids, home } of parents) if (!sorted(kids as Span[])) loose.add(home);
    for (const [home, runs] of settled)
      if (loose.has(home) || !this.walk(home, runs)) {
        settled.delete(home);
        this.place(home);
      }
    return settled;
  }

  /** Gives the pieces of one text what shows of them: a span's stand in its order. */
  deal({ spans, lengths }: Runs, text: string): void {
    const next = new Map<Span, number>();
    let from = 0;
    for (let i = 0; i < spans.length; i++) {
      const span = spans[i] as Span; // casts: within the lists
      const pieces = this.added.get(span) as readonly Piece[];
      let at = next.get(span) ?? 0;
      for (let left = lengths[i] as number; left > 0; ) {
        const piece = pieces[at] as Piece;
        const { content, length } = piece;
        const count = typeof content === "string" ? Math.min(left, length - content.length) : 0;
        if (count === 0) at++;
        else piece.content = (content as string) + text.slice(from, from + count);
        from += count;
        left -= count;
      }
      next.set(span, at);
    }
  }

  private place(home: Sequence): void {
    home.roots = [];
    for (const span of this.added.keys())
      if (span.home === home) {
        span.length = 0;
        span.kids = null;
      }
    for (const [span, pieces] of this.added) if (span.home === home) integrate(span, pieces);
  }

  /** In-order, with a stack of its own: spans hang on each other as deep as a stranger likes. False where it needs places. */
  private walk(home: Sequence, runs: Runs): boolean {
    const stack: Visit[] = [];
    const enter = (spans: readonly Span[]): void => {
      for (let i = spans.length - 1; i >= 0; i--) {
        const span = spans[i] as Span; // cast: within the list, here and below
        stack.push({ span, kid: 0, offset: 0, piece: 0, start: 0, after: NONE });
      }
    };
    enter(home.roots as Span[]); // cast: a plain list yet, here and below
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { span } = top;
      const kids = (span.kids ?? []) as Span[];
      const kid = kids[top.kid];
      if (kid === undefined) {
        this.emit(top, span.length, runs);
        stack.pop();
        for (const later of top.after) enter(later);
        continue;
      }
      let end = top.kid + 1;
      const { parentOffset, side } = kid;
      if (side === LEFT) this.emit(top, parentOffset, runs);
      else {
        this.emit(top, parentOffset + 1, runs);
        if (parentOffset + 1 < span.length) {
          if (!haveOneOrigin(kid, span)) return false;
          if (!precedes(kid, span, parentOffset + 1)) {
            // the rest of the span is its sibling, and comes first
            while (kids[end]?.parentOffset === parentOffset && kids[end]?.side === side) end++;
            top.after = append(top.after, kids.slice(top.kid, end));
            top.kid = end;
            continue;
          }
        }
      }
      top.kid = end;
      enter([kid]);
    }
    return true;
  }

  /** The units up to `to`. */
  private emit(visit: Visit, to: number, { spans, offsets, lengths, contents }: Runs): void {
    const { span } = visit;
    const pieces = this.added.get(span) as readonly Piece[]; // cast: it was added
    while (visit.offset < to) {
      const { length, content } = pieces[visit.piece] as Piece; // cast: they are as long as the span
      const { offset, start } = visit;
      const end = start + length;
      const stop = Math.min(end, to);
      spans.push(span);
      offsets.push(offset);
      lengths.push(content === null ? offset - stop : stop - offset);
      contents.push(
        content === null || stop - offset === content.length ? content : content.slice(offset - start, stop - start),
      );
      visit.offset = stop;
      if (stop < end) continue;
      visit.piece++;
      visit.start = end;
    }
  }
}

/** Where the walk is in a span. */
interface Visit {
  readonly span: Span;
  /** The next of its kids. */
  kid: number;
  /** The next unit. */
  offset: number;
  /** The piece that the next unit is in, and where that starts. */
  piece: number;
  start: number;
  /** Kids that come behind all of it, by the unit they hang on; those of later units come first. */
  after: readonly (readonly Span[])[];
}

/** Sorts siblings by (parentOffset, side, id). False where their right origins differ. */
function sorted(kids: Span[]): boolean {
  if (kids.length > 1)
    kids.sort(
      (a, b) => a.parentOffset - b.parentOffset || a.side - b.side || a.log.id - b.log.id || a.counter - b.counter,
    );
  for (let i = 1; i < kids.length; i++) {
    const kid = kids[i] as Span; // casts: within the list
    const before = kids[i - 1] as Span;
    const areSiblings = kid.parentOffset === before.parentOffset && kid.side === before.side;
    if (areSiblings && kid.side !== LEFT && !haveOneOrigin(kid, before)) return false;
  }
  return true;
}

function haveOneOrigin(a: Span, b: Span): boolean {
  return a.right === b.right && a.rightOffset === b.rightOffset;
}

/** Whether a right child comes before its sibling, unit `offset` of the span. */
function precedes(kid: Span, span: Span, offset: number): boolean {
  return kid.log === span.log ? kid.counter < span.counter + offset : kid.log.id < span.log.id;
}
