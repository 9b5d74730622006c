import {
  createDoc,
  type Doc,
  type ReapplyResult,
  type ReapplyStep,
  reapplyUpdates,
  renewDoc,
  updateRanges,
  type Version,
} from "../crdt/index.ts";
import type { CodedError } from "../errors/index.ts";
import type { Refusal } from "./connection.ts";
import { type CutOver, cutOver } from "./cut-over.ts";
import type { RenewerHost, Renews } from "./renewer-types.ts";
import type { RefusedEdit } from "./replica-types.ts";
import type { CutStep } from "./session.ts";

/** Nobody knows any more what its edits were made on. */
export const GIVEN_UP = { doc: undefined, carried: undefined, isWhole: false } as const;

/** How a replica goes into an epoch. */
export type Entered = CutOver | typeof GIVEN_UP;

/** Makes a replica's document anew, when the hub refused some of it or cut it. */
export class Renewer implements Renews {
  readonly #host: RenewerHost;
  /** Operations that are no more, as they were refused or made anew: from the first number of a replica to the last that was seen. */
  protected readonly dead: Map<number, { readonly from: number; readonly to: number }> = new Map();

  constructor(host: RenewerHost) {
    this.#host = host;
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
    const { doc, log, platform } = this.#host;
    const upTo = await log?.reload();
    for (const { epoch, old, step } of steps) {
      const next = step === "lost" ? undefined : cutOver(doc, old, epoch, platform.random);
      if (next === undefined && this.#isAllNews()) return true;
      this.enter(epoch, old, next ?? GIVEN_UP);
    }
    await log?.replace(upTo);
    return false;
  }

  isDead(update: Uint8Array): boolean {
    return (
      this.dead.size > 0 && updateRanges(update).some(({ replica, to }) => to > (this.dead.get(replica)?.from ?? to))
    );
  }

  /** Of an update, what is not in the document `now`, is no more. */
  bury(update: Uint8Array, now: Version): void {
    for (const { replica, from: first, to } of updateRanges(update)) {
      const from = Math.max(first, now.get(replica) ?? 0);
      if (from >= to) continue;
      const known = this.dead.get(replica) ?? { from, to };
      this.dead.set(replica, { from: Math.min(from, known.from), to: Math.max(to, known.to) });
    }
  }

  /** Transactions are made anew on `base`. */
  protected becomes(base: Uint8Array, steps: readonly ReapplyStep[], error: CodedError): readonly ReapplyResult[] {
    const host = this.#host;
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
    return results;
  }

  /** The document becomes what it is in the next epoch. */
  protected enter(epoch: number, _old: Uint8Array, { doc, carried, isWhole }: Entered): void {
    const host = this.#host;
    const fork = isWhole ? undefined : host.doc.encode();
    this.dead.clear();
    host.outgoing.reset(carried === undefined ? [] : [carried]);
    this.#renewDoc(doc ?? createDoc({ random: (length) => host.platform.random(length) }));
    if (fork !== undefined) host.log?.keepFork(fork).catch((error: unknown) => host.storeError.set(error));
    if (fork !== undefined || carried !== undefined) host.rebased.update((before) => [...before, { epoch, fork }]);
    host.counted();
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

/** Whether a transaction found no place, as what it builds on was not among what was made anew. */
function isWaiting({ update, changes, error }: ReapplyResult): boolean {
  return update === undefined && error !== undefined && changes.length === 0;
}
