import { READ } from "../../pool/index.ts";
import { checkFunction } from "../arguments.ts";

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
  if (isReadable(live)) return new LiveCallback(live, checkFunction);
  checkFunction(live);
  return fixed(live);
}

export function settingOf<F>(live: Live<F>): Callback<F> {
  return isReadable(live) ? new LiveCallback(live, () => {}) : fixed(live);
}

function fixed<F>(current: F): Callback<F> {
  return { current, refresh: () => false, done: () => {} };
}

class LiveCallback<F> implements Callback<F> {
  private readonly readable: { [READ](): F };
  private readonly check: (current: F) => void;
  private latest: F | undefined = undefined;
  private used: { readonly value: F } | undefined = undefined;

  constructor(readable: { [READ](): F }, check: (current: F) => void) {
    this.readable = readable;
    this.check = check;
  }

  get current(): F {
    return this.latest as F; // cast: only asked for after refresh
  }

  refresh(): boolean {
    const next = this.readable[READ]();
    this.check(next);
    this.latest = next;
    return this.used !== undefined && !Object.is(this.used.value, this.latest);
  }

  done(): void {
    if (!Object.is(this.used?.value, this.latest) || this.used === undefined) this.used = { value: this.latest as F }; // cast: as above
  }
}

function isReadable<F>(live: Live<F>): live is { [READ](): F } {
  return ((typeof live === "object" && live !== null) || typeof live === "function") && READ in live;
}
