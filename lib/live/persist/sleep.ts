import type { PackedPage, Templates } from "../../patch/index.ts";
import { effect, holdingsOf, nodeKind, type ReadableSignal, type Scope, scope } from "../../signals/index.ts";
import { packParts } from "./pack.ts";

/** The name of the scope a session's timers and tasks stand in: it has a cleanup, whether any is left or not. */
export const TASKS = "live tasks";

/** Signals of others a sleeping session watches at most; one that reads more stays awake. */
const MAX_WATCHED = 256;

/** What was mounted, seen by whoever wants to release it. */
export interface Mounted {
  /** Where `mount` and the handlers have run. */
  readonly own: Scope;
  readonly state: unknown;
  /** What stood in `own` when `mount` had ended. */
  readonly born: readonly object[];
}

/** What is kept of a mounted view that is to be released. */
export interface Rest {
  readonly packed: Uint8Array;
  /** Signals that are not of the state and that the page follows, in the end. */
  readonly shared: readonly ReadableSignal<unknown>[];
  /** Streams in the state. */
  readonly streams: readonly object[];
}

/** A message that came while nobody was there to hear it. */
export type Missed = [topic: string, bytes: Uint8Array];

/** What is there of a view that sleeps. */
export interface Sleeping {
  readonly packed: Uint8Array;
  /** Fingerprint of its page, as the client has it. */
  readonly shown: string;
  /** That page, where others may change what it shows while the session sleeps. */
  readonly page: PackedPage | undefined;
  /** What that page knows. */
  readonly templates: Templates;
  /** What the streams of its state are called there. */
  readonly streams: readonly string[];
  /** It may show temporary values, which are not kept. */
  readonly hasShown: boolean;
  /** Messages that have come for it, oldest first. */
  readonly missed: readonly Missed[];
  /** Ends the watching. */
  stop(): void;
}

/**
 * What would have to be kept of a mounted view. `undefined` when it cannot be released: something waits for its end (cleanups, timers, listeners), a handler has made
 * something that lives on, or it follows more than is cheap to watch.
 * @throws CodedError `LIVE_UNPACKABLE`.
 */
export function restOf({ own, state, born }: Mounted): Rest | undefined {
  const { sources, owned, waited } = holdingsOf(own);
  if (waited.some((name) => name !== TASKS)) return undefined;
  const made = owned.filter((node) => !born.includes(node) && Reflect.get(node, "name") !== TASKS);
  if (made.length > 0) return undefined;
  const { bytes, parts, streams } = packParts(state);
  const mine = sourcesBehind(parts);
  const shared = [...sources].filter((source) => !mine.has(source));
  return shared.length > MAX_WATCHED ? undefined : { packed: bytes, shared, streams };
}

/** One effect, whatever the number: calls `f` once something has changed. @returns its stop. */
export function watch(shared: readonly ReadableSignal<unknown>[], f: () => void): () => void {
  if (shared.length === 0) return () => {};
  const watching = scope(() => {
    effect(
      () => {
        for (const source of shared) source.get();
      },
      { schedule: f },
    );
  });
  return () => watching.dispose();
}

/** The signals that signals and collections are made of. */
function sourcesBehind(parts: Iterable<object>): Set<unknown> {
  const found = new Set<unknown>();
  const collections: ReadableSignal<unknown>[] = [];
  for (const part of parts) {
    if (nodeKind(part) === "signal") found.add(part);
    else collections.push(part as ReadableSignal<unknown>); // cast: a collection is read the same way
  }
  const reading = scope(() => {
    effect(() => {
      for (const collection of collections) collection.get();
    });
  });
  for (const source of holdingsOf(reading).sources) found.add(source);
  reading.dispose();
  return found;
}
