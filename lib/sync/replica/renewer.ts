import {
  type Doc,
  docLike,
  epochOf,
  forkDoc,
  type ReapplyResult,
  type ReapplyStep,
  reapplyUpdates,
  renewDoc,
  updateRanges,
  type Version,
  versionCovers,
} from "../../crdt/index.ts";
import type { CodedError } from "../../errors/index.ts";
import type { TabCut } from "../tabs/types.ts";
import type { Refusal } from "./connection-types.ts";
import { type CutOver, carriedOnto, cutOver } from "./cut-over.ts";
import type { RenewalWatcher, RenewerHost, TabRenews } from "./renewer-types.ts";
import type { CutStep } from "./session-types.ts";
import type { RefusedEdit } from "./types.ts";

/** Needed where that is, and loaded with it. */
export { SessionAftermath } from "./session-aftermath.ts";

const NOTHING = new Uint8Array();

/** Nobody knows any more what its edits were made on. */
const GIVEN_UP = { doc: undefined, carried: [], isWhole: false } as const;

/** Makes a replica's document anew, when the hub refused some of it or cut it. */
export class Renewer implements TabRenews {
  readonly dead: Map<number, { readonly from: number; readonly to: number }> = new Map();
  readonly #host: RenewerHost;
  readonly #watcher: RenewalWatcher | undefined;

  constructor(host: RenewerHost, watcher?: RenewalWatcher) {
    this.#host = host;
    this.#watcher = watcher;
  }

  async renew(hub: Doc, { error, updates }: Refusal): Promise<void> {
    const { doc, log, outgoing } = this.#host;
    const upTo = await log?.reload(); // what tabs wrote that are gone by now
    const [base, known] = [hub.encode(), hub.version()];
    const pending = updates.size === 0 ? undefined : outgoing.since(known);
    const steps: ReapplyStep[] = pending?.map((update) => ({ update, isRefused: updates.has(update) })) ?? [
      { update: doc.encode({ since: known }), isRefused: true },
    ]; // they cannot be told apart
    this.becomes(base, steps, error);
    await log?.replace(upTo);
  }

  async cut(steps: readonly CutStep[]): Promise<boolean> {
    const { doc, log } = this.#host;
    const upTo = await log?.reload();
    if (steps.some(({ old, step, had }) => old.length === 0 && step !== "lost" && !isAt(doc, had))) return false; // edited meanwhile: asked again, it gets the bytes
    for (const { epoch, old, step } of steps) {
      const next = step === "lost" ? undefined : cutOver(this.#host, old, epoch);
      if (next === undefined && this.#isAllNews()) return true;
      this.#enter(epoch, old, next ?? GIVEN_UP);
    }
    await log?.replace(upTo, true);
    return false;
  }

  follow({ epoch, old, base, made = [] }: TabCut): readonly Uint8Array[] {
    const { doc } = this.#host;
    const before = docLike(doc);
    if (old.length > 0) before.apply(old);
    const isNext = epochOf(doc.version()) === epoch - 1 && base.length > 0;
    const next = isNext ? carriedOnto(this.#host, before, base) : GIVEN_UP;
    this.#enter(epoch, NOTHING, next, made);
    return next.carried;
  }

  isDead(update: Uint8Array): boolean {
    return (
      this.dead.size > 0 && updateRanges(update).some(({ replica, to }) => to > (this.dead.get(replica)?.from ?? to))
    );
  }

  bury(update: Uint8Array, now: Version): void {
    for (const { replica, from: first, to } of updateRanges(update)) {
      const from = Math.max(first, now.get(replica) ?? 0);
      if (from >= to) continue;
      const known = this.dead.get(replica) ?? { from, to };
      this.dead.set(replica, { from: Math.min(from, known.from), to: Math.max(to, known.to) });
    }
  }

  becomes(base: Uint8Array, steps: readonly ReapplyStep[], error: CodedError): readonly ReapplyResult[] {
    const host = this.#host;
    const tell = this.#watcher?.becomes(base, error);
    const { doc, results } = reapplyUpdates(host.doc, base, steps, host.platform.random);
    const waiting: Uint8Array[] = [];
    const now = doc.version();
    for (const result of results) {
      if (isWaiting(result)) waiting.push(result.step.update);
      else if (result.update !== result.step.update) this.bury(result.step.update, now);
    }
    for (const update of waiting) doc.apply(update); // what they build on is still to come
    host.outgoing.reset([...results.flatMap(({ update }) => update ?? []), ...waiting]);
    this.#renewDoc(doc);
    const refused = results.flatMap(({ step, changes, error: cause }): RefusedEdit[] =>
      step.isRefused === true || (cause !== undefined && !waiting.includes(step.update))
        ? [{ error, changes, update: step.update }]
        : [],
    );
    host.refused.update((before) => [...before, ...refused]);
    host.counted();
    tell?.(results);
    return results;
  }

  /** The document becomes what it is in the next epoch. */
  #enter(
    epoch: number,
    old: Uint8Array,
    { doc, carried, isWhole }: CutOver | typeof GIVEN_UP,
    others: readonly Uint8Array[] = [],
  ): void {
    const host = this.#host;
    const made = [...others, ...carried];
    const tell = this.#watcher?.enters(epoch, doc && mergedWith(host.doc, old), doc, made);
    const fork = isWhole ? undefined : host.doc.encode();
    this.dead.clear();
    host.outgoing.reset(made);
    this.#renewDoc(doc ?? docLike(host.doc, { random: (length) => host.platform.random(length) }));
    if (fork !== undefined) host.log?.keepFork(fork).catch((error: unknown) => host.storeError.set(error));
    if (fork !== undefined || carried.length > 0) host.rebased.update((before) => [...before, { epoch, fork }]);
    host.counted();
    tell?.();
  }

  /** In place. What waits for the store is of the document that was. */
  #renewDoc(next: Doc): void {
    const host = this.#host;
    host.log?.drop();
    renewDoc(host.doc, next, { origin: host }); // observers may edit
    host.claim();
  }

  /** Nothing of it was ever at a hub: it builds on no epoch. */
  #isAllNews(): boolean {
    let all = 0;
    for (const count of this.#host.doc.version().values()) all += count;
    return this.#host.known.count() === all;
  }
}

function mergedWith(doc: Doc, bytes: Uint8Array): Doc {
  if (bytes.length === 0) return doc;
  const merged = forkDoc(doc);
  merged.apply(bytes);
  return merged;
}

function isAt(doc: Doc, version: Version): boolean {
  const now = doc.version();
  return versionCovers(now, version) && versionCovers(version, now);
}

/** Whether a transaction found no place, as what it builds on was not among what was made anew. */
function isWaiting({ update, changes, error }: ReapplyResult): boolean {
  return update === undefined && error !== undefined && changes.length === 0;
}
