const DASH = 45;

/**
 * Counts the parts a body begins, by its delimiters. busboy passes over a part in silence when its header says nothing of a form, or when its
 * delimiter has more behind it than a line break; who sent it would think it had arrived.
 */
export class Delimiters {
  /** How many parts have begun. */
  count = 0;
  readonly #needle: Buffer;
  #tail: Buffer = Buffer.from("\r\n"); // the first delimiter may stand at the very beginning
  #isOver = false;

  constructor(boundary: string) {
    this.#needle = Buffer.from(`\r\n--${boundary}`, "latin1");
  }

  /** Looks at the next bytes of the body. */
  push(slice: Uint8Array): void {
    if (this.#isOver) return;
    const bytes = Buffer.concat([this.#tail, slice]);
    const { length } = this.#needle;
    let at = bytes.indexOf(this.#needle);
    for (; at >= 0 && at + length + 2 <= bytes.length; at = bytes.indexOf(this.#needle, at + length)) {
      if (bytes[at + length] === DASH && bytes[at + length + 1] === DASH) {
        this.#isOver = true; // what follows is not looked at by anyone
        return;
      }
      this.count++;
    }
    // As much as may still become a delimiter with the two characters that tell which.
    this.#tail = Buffer.from(bytes.subarray(at >= 0 ? at : Math.max(0, bytes.length - length + 1)));
  }
}
