import type { ClientFrame, WireValue } from "../../lib/wire/index.ts";

/** An event on its way: what is waited for, and what came of it. */
export interface Sent {
  readonly ref: number;
  reply: WireValue | undefined;
  failure: string | undefined;
  isSent: boolean;
  isSettled: boolean;
  readonly frame: (seq: number) => ClientFrame;
  readonly what: WireValue;
}

/** Events that were sent, or wait for a connection, and are not handled yet. */
export class Outbox {
  #pending: readonly Sent[] = [];
  #ref = 0;

  get pending(): readonly Sent[] {
    return this.#pending;
  }

  /** The last event the server may have heard of. */
  get lastSent(): number {
    const first = this.#pending.find((event) => !event.isSent);
    return first === undefined ? this.#ref : first.ref - 1;
  }

  add(what: WireValue, frame: (ref: number) => Sent["frame"]): Sent {
    const ref = ++this.#ref;
    const sent: Sent = {
      ref,
      reply: undefined,
      failure: undefined,
      isSent: false,
      isSettled: false,
      what,
      frame: frame(ref),
    };
    this.#pending = [...this.#pending, sent];
    return sent;
  }

  find(ref: number): Sent | undefined {
    return this.#pending.find((sent) => sent.ref === ref);
  }

  settle(handled: number): void {
    for (const sent of this.#pending) if (sent.ref <= handled) sent.isSettled = true;
    this.#pending = this.#pending.filter((sent) => sent.ref > handled);
  }

  /** Gives up what was sent to a session that is no more, and with `unsent` what was not: nobody knows how far it had come. @returns what that was. */
  giveUp(unsent: boolean): WireValue[] {
    const gone = this.#pending.filter((sent) => unsent || sent.isSent);
    this.#pending = this.#pending.filter((sent) => !gone.includes(sent));
    this.#ref -= gone.filter((sent) => !sent.isSent).length;
    for (const sent of gone) sent.failure ??= "unknown";
    return gone.map((sent) => sent.what);
  }
}
