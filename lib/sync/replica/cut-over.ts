import { carryOver, compactDoc, type Doc, docLike, type Version, versionCovers } from "../../crdt/index.ts";
import type { SyncPlatform } from "../platform.ts";

/** A document in the next epoch. */
export interface CutOver {
  readonly doc: Doc;
  /** What was not in the hub's document, made anew, each transaction by itself: what is refused of them is refused alone. */
  readonly carried: readonly Uint8Array[];
  /** False when a part of it could not be. */
  readonly isWhole: boolean;
}

/** Whose document that is. */
export interface CutOverHost {
  readonly doc: Doc;
  readonly platform: SyncPlatform;
  /** `since` gives the transactions that bring what a version lacks, where it can tell them apart. */
  readonly outgoing: { since(version: Version): readonly Uint8Array[] | undefined };
}

/** Bytes of the document times transactions that may be gone through at once: some hundred milliseconds in which a page does not answer. */
const MOST_WORK = 512 * 1024;

/**
 * Brings a replica's document into the next epoch: merges what the epoch ended with, writes that anew, and does to it what the replica has beyond.
 * @param old - What the epoch ended with; empty when that is exactly what the replica has.
 * @returns undefined when it cannot be written anew here.
 */
export function cutOver(host: CutOverHost, old: Uint8Array, epoch: number): CutOver | undefined {
  const { doc } = host;
  const isEqual = old.length === 0;
  const before = isEqual ? doc : docLike(doc);
  if (!isEqual) before.apply(old);
  const base = compactDoc(before, epoch);
  if (base === undefined) return undefined;
  return carriedOnto(host, before, base);
}

/** The same, on what another tab has made of it. */
export function carriedOnto(host: CutOverHost, before: Doc, base: Uint8Array): CutOver {
  const { doc, outgoing } = host;
  const all = doc.encode({ since: before.version() });
  const steps = doc === before ? [] : inSteps(outgoing.since(before.version()) ?? [all], doc.encode().length);
  const apart = carriedBy(host, before, base, steps);
  // What is not shown as it was is no place for what follows.
  return apart.isWhole || steps.length < 2 ? apart : carriedBy(host, before, base, [[all]]);
}

function carriedBy({ platform }: CutOverHost, start: Doc, base: Uint8Array, steps: readonly Updates[]): CutOver {
  const onto = docLike(start, { random: (length) => platform.random(length) });
  onto.apply(base);
  const [before, after] = [docLike(start), docLike(start)];
  if (steps.length > 0) for (const doc of [before, after]) doc.apply(start.encode());
  const carried: Uint8Array[] = [];
  let isWhole = true;
  for (const step of steps) {
    const since = onto.version();
    for (const update of step) after.apply(update);
    isWhole = carryOver(before, after, onto) && isWhole;
    for (const update of step) before.apply(update);
    if (!versionCovers(since, onto.version())) carried.push(onto.encode({ since }));
  }
  return { doc: onto, carried, isWhole };
}

type Updates = readonly Uint8Array[];

/** One by one, or several neighbours in one where they are many: each step goes through the document. */
function inSteps(updates: Updates, documentBytes: number): Updates[] {
  const most = Math.max(1, Math.floor(MOST_WORK / documentBytes));
  const each = Math.ceil(updates.length / most);
  const steps: Updates[] = [];
  for (let i = 0; i < updates.length; i += each) steps.push(updates.slice(i, i + each));
  return steps;
}
