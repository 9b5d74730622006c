/** What a run of the resource under test does: it reads `first`, and `second` if that is odd; waits; reads `late` if it is a multiple of 3; waits; answers. */
interface Run {
  readonly id: number;
  readonly tracked: Set<number>;
  readonly seen: number[];
  phase: 0 | 1 | 2;
  aborted: boolean;
}

/** A resource as one would write it down on paper: a list of runs, of which the last counts. */
export class OracleResource {
  readonly runs: Run[] = [];
  value: string | undefined = undefined;
  error: string | undefined = undefined;
  pending = false;
  private ended = false;
  private readonly sources: number[];
  private readonly keep: boolean;

  constructor(sources: readonly number[], keep: boolean) {
    this.sources = [...sources];
    this.keep = keep;
    this.start();
  }

  /** All at once, as in a batch. */
  write(writes: readonly (readonly [index: number, value: number])[]): void {
    const before = [...this.sources];
    for (const [index, value] of writes) this.sources[index] = value;
    const changed = before.flatMap((value, index) => (value === this.sources[index] ? [] : [index]));
    if (changed.some((index) => this.runs.at(-1)?.tracked.has(index))) this.start();
  }

  start(): void {
    if (this.ended) return;
    for (const run of this.runs) run.aborted = true;
    const run: Run = { id: this.runs.length, tracked: new Set(), seen: [], phase: 0, aborted: false };
    this.runs.push(run);
    this.pending = true;
    this.clear();
    this.track(run, 0);
    if ((run.seen[0] ?? 0) % 2 === 1) this.track(run, 1);
  }

  /** The gate of a run opens, or fails. */
  open(id: number, fails: boolean): void {
    const run = this.runs[id];
    if (run === undefined || run.phase === 2) return;
    if (run.phase === 0 && !fails) {
      run.phase = 1;
      if ((run.seen[0] ?? 0) % 3 === 0) this.track(run, 2);
      return;
    }
    run.phase = 2;
    if (run.aborted) return;
    this.pending = false;
    if (fails) {
      this.clear();
      this.error = `run ${id}`;
    } else {
      this.value = `${id}: ${run.seen.join()}`;
      this.error = undefined;
    }
  }

  set(value: string): void {
    for (const run of this.runs) run.aborted = true;
    this.value = value;
    this.error = undefined;
    this.pending = false;
  }

  end(): void {
    for (const run of this.runs) {
      run.aborted = true;
      run.tracked.clear();
    }
    this.ended = true;
    this.pending = false;
  }

  private track(run: Run, index: number): void {
    run.seen.push(this.sources[index] ?? Number.NaN);
    if (!run.aborted) run.tracked.add(index);
  }

  private clear(): void {
    if (this.keep) return;
    this.value = undefined;
    this.error = undefined;
  }
}
