import type { Group, Segment } from "./fiber.ts";

/** An empty segment. */
export function makeSegment(next?: Segment): Segment {
  return { text: "", fiber: undefined, next, group: undefined, isHead: false };
}

/** Whether the group, or one around it, has been given up. */
export function isDead(group: Group | undefined): boolean {
  for (let at = group; at !== undefined; at = at.parent) if (at.isDead) return true;
  return false;
}

/** All text from a segment up to another. */
export function textBetween(first: Segment, end: Segment | undefined): string {
  let text = "";
  for (let at: Segment | undefined = first; at !== undefined && at !== end; at = at.next) text += at.text;
  return text;
}

/** The nearest group around that leaves late. */
export function lateAround(group: Group): Group | undefined {
  let at = group.parent;
  while (at !== undefined && at.id === 0) at = at.parent;
  return at;
}
