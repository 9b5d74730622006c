import { CSS, makeMarked } from "./brand.ts";
import type { Group, Segment } from "./fiber.ts";
import type { Page } from "./sink.ts";
import type { Css } from "./types.ts";

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

/** The nearest group around that leaves late. */
export function lateAround(group: Group): Group | undefined {
  let at = group.parent;
  while (at !== undefined && at.id === 0) at = at.parent;
  return at;
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
