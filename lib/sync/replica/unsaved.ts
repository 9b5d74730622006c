import { type Doc, type UpdateRange, updateRanges, type Version } from "../../crdt/index.ts";
import { decodeValue, encodeValue } from "../../wire/index.ts";
import { ownerKey } from "../claims.ts";

/** How many operations of one replica the hub has: insertions and writes, and deletions, which are counted apart. */
interface Acked {
  readonly made: number;
  readonly gone: number;
}

/** What one frame brings to the hub: the numbers of each replica of this device as it was sent. */
export type SentMark = ReadonlyMap<number, Acked>;

const NONE: Acked = { made: 0, gone: 0 };

/**
 * Which operations made on this device the hub has not acknowledged. Only replicas of this device are kept, that is this session, other tabs
 * and earlier sessions: a handful, however many ever wrote to the document.
 */
export class Unsaved {
  readonly #doc: Doc;
  readonly #acked = new Map<number, Acked>();

  constructor(doc: Doc) {
    this.#doc = doc;
  }

  /** A replica of this device has written. True when it was not known before. */
  add(replica: number): boolean {
    if (this.#acked.has(replica)) return false;
    this.#acked.set(replica, NONE);
    return true;
  }

  /** Whether operations are of this device, */
  isOurs({ replica }: UpdateRange): boolean {
    return this.#acked.has(ownerKey(replica));
  }

  /** and whether the hub has acknowledged them. */
  isAcked({ replica, to }: UpdateRange): boolean {
    const acked = this.#acked.get(ownerKey(replica)) ?? NONE;
    return to <= (replica < 0 ? acked.gone : acked.made);
  }

  /** What of it the hub has not, if it is of this device. */
  unsavedOf({ replica, from, to }: UpdateRange): UpdateRange | undefined {
    const acked = this.#acked.get(ownerKey(replica));
    if (acked === undefined) return undefined;
    const first = Math.max(from, replica < 0 ? acked.gone : acked.made);
    return first < to ? { replica, from: first, to } : undefined;
  }

  /** What a frame that holds all there is now will bring to the hub. O(replicas of the document). */
  mark(): SentMark {
    const version = this.#doc.version();
    return new Map([...this.#acked.keys()].map((replica) => [replica, numbersOf(version, replica)]));
  }

  /** The hub has what a frame brought. */
  acknowledge(mark: SentMark): void {
    for (const [replica, numbers] of mark) this.#acked.set(replica, highest(this.#acked.get(replica) ?? NONE, numbers));
  }

  /** The hub passed this on, so it has it: edits of this device may have reached it through a page that is not of the same tabs. */
  heard(update: Uint8Array): void {
    if (this.#acked.size === 0) return;
    for (const { replica, to } of updateRanges(update)) {
      const owner = ownerKey(replica);
      const acked = this.#acked.get(owner);
      const now = replica < 0 ? { made: 0, gone: to } : { made: to, gone: 0 };
      if (acked !== undefined) this.#acked.set(owner, highest(acked, now));
    }
  }

  /** The hub says what it has: the last word, also where it has lost something. */
  correct(version: Version): void {
    for (const replica of this.#acked.keys()) this.#acked.set(replica, numbersOf(version, replica));
  }

  /** How many operations that are. O(replicas of the document). */
  count(): number {
    if (this.#acked.size === 0) return 0;
    const version = this.#doc.version();
    let sum = 0;
    for (const [replica, acked] of this.#acked) {
      const { made, gone } = numbersOf(version, replica);
      sum += Math.max(0, made - acked.made) + Math.max(0, gone - acked.gone);
    }
    return sum;
  }

  /** The same as bytes, for the store and for other tabs. */
  encode(): Uint8Array {
    return encodeValue([...this.#acked].flatMap(([replica, { made, gone }]) => [replica, made, gone]));
  }

  /** Adds what `encode` gave: numbers only rise. Ignores anything else. */
  merge(bytes: Uint8Array): void {
    const numbers = decodeValue(bytes);
    if (!Array.isArray(numbers)) return;
    for (let i = 0; i + 2 < numbers.length; i += 3) {
      const [replica, made, gone] = numbers.slice(i, i + 3);
      if (typeof replica === "number" && typeof made === "number" && typeof gone === "number") {
        this.#acked.set(replica, highest(this.#acked.get(replica) ?? NONE, { made, gone }));
      }
    }
  }
}

/** In a version, deletions of a replica stand under -1 - id. */
function numbersOf(version: Version, replica: number): Acked {
  return { made: version.get(replica) ?? 0, gone: version.get(-1 - replica) ?? 0 };
}

function highest(left: Acked, right: Acked): Acked {
  return { made: Math.max(left.made, right.made), gone: Math.max(left.gone, right.gone) };
}
