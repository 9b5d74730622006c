import { CodedError } from "../errors/index.ts";
import type { Bus, Channel } from "./channel.ts";
import { notBytes } from "./limits.ts";

/**
 * Makes a bus within this process. Subscribers hear a message in a microtask after `publish`, in the order of publishing, each with a copy
 * of the bytes. A listener that throws stops nobody else; its error becomes an unhandled rejection.
 * @public
 */
export function createMemoryBus(): Bus {
  const topics = new Map<string, Set<Hearer>>();
  return {
    publish(topic, bytes) {
      const sent = copyOf(bytes);
      const hearers = topics.get(topic);
      if (hearers === undefined) return;
      for (const hearer of hearers) {
        const copy = sent.slice();
        later(() => {
          if (hearers.has(hearer)) hearer.hear(copy);
        });
      }
    },
    subscribe(topic, hear) {
      checkListener(hear);
      // An object per subscription: one function subscribed twice is heard twice and stopped one at a time.
      const hearer: Hearer = { hear };
      const hearers = topics.get(topic) ?? new Set();
      topics.set(topic, hearers.add(hearer));
      return () => {
        hearers.delete(hearer);
        if (hearers.size === 0 && topics.get(topic) === hearers) topics.delete(topic);
      };
    },
  };
}

/**
 * Makes two channels joined back to back: what one sends, the other hears in a later microtask, in order, as a copy. As on a socket, a message
 * that arrives while nobody listens is gone, and what was sent before a close arrives before it. A listener that throws stops nobody else;
 * its error becomes an unhandled rejection.
 * @public
 */
export function createChannelPair(): [Channel, Channel] {
  const left = createEnd();
  const right = createEnd();
  return [connect(left, right), connect(right, left)];
}

interface Hearer {
  readonly hear: (bytes: Uint8Array) => void;
}

/** One side of a pair: who listens there, and how it ended. */
interface End {
  readonly hearers: Set<Hearer>;
  readonly closers: Set<() => void>;
  /** This side sends and hears no more. */
  closed: boolean;
  reason: readonly [code: number, reason: string] | undefined;
}

function createEnd(): End {
  return { hearers: new Set(), closers: new Set(), closed: false, reason: undefined };
}

function connect(mine: End, theirs: End): Channel {
  let queuedBytes = 0;
  return {
    get queuedBytes() {
      return queuedBytes;
    },
    send(bytes) {
      const copy = copyOf(bytes);
      if (mine.closed) return;
      queuedBytes += copy.length;
      later(() => {
        queuedBytes -= copy.length;
        if (!theirs.closed) for (const hearer of [...theirs.hearers]) guard(() => hearer.hear(copy));
      });
    },
    onMessage(hear) {
      checkListener(hear);
      const hearer: Hearer = { hear };
      mine.hearers.add(hearer);
      return () => {
        mine.hearers.delete(hearer);
      };
    },
    onClose(listener) {
      checkListener(listener);
      const closer = (): void => {
        if (mine.closers.delete(closer) && mine.reason !== undefined) listener(...mine.reason);
      };
      mine.closers.add(closer);
      if (mine.reason !== undefined) later(closer);
      return () => {
        mine.closers.delete(closer);
      };
    },
    close(code = 1000, reason = "") {
      if (mine.closed) return;
      mine.closed = true;
      // In a microtask for both: the other side first hears what was sent before.
      for (const end of [mine, theirs]) later(() => finish(end, code, reason));
    },
  };
}

function finish(end: End, code: number, reason: string): void {
  end.closed = true;
  if (end.reason !== undefined) return;
  end.reason = [code, reason];
  end.hearers.clear();
  for (const closer of [...end.closers]) guard(closer);
}

function guard(f: () => void): void {
  try {
    f();
  } catch (error) {
    void Promise.reject(error); // reported by the host, as an error in an event listener would be
  }
}

/** A Buffer's own slice() would not copy. Of a number a message of so many zeros would be made, and what was handed on to a thread is gone. */
function copyOf(bytes: Uint8Array): Uint8Array {
  if (!ArrayBuffer.isView(bytes)) throw notBytes();
  try {
    return new Uint8Array(bytes);
  } catch {
    throw notBytes();
  }
}

function checkListener(listener: unknown): void {
  if (typeof listener !== "function") throw new CodedError("WIRE_BAD_ARGUMENT", "A listener is no function");
}

function later(f: () => void): void {
  void Promise.resolve().then(f);
}
