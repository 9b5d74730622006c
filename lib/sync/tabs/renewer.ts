import {
  type Doc,
  decodeVersion,
  encodeVersion,
  type ReapplyResult,
  type ReapplyStep,
  updateRanges,
  type Version,
  versionCovers,
} from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";
import { randomId } from "../platform.ts";
import type { Refusal } from "../replica/connection-types.ts";
import { covers } from "../replica/outgoing.ts";
import type { CreateRenewer, RenewalWatcher, RenewerHost, Renews, TabRenews } from "../replica/renewer-types.ts";
import type { CutStep } from "../replica/session-types.ts";
import { isReplaced, keepWorthwhile, Renewals, renewalsOf } from "./renewals.ts";
import type { Renewal, TabCut } from "./types.ts";

const NOTHING = new Uint8Array();

/** The replica of a tab. */
export interface TabRenewerHost extends RenewerHost {
  /** Whether this session wrote some of it. */
  isMine(update: Uint8Array): boolean;
}

/** What happens to a tab's document. */
export interface TabRenewerListener {
  /** It is another now: what was to be shared of it is not. */
  becameAnother(): void;
  /** How that came: the tab that leads tells the others. */
  renewed(renewal: Renewal): void;
  cutTo(cut: TabCut): void;
  /** Resolves when the others have heard that, as far as they are awake. */
  heard(): Promise<void>;
  /** Made anew here, behind what the leader made anew: for the hub, by way of the leader. */
  made(update: Uint8Array): void;
}

/** Makes a tab's document anew: as the first to do so, or as another tab did. */
export class TabRenewer implements Renews, RenewalWatcher {
  readonly #renewer: TabRenews;
  readonly #host: TabRenewerHost;
  readonly #listener: TabRenewerListener;
  readonly #renewals = new Renewals();
  /** Which one is being done, */
  #followed: Renewal | undefined;
  /** and what this tab has beyond. */
  #rest: readonly ReapplyStep[] = [];
  #cuts: TabCut[] = [];

  constructor(create: CreateRenewer, host: TabRenewerHost, listener: TabRenewerListener) {
    this.#renewer = new create(host, this);
    this.#host = host;
    this.#listener = listener;
  }

  /** The hub hears of what was made anew when all tabs have: whichever leads next then goes on with that. */
  async renew(hub: Doc, refusal: Refusal): Promise<void> {
    await this.#renewer.renew(hub, refusal);
    await this.#listener.heard();
  }

  async cut(steps: readonly CutStep[]): Promise<boolean> {
    const isNews = await this.#renewer.cut(steps);
    if (!isNews) await this.#listener.heard();
    return isNews;
  }

  cutToo(cut: TabCut): readonly Uint8Array[] {
    return this.#renewer.follow(cut);
  }

  isDead(update: Uint8Array): boolean {
    return this.#renewer.isDead(update);
  }

  /** What tabs that slept meanwhile must do too, */
  get renewals(): readonly Renewal[] {
    return this.#renewals.all;
  }

  /** for the store, */
  toKeep(): Uint8Array | undefined {
    return this.#renewals.encode();
  }

  /** and the cuts that a tab of an epoch has not gone along with. */
  cutsSince(epoch: number): readonly TabCut[] {
    return this.#cuts.filter((cut) => cut.epoch > epoch);
  }

  /** Whether who is at this version has what is no more. */
  isDeadAt(version: Version): boolean {
    const now = this.#host.doc.version();
    return [...this.#renewer.dead].some(
      ([key, { from }]) => (version.get(key) ?? 0) > Math.max(from, now.get(key) ?? 0),
    );
  }

  /** What `toKeep` gave before this session. It is kept before the document that came of it is: what has not come to that never was. */
  learn(bytes: Uint8Array): void {
    const all = renewalsOf(bytes);
    const now = this.#host.doc.version();
    const last = all.findLastIndex(({ version }) => versionCovers(now, decodeVersion(version)));
    for (const renewal of all.slice(0, last + 1)) {
      this.#renewals.keep(renewal);
      const version = decodeVersion(renewal.version);
      for (const step of renewal.steps) if (isReplaced(step)) this.#renewer.bury(step.update, version);
    }
  }

  /**
   * The leader did so with what it knew of; what this tab made since is made anew behind that.
   * @returns False when it does not concern this tab, which keeps it for others.
   */
  renewToo(renewal: Renewal): boolean {
    const host = this.#host;
    if (!this.#renewals.concerns(renewal, host.doc.version())) {
      this.#renewals.keep(renewal);
      return false;
    }
    const { base, handled, steps } = renewal;
    const [code, message] = renewal.error;
    const seen = decodeVersion(handled);
    this.#rest = host.outgoing.all.map((update): ReapplyStep => {
      if (updateRanges(update).every((range) => covers(seen, range))) return { update, renewed: null };
      return { update, otherwise: host.isMine(update) ? "make" : "leave" };
    });
    this.#followed = renewal;
    try {
      this.#renewer.becomes(base, [...steps, ...this.#rest], new CodedError(code, message));
    } finally {
      this.#followed = undefined;
      this.#rest = [];
    }
    return true;
  }

  becomes(base: Uint8Array, error: CodedError): (results: readonly ReapplyResult[]) => void {
    const { doc, platform } = this.#host;
    const handled = new Map(doc.version());
    for (const [key, { to }] of this.#renewer.dead) handled.set(key, Math.max(to, handled.get(key) ?? 0));
    this.#listener.becameAnother(); // what was to be shared is among the steps
    const followed = this.#followed;
    return (results) => {
      const made = results.filter(({ step, update }) => followed === undefined || (update && update !== step.update));
      const done = made.flatMap(({ step: { update, isRefused = false, renewed }, update: now = null }) =>
        followed !== undefined && renewed !== undefined ? [] : [{ update, isRefused, renewed: now }],
      );
      const renewal: Renewal =
        followed === undefined
          ? {
              id: randomId(platform),
              base,
              handled: encodeVersion(handled),
              version: encodeVersion(doc.version()),
              steps: done,
              error: [error.code, error.message],
            }
          : { ...followed, steps: [...followed.steps, ...done] };
      this.#renewals.keep(renewal);
      this.#listener.renewed(renewal);
      const known = new Set(this.#rest.map(({ update }) => update));
      for (const { step, update } of results)
        if (update !== undefined && known.has(step.update) && this.#host.isMine(update)) this.#listener.made(update);
    };
  }

  enters(epoch: number, before: Doc | undefined, now: Doc | undefined, made: readonly Uint8Array[]): () => void {
    const cut: TabCut = { epoch, old: before?.encode() ?? NOTHING, base: now?.encode() ?? NOTHING, made };
    this.#listener.becameAnother(); // what was to be shared is brought over
    this.#renewals.clear();
    return () => {
      this.#cuts = keepWorthwhile([...this.#cuts, cut], (each) => each.old.length + each.base.length);
      this.#listener.cutTo(cut);
    };
  }
}
