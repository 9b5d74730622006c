import { CodedError, isCodedError } from "../errors/index.ts";
import { type Channel, decodeSyncFrame, encodeSyncFrame, type SyncFrame } from "../wire/index.ts";

/** A frame longer than this travels in parts, so that no message is long enough to hold up the others. */
const PART_BYTES = 128 * 1024;

/** The fields around a part take at most so many bytes. */
const PART_OVERHEAD = 64;

/** Parts other than the last are at least this long: a flood of tiny ones would cost more memory than its bytes. */
const MIN_PART_BYTES = 1024;

/** What a link tells its owner. */
export interface LinkListener {
  /** One whole frame; `byteLength` is what it took on the wire. */
  frame(frame: SyncFrame, byteLength: number): void;
  /** So many bytes more, or less, are kept until a frame is whole. A throw refuses them. */
  keeps?(byteLength: number): void;
  /** The other side sent something that is no frame, or too much. */
  broken(error: CodedError): void;
}

/** What one side of a link accepts, in bytes. */
export interface LinkLimits {
  readonly messageBytes: number;
  /** A frame joined from parts; 0 refuses parts. */
  readonly frameBytes: number;
}

/** Sync frames over a channel: encodes, decodes, cuts long frames into parts and joins them again. */
export class Link {
  readonly #channel: Channel;
  readonly #listener: LinkListener;
  readonly #stopMessages: () => void;
  #limits: LinkLimits;
  #partBytes = PART_BYTES;
  #parts: Uint8Array[] = [];
  #joinedBytes = 0;
  /** Since there was nothing to be read. */
  #sentFrames = 0;
  #sentBytes = 0;
  #stopped = false;

  constructor(channel: Channel, limits: LinkLimits, listener: LinkListener) {
    this.#channel = channel;
    this.#limits = limits;
    this.#listener = listener;
    this.#stopMessages = channel.onMessage((bytes) => this.#receive(bytes));
  }

  send(frame: SyncFrame): void {
    this.sendEncoded(encodeSyncFrame(frame));
  }

  /** Sends a frame that is encoded already. */
  sendEncoded(bytes: Uint8Array): void {
    const size = this.#partBytes;
    this.#sentFrames++;
    this.#sentBytes += bytes.length;
    if (bytes.length <= size + PART_OVERHEAD) {
      this.#channel.send(bytes);
      return;
    }
    for (let from = 0; from < bytes.length; from += size) {
      const to = Math.min(from + size, bytes.length);
      const part: SyncFrame = { kind: "part", last: to === bytes.length, bytes: bytes.subarray(from, to) };
      this.#channel.send(encodeSyncFrame(part));
    }
  }

  /** How many frames that many bytes of what was sent since the last call with 0 are, about. */
  framesIn(byteLength: number): number {
    if (byteLength > 0) return (byteLength * this.#sentFrames) / Math.max(1, this.#sentBytes);
    this.#sentFrames = this.#sentBytes = 0;
    return 0;
  }

  /** What this side takes from now on. */
  accept(limits: LinkLimits): void {
    this.#limits = limits;
  }

  /** The other side takes messages of at most so many bytes. */
  fit(maxMessageBytes: number): void {
    this.#partBytes = Math.max(MIN_PART_BYTES, Math.min(maxMessageBytes - PART_OVERHEAD, PART_BYTES));
  }

  /** Hears nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#takeParts();
    this.#stopMessages();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#stopped) return;
    try {
      check("message", bytes.length, this.#limits.messageBytes);
      const frame = decodeSyncFrame(bytes);
      if (frame.kind !== "part") this.#listener.frame(frame, bytes.length);
      else if (this.#addPart(frame.bytes, frame.last)) this.#receiveJoined();
    } catch (error) {
      this.#listener.broken(toCoded(error));
    }
  }

  #addPart(bytes: Uint8Array, last: boolean): boolean {
    if (!last && bytes.length < MIN_PART_BYTES) {
      throw new CodedError("SYNC_BAD_FRAME", `a part of ${bytes.length} bytes that is not the last`);
    }
    check("frame", this.#joinedBytes + bytes.length, this.#limits.frameBytes);
    this.#listener.keeps?.(bytes.length);
    this.#joinedBytes += bytes.length;
    this.#parts.push(bytes.slice()); // the channel may reuse its buffer after this message
    return last;
  }

  #receiveJoined(): void {
    const whole = join(this.#parts, this.#joinedBytes);
    this.#takeParts();
    const frame = decodeSyncFrame(whole);
    if (frame.kind === "part") throw new CodedError("SYNC_BAD_FRAME", "a part within parts");
    this.#listener.frame(frame, whole.length);
  }

  #takeParts(): void {
    const byteLength = this.#joinedBytes;
    this.#parts = [];
    this.#joinedBytes = 0;
    if (byteLength > 0) this.#listener.keeps?.(-byteLength);
  }
}

function check(what: string, size: number, limit: number): void {
  if (size > limit) {
    throw new CodedError("SYNC_LIMIT", `a ${what} of ${size} bytes, where ${limit} are allowed`, { value: size });
  }
}

function join(parts: readonly Uint8Array[], byteLength: number): Uint8Array {
  const whole = new Uint8Array(byteLength);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toCoded(error: unknown): CodedError {
  // cast: isCodedError has seen name and code; the class of another bundle is as good
  if (isCodedError(error)) return error as CodedError;
  // Ours, not the other side's: still only this channel ends, never the process.
  return new CodedError("SYNC_UNAVAILABLE", "the frame could not be handled", { cause: error });
}
