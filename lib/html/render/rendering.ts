import type { Bounded } from "../boundary.ts";
import { makeMarked, RAW } from "../brand.ts";
import { failAt, type Site } from "../contexts.ts";
import { CHILD } from "../program/operation.ts";
import type { CompiledTemplate } from "../program/template.ts";
import type { HtmlValue, RawHtml } from "../types.ts";
import { isThenable } from "../unwrap.ts";
import { Fiber, type FiberHost, type Group, type Place } from "./fiber.ts";
import { foreignScope, isInForeign } from "./foreign-scope.ts";
import { placeholder, replacement } from "./late.ts";
import { LateGroups } from "./late-groups.ts";
import { ALL_AT_ONCE, type RenderingLimits } from "./limits.ts";
import { type Outlet, TextOutlet } from "./outlet.ts";
import { silence } from "./promises.ts";
import { type Catcher, catcherOf, isDead, makeSegment, Segments, takeLostStyles, textBetween } from "./segments.ts";
import type { Page, Sink } from "./sink.ts";
import { textOf } from "./whole.ts";

/**
 * A page on its way out, pulled piece by piece.
 * 1. Fibers write to segments; the segments, in order, are the page.
 * 2. Where a promise stands, the segment is cut: a new fiber waits with a segment of its own, the old one goes on behind it. So what comes
 *    later is under way while the promise settles, and yet leaves in order.
 * 3. A boundary's segments leave when all its fibers are done. When one fails, they are thrown away for what `failed` gives.
 * 4. A boundary with something pending leaves a placeholder and follows behind the page.
 * 5. What the fiber at the front writes leaves next: it may write bytes. All others gather text, as what stands before it is not there yet.
 */
export class Rendering<Piece = string> implements FiberHost {
  readonly #page: Page;
  readonly #limits: RenderingLimits;
  readonly #segments: Segments<Piece>;
  /** Fibers that can go on. */
  readonly #ready = new Set<Fiber>();
  readonly #late = new LateGroups();
  /** Fibers that have a promise in place of a value. */
  readonly #waiting = new Set<Fiber>();
  /** What may leave. */
  readonly #outlet: Outlet<Piece>;
  /** Writes the page's node: nothing of it runs before the first piece is asked for. */
  #begin: (() => void) | undefined;
  #isPulling = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** @param place - For a document within the page: where it stands. */
  constructor(page: Page, node: HtmlValue, limits: RenderingLimits, outlet: Outlet<Piece>, place?: Place) {
    this.#page = page;
    this.#limits = limits;
    this.#outlet = outlet;
    const first = makeSegment();
    this.#segments = new Segments(first, page, outlet, limits.pieceChars);
    const fiber = new Fiber(this, page, first, undefined, place);
    this.#begin = () => this.#start(fiber, () => fiber.write(node, undefined, 0));
    if (typeof node === "object" && node !== null && isThenable(node)) silence(node); // it is waited for later
  }

  /**
   * The next piece; `undefined` when there is none. A promise only when nothing can leave before another promise has settled.
   * @throws what the page throws; from then on, again and again.
   */
  pull(): Piece | undefined | Promise<Piece | undefined> {
    this.#isPulling = true;
    try {
      return this.#pullNext();
    } finally {
      this.#isPulling = false;
      this.#outlet.end();
    }
  }

