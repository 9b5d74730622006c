import { labelOf } from "./elements.ts";

/** Where a request stands, or how it ended. */
export type EntryState =
  | "waiting" // for the one before it
  | "running"
  | "swapped"
  | "stale" // a newer reply was there already
  | "not swapped"
  | "replaced" // by a newer request
  | "dropped" // because another one ran
  | "ended" // by whoever ended it
  | "cancelled" // by a listener
  | "failed";

/** A line of the timeline. Times are in milliseconds; elements are held weakly, as the page may drop them. */
export interface Entry {
  readonly number: number;
  readonly kind: "request" | "finding";
  /** When it began, since the page was opened. */
  readonly atMs: number;
  state: EntryState;
  /** `POST /todos`, or a finding's message. */
  readonly title: string;
  readonly source: string;
  readonly sourceElement: WeakRef<Element>;
  target: string;
  targetElement: WeakRef<Element> | undefined;
  style: string;
  status: number | undefined;
  bytes: number | undefined;
  /** Parts that went elsewhere. */
  parts: number;
  requestMs: number | undefined;
  waitMs: number | undefined;
  readMs: number | undefined;
  swapMs: number | undefined;
  /** What took too long. */
  readonly slow: ("reply" | "swap")[];
  note: string;
}

/** An entry that says nothing yet but what it is about. */
export function createEntry(
  about: Pick<Entry, "number" | "kind" | "atMs" | "title" | "state">,
  source: Element,
): Entry {
  return {
    ...{ ...about, source: labelOf(source), sourceElement: new WeakRef(source) },
    ...{ target: "", targetElement: undefined, style: "", status: undefined, bytes: undefined, parts: 0 },
    ...{ requestMs: undefined, waitMs: undefined, readMs: undefined, swapMs: undefined, slow: [], note: "" },
  };
}

/** `POST /todos?all=1`. */
export function titleOf(method: string, url: string): string {
  const at = URL.canParse(url) ? new URL(url) : undefined;
  return `${method} ${at ? at.pathname + at.search : url}`;
}

/** Bytes of UTF-8. */
export function sizeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : new TextEncoder().encode(text).length;
}
