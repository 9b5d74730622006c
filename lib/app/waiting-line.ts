/** Whoever waits in a line, between those before and behind. */
export class Waiter<T> {
  before: Waiter<T> | undefined;
  behind: Waiter<T> | undefined;
  isWaiting = true;
  readonly item: T;

  constructor(item: T, before: Waiter<T> | undefined) {
    this.item = item;
    this.before = before;
  }
}

/** A queue anyone may leave from anywhere, each in O(1): a slow database is left by all its callers at once. */
export class WaitingLine<T> {
  size = 0;
  #first: Waiter<T> | undefined;
  #last: Waiter<T> | undefined;

  join(item: T): Waiter<T> {
    const waiter = new Waiter(item, this.#last);
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.behind = waiter;
    this.#last = waiter;
    this.size++;
    return waiter;
  }

  /** Says whether it was still waiting. */
  leave(waiter: Waiter<T>): boolean {
    if (!waiter.isWaiting) return false;
    waiter.isWaiting = false;
    const { before, behind } = waiter;
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
    waiter.behind = undefined; // one that is kept would keep all that ever stood behind it
    waiter.before = undefined;
    this.size--;
    return true;
  }

  /** The first ones, at most so many. */
  take(count: number): T[] {
    const taken: T[] = [];
    for (let first = this.#first; first !== undefined && taken.length < count; first = this.#first) {
      this.leave(first);
      taken.push(first.item);
    }
    return taken;
  }
}
