import { CSS, makeMarked } from "../brand.ts";
import type { Css } from "../types.ts";
import type { Fiber, Group, Segment } from "./fiber.ts";
import type { Outlet } from "./outlet.ts";
import type { Page } from "./sink.ts";

/** What of a page has not left, in order. */
export class Segments<Piece> {
  #head: Segment | undefined;
  readonly #page: Page;
  readonly #outlet: Outlet<Piece>;
  readonly #most: number;

  /** @param most - How much is gathered before it is taken. */
  constructor(first: Segment, page: Page, outlet: Outlet<Piece>, most: number) {
    this.#head = first;
    this.#page = page;
    this.#outlet = outlet;
    this.#most = most;
  }

  get haveLeft(): boolean {
    return this.#head === undefined;
  }

  /** Who writes what leaves next. */
  get front(): Fiber | undefined {
    return this.#head?.fiber;
  }

  /** Ends the fiber's segment and makes two: an empty one, and one behind it where the fiber goes on. */
  cut(fiber: Fiber): Segment {
    const before = fiber.segment;
    const after = makeSegment(before.next);
    const between = makeSegment(after);
    before.text += fiber.sink.text;
    fiber.sink.text = "";
    fiber.sink.bytes = undefined; // what waits comes before
    before.fiber = undefined;
    before.next = between;
    fiber.segment = after;
    after.fiber = fiber;
    return between;
  }

  /** Where all that the fiber writes next leaves next, it need not be text. */
  lend({ segment, group, sink }: Fiber): void {
    if (segment !== this.#head || segment.isHead || group !== undefined) return;
    sink.text = segment.text + sink.text;
    segment.text = "";
    this.#outlet.lend(sink);
  }

  /** Hands on what may leave from the front. */
  collect(): void {
    const outlet = this.#outlet;
    while (this.#head !== undefined && outlet.length < this.#most) {
      const head: Segment = this.#head;
      if (head.group !== undefined) {
        if (head.group.live > 0) return;
        head.group.isSent = true;
      }
      if (head.isHead) this.#closeHead();
      outlet.add(head.text);
      head.text = "";
      const { fiber } = head;
      if (fiber !== undefined) {
        outlet.add(fiber.sink.text);
        fiber.sink.text = "";
        return;
      }
      this.#head = head.next;
      if (this.#head === undefined) this.endPage();
    }
  }

  /** Styles that were asked for late. */
  endPage(): void {
    this.#outlet.add(this.#page.late);
    this.#page.late = "";
  }

  #closeHead(): void {
    this.#outlet.add(this.#page.headStyles);
    this.#page.headStyles = "";
    this.#page.isHeadOpen = false;
  }
}

/** An empty segment. */
export function makeSegment(next?: Segment): Segment {
  return { text: "", fiber: undefined, next, group: undefined, isHead: false };
}

/** Whether the group, or one around it, has been given up. */
export function isDead(group: Group | undefined): boolean {
  for (let at = group; at !== undefined; at = at.parent) if (at.isDead) return true;
  return false;
}

/** All text from a segment up to another, with what fibers are about to add. */
export function textBetween(first: Segment, end: Segment | undefined): string {
  let text = "";
  for (let at: Segment | undefined = first; at !== undefined && at !== end; at = at.next)
    text += at.text + (at.fiber?.sink.text ?? "");
  return text;
}

/** What is shown in place of a group that has failed. */
export interface Catcher {
  readonly group: Group;
  readonly failed: NonNullable<Group["failed"]>;
  /** What gets what that throws in turn. */
  readonly parent: Group | undefined;
}

/**
 * Who shows something in place of what has failed: the nearest around that has `failed`. One that has left cannot be replaced any more;
 * the late one within it stands in for it.
 */
export function catcherOf(failing: Group | undefined): Catcher | undefined {
  let open: Group | undefined;
  for (let at = failing; at !== undefined; at = at.parent) {
    if (!hasLeft(at)) open = at;
    if (at.failed !== undefined && open !== undefined) return { group: open, failed: at.failed, parent: at.parent };
  }
  return undefined;
}

function hasLeft({ isSent, id, parent }: Group): boolean {
  return isSent || (id === 0 && parent !== undefined && hasLeft(parent));
}

/**
 * Forgets the styles that are thrown away with the content of boundaries, and gives them: siblings that asked for them since have none
 * of their own. Some the content alone has asked for: they do no harm.
 */
export function takeLostStyles(page: Page, groups: readonly Group[]): readonly Css[] {
  const { headStyles } = page;
  const isHeadLost = groups.some(({ first, after }) => hasHead(first, after));
  let dropped = isHeadLost ? headStyles : "";
  for (const { first, after } of groups) dropped += textBetween(first, after);
  if (isHeadLost) {
    page.isHeadOpen = false;
    page.headStyles = "";
  }
  const lost: Css[] = [];
  for (const text of page.styles ?? []) {
    if (!dropped.includes(`>${text}</style>`)) continue;
    page.styles?.delete(text);
    lost.push(makeMarked<Css>(CSS, { text, attributes: {} }));
  }
  return lost;
}

function hasHead(first: Segment, end: Segment | undefined): boolean {
  for (let at: Segment | undefined = first; at !== undefined && at !== end; at = at.next) if (at.isHead) return true;
  return false;
}
