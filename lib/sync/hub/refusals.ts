import { type UpdateRange, updateRanges } from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";

/** On one connection, in one document: whoever is refused goes on as another, and to remember them all would be for strangers to fill memory with. */
const MOST_REPLICAS = 10_000;

/** Which transactions of a connection enter a document: each whole or not at all, and one that does not takes all that its replica wrote after it with it, as that would leave a hole. */
export class Refusals {
  readonly #allows: (update: Uint8Array) => boolean;
  /** From which number on a replica's operations are refused. */
  #refused: Map<number, number> | undefined;

  constructor(allows: (update: Uint8Array) => boolean) {
    this.#allows = allows;
  }

  /** Where what is refused begins; undefined when the update may enter, or brings nothing. */
  check(update: Uint8Array): UpdateRange | undefined {
    const refused = this.#refused;
    const follower = refused && updateRanges(update).find((range) => follows(refused, range));
    if (follower !== undefined) return follower;
    if (this.#allows(update)) return undefined;
    const ranges = updateRanges(update);
    this.#refused ??= new Map();
    if (this.#refused.size > MOST_REPLICAS) {
      throw new CodedError("SYNC_LIMIT", `edits of more than ${MOST_REPLICAS} replicas were refused`);
    }
    for (const { replica, from } of ranges) {
      this.#refused.set(replica, Math.min(from, this.#refused.get(replica) ?? from));
    }
    return ranges[0];
  }
}

function follows(refused: ReadonlyMap<number, number>, { replica, to }: UpdateRange): boolean {
  const from = refused.get(replica);
  return from !== undefined && to > from;
}