  #pullNext(): Piece | undefined | Promise<Piece | undefined> {
    const outlet = this.#outlet;
    const segments = this.#segments;
    const begin = this.#begin;
    this.#begin = undefined;
    begin?.();
    for (;;) {
      const hasRun = this.#runNext();
      if (this.#failure !== undefined) throw this.#failure.error;
      if (!this.#isWhole || this.#waiting.size === 0) segments.collect();
      if (outlet.length >= this.#limits.pieceChars) return outlet.take();
      if (hasRun) continue;
      if (outlet.length > 0) return outlet.take();
      if (segments.haveLeft) {
        if (this.#sendLate()) continue;
        if (this.#late.isEmpty) return outlet.last();
      }
      return new Promise<void>((resolve) => {
        this.#wake = resolve;
      }).then(() => this.pull());
    }
  }

  /** All of it has left. */
  get isDone(): boolean {
    return this.#segments.haveLeft && this.#outlet.isEmpty && this.#late.isEmpty;
  }

  /** Ends it: nothing runs any more, and `pull` throws. */
  cancel(reason: unknown): void {
    this.#fail(reason ?? failAt("HTML_ABORTED", "the render was ended", undefined));
  }

  isFull(fiber: Fiber): boolean {
    if (this.#failure !== undefined || this.#waiting.size >= this.#limits.maxWaiting) return true;
    // The content of a boundary leaves as a whole: stopping it half-way would be for ever.
    if (fiber.group !== undefined) return false;
    const { text, bytes } = fiber.sink;
    return text.length + (bytes === undefined ? 0 : this.#outlet.length) >= this.#limits.pieceChars;
  }

  get flush(): Sink["flush"] {
    return this.#outlet.flush;
  }

  get append(): NonNullable<Sink["append"]> {
    return this.#outlet.append;
  }

  /** All or nothing: then even the last style gets into the head. */
  get #isWhole(): boolean {
    return this.#limits.pieceChars === Number.POSITIVE_INFINITY;
  }

  wait(fiber: Fiber, promise: PromiseLike<unknown>, write: (fiber: Fiber, value: unknown) => void): void {
    const child = new Fiber(this, this.#page, this.#segments.cut(fiber), fiber.group, fiber.place);
    if (child.group !== undefined) child.group.live++;
    this.#waiting.add(child);
    const settle = (run: () => void): void => {
      if (!this.#waiting.delete(child)) return; // what it belonged to has failed meanwhile
      this.#start(child, run);
      this.#rouse();
    };
    const fail = (error: unknown): void =>
      settle(() => {
        throw error;
      });
    try {
      promise.then((value) => settle(() => write(child, value)), fail);
    } catch (error) {
      fail(error); // a thenable may throw there, also after it has settled: then that counts
    }
  }

  bound(fiber: Fiber, part: Bounded, site: Site | undefined, hole: number): void {
    const isLate = this.#limits.outOfOrder && part.pending !== undefined && !isFixed(fiber, site, hole);
    const first = isLate ? makeSegment() : this.#segments.cut(fiber);
    const group: Group = {
      ...{ parent: fiber.group, failed: part.failed, site, hole, place: fiber.place, first, after: first.next },
      ...{ live: 0, id: 0, isSent: false, isDead: false },
    };
    if (isLate) this.#late.add(group);
    else if (group.parent !== undefined) group.parent.live++;
    const inner = this.#startGroup(group, part.children);
    if (!isLate) return;
    this.#runFiber(inner);
    this.#putLate(fiber, group, part.pending);
  }

  openHead(fiber: Fiber): void {
    this.#segments.cut(fiber).isHead = true;
  }

  documentText(page: Page, value: unknown, fiber: Fiber): string | Promise<string> {
    const { place } = fiber;
    const scope = foreignScope(place.scope, false); // a document starts in HTML again
    const outlet = new TextOutlet();
    return textOf(new Rendering(page, value as HtmlValue, ALL_AT_ONCE, outlet, { ...place, scope })); // cast: checked as it is written
  }

  #startGroup(group: Group, content: () => unknown): Fiber {
    group.first.group = group;
    const fiber = new Fiber(this, this.#page, group.first, group, group.place);
    group.live++;
    this.#start(fiber, () => fiber.writeScoped(content, group.site, group.hole));
    return fiber;
  }

  /** Lets a fiber write, and keeps it among the ready ones as long as there is more. */
  #start(fiber: Fiber, write: () => void): void {
    this.#ready.add(fiber);
    this.#try(fiber, write);
    this.#settle(fiber);
  }

  #try(fiber: Fiber, run: () => void): void {
    if (this.#isPulling) this.#segments.lend(fiber);
    try {
      run();
    } catch (error) {
      this.#failFiber(fiber, error);
    }
    fiber.sink.bytes = undefined;
  }

  /** Runs the first fiber that can go on. @returns False when there is none. */
  #runNext(): boolean {
    const first = this.#segments.front;
    if (first !== undefined && this.#ready.has(first) && !this.isFull(first)) {
      this.#runFiber(first);
      return true;
    }
    for (const fiber of this.#ready) {
      if (this.isFull(fiber)) continue;
      this.#runFiber(fiber);
      return true;
    }
    return false;
  }

  #runFiber(fiber: Fiber): void {
    if (!this.#ready.has(fiber)) return; // it is done, or has failed
    this.#try(fiber, () => fiber.run());
    this.#settle(fiber);
  }

  /** Takes leave of a fiber that is done. */
  #settle(fiber: Fiber): void {
    if (!fiber.isDone || !this.#ready.delete(fiber) || isDead(fiber.group)) return;
    fiber.segment.text += fiber.sink.text;
    fiber.sink.text = "";
    fiber.segment.fiber = undefined;
    this.#leave(fiber.group);
  }

  #leave(group: Group | undefined): void {
    if (group === undefined || --group.live > 0) return;
    if (group.id === 0) this.#leave(group.parent);
  }

  #failFiber(fiber: Fiber, error: unknown): void {
    this.#ready.delete(fiber);
    fiber.drop();
    const catcher = catcherOf(fiber.group);
    if (catcher === undefined || this.#failure !== undefined) this.#fail(error);
    else if (!isDead(catcher.group)) this.#failGroup(catcher, error);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#begin = undefined;
    for (const fiber of this.#ready) fiber.drop();
    this.#ready.clear();
    this.#waiting.clear();
    this.#rouse();
  }

  /** Throws the content of a boundary away, and what was going on in it, for what its `failed` gives. */
  #failGroup({ group, failed, parent }: Catcher, error: unknown): void {
    const { first, after } = group;
    group.isDead = true;
    for (const fibers of [this.#ready, this.#waiting]) {
      for (const fiber of fibers) {
        if (!isDead(fiber.group)) continue;
        fibers.delete(fiber);
        fiber.drop();
      }
    }
    const lost = takeLostStyles(this.#page, [group, ...this.#late.takeDeadBut(group)]);
    Object.assign(first, { text: "", next: after, isHead: false });
    const other: Group = { ...group, parent, failed: undefined, live: 0, isDead: false };
    this.#late.replace(group, other);
    const fiber = this.#startGroup(other, () => (lost.length === 0 ? failed(error) : [failed(error), lost]));
    if (other.id > 0) this.#runFiber(fiber);
  }

  /** Writes the placeholder of a late boundary, or its content when it was not late after all. */
  #putLate(fiber: Fiber, { id, site, hole }: Group, pending: HtmlValue): void {
    const group = this.#late.takeComplete(id);
    if (group !== undefined) {
      fiber.sink.text += textBetween(group.first, undefined);
      return;
    }
    const { open, close } = placeholder(id);
    fiber.sink.text += open;
    fiber.write([pending, makeMarked<RawHtml>(RAW, { markup: close })], site, hole);
  }

  /** Hands on one late boundary that is complete. @returns False when there is none. */
  #sendLate(): boolean {
    const group = this.#late.takeNext();
    if (group === undefined) return false;
    this.#outlet.add(replacement(group.id, textBetween(group.first, undefined), this.#page.nonce));
    this.#segments.endPage();
    return true;
  }

  #rouse(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** Whether what stands in a hole must come in its place: in SVG, MathML and templates a script could not put it in. */
function isFixed({ sink }: Fiber, site: Site | undefined, hole: number): boolean {
  if (isInForeign(sink.scope)) return true;
  // cast: the site of a hole is its template
  const operations = (site as CompiledTemplate | undefined)?.operations;
  return (
    operations?.some((operation) => operation.kind === CHILD && operation.hole === hole && operation.fixed) === true
  );
}
