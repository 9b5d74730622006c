import {
  createDoc,
  decodeVersion,
  encodeVersion,
  epochOf,
  forkDoc,
  type ReapplyResult,
  type ReapplyStep,
  updateRanges,
  type Version,
  versionCovers,
} from "../crdt/index.ts";
import { CodedError } from "../errors/index.ts";
import { carriedOnto } from "./cut-over.ts";
import { covers } from "./outgoing.ts";
import { randomId } from "./platform.ts";
import { type Entered, GIVEN_UP, Renewer } from "./renewer.ts";
import type { RenewerHost } from "./renewer-types.ts";
import { isReplaced, keepWorthwhile, Renewals, renewalsOf } from "./tab-renewals.ts";
import type { Renewal, TabCut } from "./tab-types.ts";

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
  /** Made anew here, behind what the leader made anew: for the hub, by way of the leader. */
  made(update: Uint8Array): void;
}

/** Makes a tab's document anew: as the first to do so, or as another tab did. */
export class TabRenewer extends Renewer {
  readonly #host: TabRenewerHost;
  readonly #listener: TabRenewerListener;
  readonly #renewals = new Renewals();
  /** Which one is being done. */
  #followed: Renewal | undefined;
  #cuts: TabCut[] = [];

  constructor(host: TabRenewerHost, listener: TabRenewerListener) {
    super(host);
    this.#host = host;
    this.#listener = listener;
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
    return [...this.dead].some(([key, { from }]) => (version.get(key) ?? 0) > Math.max(from, now.get(key) ?? 0));
  }

  /** What `toKeep` gave before this session. It is kept before the document that came of it is: what has not come to that never was. */
  learn(bytes: Uint8Array): void {
    const all = renewalsOf(bytes);
    const now = this.#host.doc.version();
    const last = all.findLastIndex(({ version }) => versionCovers(now, decodeVersion(version)));
    for (const renewal of all.slice(0, last + 1)) {
      this.#renewals.keep(renewal);
      const version = decodeVersion(renewal.version);
      for (const step of renewal.steps) if (isReplaced(step)) this.bury(step.update, version);
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
    const rest = host.outgoing.all.map((update): ReapplyStep => {
      if (updateRanges(update).every((range) => covers(seen, range))) return { update, renewed: null };
      return { update, otherwise: host.isMine(update) ? "make" : "leave" };
    });
    const error = new CodedError(code, message);
    const known = new Set(rest.map(({ update }) => update));
    for (const { step, update } of this.#follows(renewal, () => this.becomes(base, [...steps, ...rest], error)))
      if (update !== undefined && known.has(step.update) && host.isMine(update)) this.#listener.made(update);
    return true;
  }

  /**
   * The leader went into the next epoch with what it knew of; what this tab has beyond is brought over too.
   * @returns What that is; undefined when there is nothing.
   */
  cutToo({ epoch, old, base }: TabCut): Uint8Array | undefined {
    const { doc, platform } = this.#host;
    const now = epochOf(doc.version());
    const before = createDoc();
    if (old.length > 0) before.apply(old);
    const isNext = now === epoch - 1 && base.length > 0;
    const next = isNext ? carriedOnto(before, doc, base, platform.random) : GIVEN_UP;
    this.enter(epoch, NOTHING, next);
    return next.carried;
  }

  protected override becomes(
    base: Uint8Array,
    steps: readonly ReapplyStep[],
    error: CodedError,
  ): readonly ReapplyResult[] {
    const host = this.#host;
    const handled = new Map(host.doc.version());
    for (const [key, { to }] of this.dead) handled.set(key, Math.max(to, handled.get(key) ?? 0));
    this.#listener.becameAnother(); // what was to be shared is among the steps
    const results = super.becomes(base, steps, error);
    const [followed, version] = [this.#followed, encodeVersion(host.doc.version())];
    const made = results.filter(({ step, update }) => followed === undefined || (update && update !== step.update));
    const done = made.flatMap(({ step: { update, isRefused = false, renewed }, update: now = null }) =>
      followed !== undefined && renewed !== undefined ? [] : [{ update, isRefused, renewed: now }],
    );
    const renewal: Renewal =
      followed === undefined
        ? {
            id: randomId(host.platform),
            base,
            handled: encodeVersion(handled),
            version,
            steps: done,
            error: [error.code, error.message],
          }
        : { ...followed, steps: [...followed.steps, ...done] };
    this.#renewals.keep(renewal);
    this.#listener.renewed(renewal);
    return results;
  }

  protected override enter(epoch: number, old: Uint8Array, next: Entered): void {
    const { doc } = this.#host;
    const before = next.doc === undefined || old.length === 0 ? undefined : forkDoc(doc);
    before?.apply(old);
    const known = next.doc === undefined ? NOTHING : (before ?? doc).encode();
    const base = next.doc?.encode() ?? NOTHING;
    this.#listener.becameAnother(); // what was to be shared is brought over
    this.#renewals.clear();
    super.enter(epoch, old, next);
    const cut: TabCut = { epoch, old: known, base };
    this.#cuts = keepWorthwhile([...this.#cuts, cut], (each) => each.old.length + each.base.length);
    this.#listener.cutTo(cut);
  }

  #follows<T>(renewal: Renewal, f: () => T): T {
    this.#followed = renewal;
    try {
      return f();
    } finally {
      this.#followed = undefined;
    }
  }
}
