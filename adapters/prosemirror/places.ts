import type { Node } from "prosemirror-model";
import { isUnmarked } from "./units.ts";

/** Where the content of a block begins, in the text and in the editor. Within it both count the same. */
export interface Place {
  readonly index: number;
  readonly position: number;
  readonly length: number;
}

export function placesOf(doc: Node): Place[] {
  const places: Place[] = [];
  let index = 0;
  doc.descendants((node, position) => {
    if (!node.isTextblock && node.childCount > 0 && !node.isAtom) return true;
    if (places.length > 0 || !isUnmarked(doc)) index++;
    const length = node.isTextblock ? node.content.size : 0;
    places.push({ index, position: node.isTextblock ? position + 1 : position, length });
    index += length;
    return false;
  });
  return places;
}

export function toPosition(places: readonly Place[], index: number): number {
  const place = places.findLast((each) => each.index <= index) ?? places[0];
  return place === undefined ? 0 : place.position + Math.max(0, Math.min(index - place.index, place.length));
}

export function toIndex(places: readonly Place[], position: number): number {
  const place = places.findLast((each) => each.position <= position) ?? places[0];
  return place === undefined ? 0 : place.index + Math.max(0, Math.min(position - place.position, place.length));
}
