/**
 * What a graph of signals must compute, and how often each function may run to do so: plain recursion over plain data.
 * Node `i` of a plan may read any node before it. Nothing is pushed: whoever is asked compares what it saw with what is there.
 */
export type NodePlan =
  | { readonly kind: "signal"; readonly value: number }
  | {
      readonly kind: "computed";
      /** Read always, in this order. */
      readonly always: readonly number[];
      /** Read only when the sum so far is odd. */
      readonly sometimes: readonly number[];
      /** The sum is taken modulo this: small numbers make changes that come to nothing. */
      readonly modulo: number;
      /** Throws instead when the sum, modulo 7, is this. */
      readonly throwsAt: number | null;
      /** Its values are equal when they are after division by this, rounded down. */
      readonly coarse: number;
      /** Read untracked at the end, whatever comes of it. */
      readonly glances: readonly number[];
    };

/** Whether a computed takes a new value for its old one. */
export function same(plan: NodePlan & { kind: "computed" }, a: number, b: number): boolean {
  return Math.floor(a / plan.coarse) === Math.floor(b / plan.coarse);
}

/** The function of a computed, over any way of reading. */
export function evaluate(
  plan: NodePlan & { kind: "computed" },
  read: (index: number) => number,
  glance: (index: number) => void = () => {},
): number {
  let sum = 0;
  for (const index of plan.always) sum += read(index);
  if (sum % 2 === 1) for (const index of plan.sometimes) sum += 3 * read(index);
  for (const index of plan.glances) glance(index);
  if (sum % 7 === plan.throwsAt) throw new Error(`at ${sum}`);
  return sum % plan.modulo;
}

interface Memo {
  value: number;
  /** What it threw instead. */
  error: Error | undefined;
  /** How often the value was found changed. */
  version: number;
  /** A signal's value at its version: what was written and taken back before anybody read it is no change. */
  settled: number;
  /** What the last run read, in order, and at which version. */
  seen: Map<number, number> | undefined;
  runs: number;
}

export class OracleGraph {
  private readonly plans: readonly NodePlan[];
  private readonly memos: Memo[];
  /** What each effect saw, by effect and then by node. */
  private readonly effects = new Map<number, { readonly node: number; version: number; runs: number }>();

  constructor(plans: readonly NodePlan[]) {
    this.plans = plans;
    this.memos = plans.map((plan) => ({
      value: plan.kind === "signal" ? plan.value : Number.NaN,
      error: undefined,
      version: 0,
      settled: plan.kind === "signal" ? plan.value : Number.NaN,
      seen: undefined,
      runs: 0,
    }));
  }

  /** The value from scratch, with no memory at all. */
  scratch(index: number): number {
    const plan = this.plan(index);
    return plan.kind === "signal" ? this.memo(index).value : evaluate(plan, (other) => this.scratch(other));
  }

  set(index: number, value: number): void {
    this.memo(index).value = value;
  }

  read(index: number): number {
    this.ensure(index);
    this.settle(index);
    const { value, error } = this.memo(index);
    if (error !== undefined) throw error;
    return value;
  }

  /** What a read gives, without any effect on the graph: to compare with once all has settled. */
  outcome(index: number): number | string {
    const { value, error } = this.memo(index);
    return error === undefined ? value : error.message;
  }

  watch(id: number, node: number): void {
    this.glance(node);
    this.effects.set(id, { node, version: this.memo(node).version, runs: 1 });
  }

  unwatch(id: number): void {
    this.effects.delete(id);
  }

  /** What a flush does: each effect runs once if what it reads has another value than it saw. */
  flush(): void {
    for (const index of this.plans.keys()) this.settle(index);
    for (const effect of this.effects.values()) {
      this.ensure(effect.node);
      const { version } = this.memo(effect.node);
      if (version !== effect.version) effect.runs++;
      effect.version = version;
    }
  }

  runs(): number[] {
    return this.memos.map((memo) => memo.runs);
  }

  effectRuns(id: number): number | undefined {
    return this.effects.get(id)?.runs;
  }

  private ensure(index: number): void {
    const plan = this.plan(index);
    const memo = this.memo(index);
    if (plan.kind === "signal") return;
    if (memo.seen !== undefined && !this.differs(memo.seen)) return;
    const seen = new Map<number, number>();
    memo.runs++;
    const { error: before } = memo;
    let { value } = memo;
    try {
      const read = (other: number): number => {
        this.glance(other);
        if (!seen.has(other)) seen.set(other, this.memo(other).version);
        return this.read(other);
      };
      value = evaluate(plan, read, (other) => this.glance(other));
      memo.error = undefined;
    } catch (error) {
      memo.error = error as Error; // cast: nothing else is thrown
    }
    const isFirst = memo.seen === undefined;
    memo.seen = seen;
    // An error is another one each time.
    if (!isFirst && before === undefined && memo.error === undefined && same(plan, memo.value, value)) return;
    memo.version++;
    memo.value = value;
  }

  private glance(index: number): void {
    try {
      this.read(index);
    } catch {
      // it will be thrown to who wants the value
    }
  }

  private differs(seen: ReadonlyMap<number, number>): boolean {
    for (const [other, version] of seen) {
      this.ensure(other);
      const { kind } = this.plan(other);
      const { version: now, value, settled } = this.memo(other);
      if (now !== version || (kind === "signal" && value !== settled)) return true;
    }
    return false;
  }

  private settle(index: number): void {
    const memo = this.memo(index);
    if (this.plan(index).kind !== "signal" || memo.value === memo.settled) return;
    memo.settled = memo.value;
    memo.version++;
  }

  private plan(index: number): NodePlan {
    return this.plans[index] as NodePlan; // cast: plans refer to nodes before them only
  }

  private memo(index: number): Memo {
    return this.memos[index] as Memo; // cast: as above
  }
}
