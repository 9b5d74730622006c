import { randomId, type SyncPlatform } from "../platform.ts";

const CALL_MS = 1000; // who does not answer for so long is frozen, or gone

/** The other tabs of a browser: whether all of them have taken in what was said. */
export class TabRoll {
  readonly #platform: SyncPlatform;
  readonly #others = new Set<number>();
  readonly #calls = new Map<number, { readonly silent: Set<number>; readonly end: () => void }>();

  constructor(platform: SyncPlatform) {
    this.#platform = platform;
  }

  /** A tab has spoken. True when it was not known before. */
  meet(tab: number): boolean {
    const isNew = !this.#others.has(tab);
    this.#others.add(tab);
    return isNew;
  }

  get others(): readonly number[] {
    return [...this.#others];
  }

  /** A tab is gone. */
  forget(tab: number): void {
    this.#others.delete(tab);
    for (const call of this.#calls.keys()) this.answer(call, tab);
  }

  /** A tab has heard a call. */
  answer(call: number, tab: number): void {
    const { silent, end } = this.#calls.get(call) ?? {};
    silent?.delete(tab);
    if (silent?.size === 0) end?.();
  }

  /** Resolves once every tab has answered, or did not for too long. What tabs say arrives in order: whoever answers has heard all that was said before. */
  call(say: (call: number) => void): Promise<void> {
    const silent = new Set(this.#others);
    if (silent.size === 0) return Promise.resolve();
    const call = randomId(this.#platform);
    return new Promise((resolve) => {
      const cancel = this.#platform.after(CALL_MS, () => {
        for (const tab of [...silent]) this.forget(tab);
      });
      const end = (): void => {
        this.#calls.delete(call);
        cancel();
        resolve();
      };
      this.#calls.set(call, { silent, end });
      say(call);
    });
  }
}
