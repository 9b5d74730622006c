import { CodedError } from "../../errors/index.ts";
import { READ } from "../../pool/index.ts";

/**
 * A callback or setting, or a readable that gives one: when that gives another, all rows are looked at anew.
 * @public
 */
export type Live<F> = F | { [READ](): F };

/** A callback that may be replaced. */
export interface Callback<F> {
  readonly current: F;
  /** Reads it, noting the read. @returns whether it differs from the one last `done`, so what it said holds no more. */
  refresh(): boolean;
  done(): void;
}

/** @throws CodedError `SIGNALS_BAD_ARGUMENT`, now and not when the first row is read, for what can be no callback. */
export function callbackOf<F>(live: Live<F>): Callback<F> {
  if (!isReadable(live)) checkFunction(live);
  return settingOf(live);
}

export function checkFunction(f: unknown): void {
  if (typeof f === "function") return;
  throw new CodedError("SIGNALS_BAD_ARGUMENT", "A callback is no function", { value: typeof f });
}

/** @throws CodedError `SIGNALS_BAD_ARGUMENT`, before anything has changed, for what cannot be gone through. */
export function checkRows(rows: unknown): void {
  if (typeof Object(rows)[Symbol.iterator] === "function") return;
  throw new CodedError("SIGNALS_BAD_ARGUMENT", "Rows are no list", { value: typeof rows });
}

export function settingOf<F>(live: Live<F>): Callback<F> {
  return isReadable(live) ? new LiveCallback(live) : { current: live, refresh: () => false, done: () => {} };
}

class LiveCallback<F> implements Callback<F> {
  private readonly readable: { [READ](): F };
  private latest: F | undefined = undefined;
  private used: { readonly value: F } | undefined = undefined;

  constructor(readable: { [READ](): F }) {
    this.readable = readable;
  }

  get current(): F {
    return this.latest as F; // cast: only asked for after refresh
  }

  refresh(): boolean {
    this.latest = this.readable[READ]();
    return this.used !== undefined && !Object.is(this.used.value, this.latest);
  }

  done(): void {
    if (!Object.is(this.used?.value, this.latest) || this.used === undefined) this.used = { value: this.latest as F }; // cast: as above
  }
}

function isReadable<F>(live: Live<F>): live is { [READ](): F } {
  return ((typeof live === "object" && live !== null) || typeof live === "function") && READ in live;
}
