import { updateRanges, type Version, versionCovers } from "../../crdt/index.ts";
import type { ReplicaCore } from "../replica/core.ts";
import type { TabAccord } from "./accord.ts";
import type { TabLine } from "./line.ts";
import { bring } from "./outgoing.ts";
import type { TabRenewer } from "./renewer.ts";
import type { TabMessage } from "./types.ts";

/** Whose documents are kept equal. */
export interface TabExchangeHost {
  readonly core: ReplicaCore;
  readonly line: TabLine;
  readonly renewer: TabRenewer;
  readonly accord: TabAccord;
  /** What tells its edits from those made here. */
  readonly origin: object;
}

/** What tabs send each other of the document, so that they agree with a network and without. */
export class TabExchange {
  readonly #host: TabExchangeHost;
  /** What tabs had when they were last asked for it: once, as what one has may be of no use to another. */
  readonly #asked = new Map<number, Version>();

  constructor(host: TabExchangeHost) {
    this.#host = host;
  }

  /** Shared once it is stored: what another tab builds on must not be lost with this one. */
  give(update: Uint8Array): void {
    const { core, line } = this.#host;
    if (core.log === undefined) line.share([update], false);
    else core.log.append(update);
  }

  /** Whether another tab's update is one that the hub may not have, and that is not among those that wait for it. */
  isNews(update: Uint8Array): boolean {
    const { known, outgoing } = this.#host.core;
    return updateRanges(update).some((range) => {
      const rest = known.unsavedOf(range);
      return rest !== undefined && !bring(outgoing.all, rest);
    });
  }

  take({ epoch, whole, updates, unsaved, areStored }: Extract<TabMessage, { kind: "updates" }>): void {
    const { core, line, renewer, accord, origin } = this.#host;
    if (!accord.isHere(epoch)) return;
    core.known.merge(unsaved);
    const live = updates.filter((update) => !renewer.isDead(update)); // its tab makes it anew
    for (const update of live) if (core.isOurs(update)) core.outgoing.add(update); // one by one, however they enter the document
    const isUsable = whole !== undefined && !renewer.isDead(whole);
    let pending = whole !== undefined && !isUsable;
    for (const update of isUsable ? [whole, ...live] : live) {
      try {
        pending = core.doc.apply(update, origin).pending || pending;
        if (areStored === false) this.#keep(update);
      } catch (error) {
        core.platform.report?.(error);
      }
    }
    if (pending) line.helloSoon();
  }

  /** What is made here builds on it, and its tab may go before it can store it. */
  #keep(update: Uint8Array): void {
    const { core, line } = this.#host;
    line.told(update);
    core.log?.note();
    core.log?.append(update);
  }

  /** Whether a tab has more than this one, as one that died just after it stored an edit has left it, and it was not asked for that yet. */
  lacks(tab: number, version: Version): boolean {
    if (versionCovers(this.#host.core.doc.version(), version)) return false;
    const asked = this.#asked.get(tab);
    this.#asked.set(tab, version);
    return asked === undefined || !versionCovers(asked, version);
  }

  /** Sends a tab what it lacks. */
  async send(tab: number, since: Version): Promise<void> {
    const { core, line, accord } = this.#host;
    const areStored = (await core.log?.settled()) ?? false;
    if (versionCovers(since, core.doc.version())) return;
    const each = core.outgoing.since(since);
    const whole = each === undefined ? core.doc.encode({ since }) : undefined;
    const updates = each ?? core.outgoing.all;
    line.post({
      kind: "updates",
      to: tab,
      epoch: accord.epoch,
      whole,
      updates,
      unsaved: core.known.encode(),
      areStored,
    });
  }
}
