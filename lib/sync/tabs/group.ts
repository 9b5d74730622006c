/**
 * The tabs of one browser that have one document open, seen from one of them: `browserTabs` of `busbar/client/sync` makes them.
 * @public
 */
export interface TabGroup {
  /** Sends a message, of plain values and bytes, to every other tab. */
  post(message: unknown): void;
  /** Hears the others. Returns its stop. */
  listen(listener: (message: unknown) => void): () => void;
  /**
   * Asks to lead: `begin` is called when this tab does, `end` when it does no longer. At most one tab leads, save for moments in which one is
   * taken for dead and is not.
   * @param take - Whether to take it from whoever leads now.
   * @returns Gives it up, or stops asking; `end` is not called then.
   */
  lead(begin: () => void, end: () => void, take: boolean): () => void;
  /** Hears that this tab is about to sleep, or to end: what is to be said must be said now. Returns its stop. */
  onSleep(listener: () => void): () => void;
  /** Hears that this tab was asleep, and may have missed messages. Returns its stop. */
  onWake(listener: () => void): () => void;
  /** Ends listening and asking. */
  close(): void;
}

/**
 * The tabs of one browser, or how they are come by: called once, by the replica that joins them, which connects by itself where that gives none. `browserTabs` of `busbar/client/sync` gives one.
 * @public
 */
export type TabSource = TabGroup | (() => Promise<TabGroup | undefined>);
