import { CodedError } from "../../errors/index.ts";
import { type Found, MAX_HOLDERS, type Records, type Snapshot } from "./records.ts";

/** What one session writes. Calls wait for those before them. */
export class SessionRecord {
  private readonly records: Records;
  private readonly id: string;
  private readonly holder: string;
  /** Who had it, and has no more. */
  private before: string | undefined;
  /** Of the last snapshot written; 0 before the first. */
  private epoch = 0;
  /** It is written, and others find it. */
  isHeld = false;
  /** Another process has written it, of which nothing was known when it began here: there it goes on, once its page comes again. */
  isForeign = false;
  /** Another process goes on with it, and reads what was begun here last: nothing else is, or what was begun before would seem done. */
  private isTaken = false;
  /** When the key that names the holder was written last. */
  private namedAtMs = 0;
  private order: Promise<unknown> = Promise.resolve();

  /** @param before - Who is known to have held it, and does no more. */
  constructor(records: Records, id: string, before?: string) {
    this.records = records;
    this.id = id;
    this.holder = records.newHolder();
    this.before = before;
  }

  /** Whether this process, as far as the store knows, still has the session; one of which the store knows nothing is its own. */
  async isMine(): Promise<boolean> {
    const holder = await this.records.holderOf(this.id);
    return holder === undefined || holder === this.holder || (!this.isHeld && holder === this.before);
  }

  /**
   * Takes the session over: what is not known of an event stays so until a later one is committed.
   * @returns it as it was left, which may be later than it was found.
   */
  take(found: Found): Promise<Found> {
    return this.inTurn(async () => {
      const from = await this.inherit(found.holder);
      // From here on it begins nothing; what it had begun, or committed, may have come meanwhile. One that has written nothing leaves all to the one before.
      const now = (await this.records.of(this.id, from)) ?? (await this.records.find(this.id)) ?? found;
      const left = { ...now, epoch: found.epoch };
      this.before = from;
      if (left.begun !== undefined) await this.begin(left.epoch, left.begun.ref, left.begun.handler, left.lost);
      await this.write(left);
      return left;
    });
  }

  /** Becomes the heir of a holder, or of whoever has inherited from it already. @returns whose. */
  private async inherit(holder: string): Promise<string> {
    let from = holder;
    for (let tries = 0; tries < MAX_HOLDERS; tries++) {
      if (await this.records.inherit(this.id, from, this.holder)) return from;
      from = (await this.records.heirOf(this.id, from)) ?? from;
    }
    throw takenOver();
  }

  /** An event is about to run. @param before - The session as it is. @param lost - As in a snapshot. @throws CodedError `LIVE_TAKEN_OVER`, `LIVE_NOT_STORED`. */
  started(
    ref: number,
    handler: string,
    before: () => Snapshot,
    epoch: number,
    lost: readonly number[] = [],
  ): Promise<void> {
    return this.inTurn(async () => {
      if (this.isTaken) throw takenOver();
      if (epoch !== this.epoch) await this.write(before());
      await this.begin(epoch, ref, handler, lost);
      this.isTaken = (await this.records.heirOf(this.id, this.holder)) !== undefined;
      if (this.isTaken) throw takenOver();
    });
  }

  /** An event has run. @param after - The session as it is now. @throws CodedError `LIVE_TAKEN_OVER`. */
  committed(after: Snapshot): Promise<void> {
    return this.inTurn(() => this.write(after));
  }

  /** Takes all of it away: the session has been left, or cannot be stored. */
  drop(): Promise<void> {
    return this.inTurn(async () => {
      const { records, id, holder } = this;
      if (!this.isHeld) return;
      this.isHeld = false;
      this.epoch = 0;
      if ((await records.holderOf(id)) === holder) await records.delete(id);
      await records.delete(`${id}/${holder}`);
      await records.delete(`${id}/${holder}/run`);
    });
  }

  private begin(epoch: number, ref: number, handler: string, lost: readonly number[] = []): Promise<void> {
    return this.records.putRun(`${this.id}/${this.holder}/run`, epoch, ref, handler, lost);
  }

  private async write(snapshot: Snapshot): Promise<void> {
    const { records, id, holder } = this;
    if (!this.isHeld && !(await this.isMine())) {
      if (this.before !== undefined) throw takenOver();
      this.isForeign = true;
      throw new CodedError("LIVE_NOT_STORED", "Another process has written the session first");
    }
    await records.putSnapshot(`${id}/${holder}`, snapshot);
    this.epoch = snapshot.epoch;
    const nowMs = records.now();
    // Its time must not end before that of what it leads to. Whoever has taken the session over meanwhile is found all the same.
    if (this.isHeld && Math.abs(nowMs - this.namedAtMs) < records.ttlMs / 2) return;
    // Last: whoever finds the holder's name finds its snapshot.
    await records.put(id, holder);
    this.namedAtMs = nowMs;
    this.isHeld = true;
  }

  private inTurn<T>(f: () => Promise<T>): Promise<T> {
    const mine = this.order.then(f);
    this.order = mine.catch(() => {}); // whoever asked hears of it
    return mine;
  }
}

function takenOver(): CodedError {
  return new CodedError("LIVE_TAKEN_OVER", "Another process has taken the session over");
}
