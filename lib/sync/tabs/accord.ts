import { epochOf, type Version } from "../../crdt/index.ts";
import type { ReplicaCore } from "../replica/core.ts";
import type { TabLine } from "./line.ts";
import { renewalsOf } from "./renewals.ts";
import type { TabRenewer } from "./renewer.ts";
import { TabRoll } from "./roll.ts";
import type { Renewal, TabCut, TabMessage } from "./types.ts";

/** What an accord is made of. */
export interface TabAccordHost {
  readonly core: ReplicaCore;
  readonly line: TabLine;
  readonly renewer: TabRenewer;
  /** Whether this tab goes along with what another did: a leader that has begun does not. */
  follows(): boolean;
}

/** What was made anew is made anew once: tabs go along with the one that did it, and it waits for them. */
export class TabAccord {
  readonly #host: TabAccordHost;
  readonly #roll: TabRoll;
  /** The tab that led last. */
  #leader: number | undefined;

  constructor(host: TabAccordHost) {
    this.#host = host;
    this.#roll = new TabRoll(host.core.platform);
  }

  hear(message: TabMessage): void {
    const { line } = this.#host;
    switch (message.kind) {
      case "hello":
        if (message.leads) this.#leader = message.tab;
        if (this.#roll.meet(message.tab) || message.leads) line.post({ kind: "here", call: undefined, tab: line.tab });
        break;
      case "cut":
        this.#cutToo(message);
        break;
      case "renewed":
        try {
          this.#renewToo(message);
        } catch (error) {
          this.#host.core.platform.report?.(error);
        }
        break;
      case "call":
        this.#leader = message.tab;
        this.#answer(message);
        break;
      case "here":
        this.#roll.meet(message.tab);
        if (message.call !== undefined) this.#roll.answer(message.call, message.tab);
        break;
      case "bye":
        this.#roll.forget(message.tab);
        break;
      default: // not of this
    }
  }

  get others(): readonly number[] {
    return this.#roll.others;
  }

  /** Resolves when the other tabs have heard all that was said, and this one what they knew of it. */
  call(): Promise<void> {
    const { line, renewer } = this.#host;
    const renewals = renewer.renewals.map(({ id }) => id);
    return this.#roll.call((call) => line.post({ kind: "call", call, tab: line.tab, epoch: this.epoch, renewals }));
  }

  /** Whoever led may have made anew what is pending here, and sent that, in its last moment: done once more, it would be there twice. */
  async catchUp(): Promise<void> {
    const { core, renewer } = this.#host;
    const { log } = core;
    if (this.#leader !== undefined) this.#roll.forget(this.#leader); // gone, or it would lead; else it answers the next hello
    await this.call();
    if (log === undefined) return;
    try {
      const bytes = await log.renewals();
      for (const renewal of bytes === undefined ? [] : renewalsOf(bytes)) this.#renewToo(renewal);
    } catch (error) {
      core.platform.report?.(error);
    }
    const upTo = await log.reload();
    if (renewer.renewals.length > 0) await log.replace(upTo); // whoever led may have gone before it did
  }

  /** Tells a tab that has what is no more how that came. True when it had. */
  lead(tab: number, since: Version, leads: boolean): boolean {
    const { line, renewer } = this.#host;
    if (since.size > 0 && !this.isHere(epochOf(since))) {
      for (const cut of renewer.cutsSince(epochOf(since))) line.post({ kind: "cut", to: tab, ...cut });
      return true; // what it has means something else here
    }
    if (!leads || !renewer.isDeadAt(since)) return false;
    for (const renewal of renewer.renewals) line.post({ kind: "renewed", to: tab, ...renewal });
    return true;
  }

  get epoch(): number {
    return epochOf(this.#host.core.doc.version());
  }

  /** Whether what is of an epoch means the same here. */
  isHere(epoch: number): boolean {
    return epoch === this.epoch || this.#host.core.doc.version().size === 0;
  }

  #answer({ call, tab, epoch, renewals }: Extract<TabMessage, { kind: "call" }>): void {
    const { line, renewer } = this.#host;
    for (const cut of renewer.cutsSince(epoch)) line.post({ kind: "cut", to: tab, ...cut });
    for (const renewal of renewer.renewals)
      if (!renewals.includes(renewal.id)) line.post({ kind: "renewed", to: tab, ...renewal });
    this.#roll.meet(tab);
    line.post({ kind: "here", call, tab: line.tab });
  }

  #renewToo(renewal: Renewal): void {
    const { line, renewer } = this.#host;
    if (this.#host.follows() && renewer.renewToo(renewal)) line.helloSoon();
  }

  #cutToo(cut: TabCut): void {
    const { core, line, renewer } = this.#host;
    if (!this.#host.follows() || this.epoch >= cut.epoch || core.doc.version().size === 0) return;
    const carried = renewer.cutToo(cut);
    void core.log?.replace();
    if (carried.length > 0) line.share(carried, false);
    line.hello();
  }
}
