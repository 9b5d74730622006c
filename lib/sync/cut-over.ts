import { carryOver, compactDoc, type Doc, docLike, versionCovers } from "../crdt/index.ts";

/** A document in the next epoch. */
export interface CutOver {
  readonly doc: Doc;
  /** What was not in the hub's document, made anew; undefined when there was nothing. */
  readonly carried: Uint8Array | undefined;
  /** False when a part of it could not be. */
  readonly isWhole: boolean;
}

/**
 * Brings a replica's document into the next epoch: merges what the epoch ended with, writes that anew, and does to it what the replica has beyond.
 * @param old - What the epoch ended with; empty when that is exactly what the replica has.
 * @returns undefined when it cannot be written anew here.
 */
export function cutOver(
  doc: Doc,
  old: Uint8Array,
  epoch: number,
  random: (byteLength: number) => Uint8Array,
): CutOver | undefined {
  const isEqual = old.length === 0;
  const before = isEqual ? doc : docLike(doc);
  if (!isEqual) before.apply(old);
  const base = compactDoc(before, epoch);
  if (base === undefined) return undefined;
  return carriedOnto(before, isEqual ? undefined : doc, base, random);
}

/** The same, on what another tab has made of it. */
export function carriedOnto(
  before: Doc,
  doc: Doc | undefined,
  base: Uint8Array,
  random: (byteLength: number) => Uint8Array,
): CutOver {
  const onto = docLike(before, { random });
  onto.apply(base);
  const since = onto.version();
  let isWhole = true;
  if (doc !== undefined) {
    const after = docLike(before);
    after.apply(before.encode());
    after.apply(doc.encode());
    isWhole = carryOver(before, after, onto);
  }
  const isSame = versionCovers(since, onto.version());
  return { doc: onto, carried: isSame ? undefined : onto.encode({ since }), isWhole };
}
