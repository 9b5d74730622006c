import type { UpdateRange, Version } from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";
import { MAX_OPERATIONS } from "./limits.ts";

/** How many operations a document has, at most: counting them takes a look at every replica that ever wrote, so it is done when it matters. */
export class OperationCount {
  #most = Number.POSITIVE_INFINITY;

  /** These enter the document. */
  add(ranges: readonly UpdateRange[]): void {
    for (const { from, to } of ranges) this.#most += to - from;
  }

  /** The document is another one. */
  forget(): void {
    this.#most = Number.POSITIVE_INFINITY;
  }

  /**
   * As `add`, for what a stranger sends.
   * @throws CodedError `SYNC_LIMIT` when the document would have more than it may.
   */
  take(ranges: readonly UpdateRange[], version: () => Version): void {
    this.add(ranges);
    if (this.#most <= MAX_OPERATIONS) return;
    const after = new Map(version()); // what came twice counts once
    for (const { replica, to } of ranges) after.set(replica, Math.max(to, after.get(replica) ?? 0));
    let sum = 0;
    for (const count of after.values()) sum += count;
    if (sum > MAX_OPERATIONS)
      throw new CodedError("SYNC_LIMIT", `a document of more than ${MAX_OPERATIONS} operations`);
    this.#most = sum;
  }
}
