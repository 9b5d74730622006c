import type { UpdateRange, Version } from "../crdt/index.ts";
import { CodedError } from "../errors/index.ts";
import type { AppendClaim, CutClaim } from "./store.ts";

/**
 * What a store knows of a document's replicas: the number each goes on with, and who it belongs to. For stores that keep this in memory; the others
 * do the same in their own language.
 * @public
 */
export interface ClaimTable {
  /** The replica's next number; a deletion's stands under its own key. */
  readonly next: ReadonlyMap<number, number>;
  readonly authors: ReadonlyMap<number, string>;
  readonly epoch: number;
  /**
   * False when all of it is there already: then nothing is to be added.
   * @throws CodedError `SYNC_STORE_GAP`, `SYNC_REPLICA_TAKEN`, `SYNC_STORE_EPOCH`; nothing has changed then.
   */
  check(claim: AppendClaim): boolean;
  /** Notes what was added. */
  note(claim: AppendClaim): void;
  /** Notes what a snapshot knows. */
  cover(version: Version): void;
}

/**
 * Makes the table of one document, from what was noted before.
 * @public
 */
export function createClaimTable(
  next: Map<number, number> = new Map(),
  authors: Map<number, string> = new Map(),
  begunIn = 0,
): ClaimTable {
  let current = begunIn;
  const raise = (key: number, to: number): void => {
    if ((next.get(key) ?? 0) < to) next.set(key, to);
  };
  return {
    next,
    authors,
    get epoch() {
      return current;
    },
    check({ ranges, author, epoch = current }) {
      if (epoch !== current && (current > 0 || next.size > 0)) throw otherEpoch(epoch, current);
      if (ranges.length === 0) return true;
      let isNew = false;
      for (const { replica, from, to } of ranges) {
        const known = next.get(replica) ?? 0;
        if (to <= known) continue; // others may pass on what is there
        isNew = true;
        if (from > known) throw gap(replica, from, known);
        const owner = authors.get(ownerKey(replica));
        if (owner !== undefined && owner !== author) throw taken(replica); // also who has no name
      }
      return isNew;
    },
    note({ ranges, author, epoch }) {
      if (epoch !== undefined) current = epoch;
      for (const range of ranges) {
        if (author !== undefined && isNewHere(range)) authors.set(ownerKey(range.replica), author);
        raise(range.replica, range.to);
      }
    },
    cover(version) {
      for (const [key, to] of version) raise(key, to);
    },
  };

  function isNewHere({ replica, to }: UpdateRange): boolean {
    return to > (next.get(replica) ?? 0) && !authors.has(ownerKey(replica));
  }
}

/**
 * The table of a document that was cut.
 * @public
 */
export function cutClaims({ epoch, version, author }: CutClaim): ClaimTable {
  return createClaimTable(new Map(version), new Map([...version.keys()].map((key) => [ownerKey(key), author])), epoch);
}

/** The replica behind a key of a version: deletions count under their own. */
export function ownerKey(key: number): number {
  return key < 0 ? -1 - key : key;
}

function gap(key: number, from: number, known: number): CodedError {
  return new CodedError("SYNC_STORE_GAP", `operations ${known} to ${from} of replica ${ownerKey(key)} are missing`, {
    value: known,
  });
}

function otherEpoch(epoch: number, current: number): CodedError {
  return new CodedError("SYNC_STORE_EPOCH", `an update of epoch ${epoch}, where the document is in ${current}`, {
    value: current,
  });
}

function taken(key: number): CodedError {
  const value = ownerKey(key);
  return new CodedError("SYNC_REPLICA_TAKEN", `replica ${value} belongs to another author`, { value });
}
