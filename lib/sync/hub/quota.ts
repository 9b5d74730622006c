import { CodedError } from "../../errors/index.ts";
import type { Limits } from "./limits.ts";

const SECOND_MS = 1000;
/** Documents, or what of them is missing, that one connection is told within a second: at least so many, and whoever comes back asks for each of its own. */
const LEAST_ANSWERS = 100;
const ANSWERS_PER_DOCUMENT = 3;

/** What one connection has used up. */
export class Quota {
  readonly #limits: Limits;
  #secondFrom = 0;
  #frames = 0;
  #pending = 0;
  #pendingBytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Counts a frame.
   * @param asks - Whether the answer is up to a whole document: of a few bytes each, they would keep the hub busy with nothing else.
   * @throws CodedError `SYNC_LIMIT` when there are too many within a second.
   */
  countFrame(now: number, asks: boolean): void {
    const { maxFramesPerSecond, maxDocuments } = this.#limits;
    if (Math.abs(now - this.#secondFrom) >= SECOND_MS) {
      // a clock may be set back
      this.#secondFrom = now;
      this.#frames = 0;
    }
    const mostAnswers = Math.max(LEAST_ANSWERS, ANSWERS_PER_DOCUMENT * maxDocuments);
    this.#frames += asks ? Math.max(1, maxFramesPerSecond / mostAnswers) : 1;
    if (this.#frames <= maxFramesPerSecond) return;
    throw new CodedError("SYNC_LIMIT", `more than ${maxFramesPerSecond} frames in a second`);
  }

  /** Takes room for an update until it is durable. @throws CodedError `SYNC_LIMIT`. */
  takeUpdate(byteLength: number): void {
    const { maxPending, maxPendingBytes } = this.#limits;
    const isTooLong = this.#pendingBytes > 0 && this.#pendingBytes + byteLength > maxPendingBytes; // alone any frame may come in
    if (isTooLong || this.#pending >= maxPending) {
      throw new CodedError("SYNC_LIMIT", `${this.#pending} updates of ${this.#pendingBytes} bytes are not durable yet`);
    }
    this.#pending++;
    this.#pendingBytes += byteLength;
  }

  /** Gives that room back. */
  giveBack(byteLength: number): void {
    this.#pending--;
    this.#pendingBytes -= byteLength;
  }
}
