/** Who a task belongs to: what is dead runs nothing any more, what is frozen runs it when it thaws. */
export class Owner {
  isDead = false;
  /** What was due meanwhile, in order; `undefined` unless frozen. */
  waiting: Task[] | undefined;

  get isFrozen(): boolean {
    return this.waiting !== undefined;
  }
}

interface Task {
  atMs: number;
  order: number;
  readonly owner: Owner | undefined;
  readonly run: () => void;
  isCancelled: boolean;
}

const immediate = globalThis.setImmediate;

/** A clock that moves from task to task. Between two tasks all promises settle, so a task and what follows from it are one step. */
export class Scheduler {
  nowMs = 0;
  private order = 0;
  private first = 0;
  private readonly heap: Task[] = [];

  /** Runs `run` after so many milliseconds. Tasks of one moment run in the order in which they were given. Returns its cancel. */
  after(ms: number, run: () => void, owner?: Owner): () => void {
    const task: Task = { atMs: this.nowMs + Math.max(0, ms), order: this.order++, owner, run, isCancelled: false };
    this.push(task);
    return () => {
      task.isCancelled = true;
    };
  }

  /** Goes on until that time, or until nothing is left, or until `stop` says so (asked after each step). */
  async runUntil(endMs: number, afterStep: () => boolean): Promise<void> {
    for (;;) {
      const task = this.heap[0];
      if (task === undefined || task.atMs > endMs) break;
      this.pop();
      if (task.isCancelled || task.owner?.isDead === true) continue;
      if (task.owner?.waiting !== undefined) {
        task.owner.waiting.push(task);
        continue;
      }
      this.nowMs = Math.max(this.nowMs, task.atMs);
      task.run();
      await new Promise((settled) => immediate(settled));
      if (afterStep()) return;
    }
    this.nowMs = Math.max(this.nowMs, endMs);
  }

  /** What is due for this owner waits until it is thawed. */
  freeze(owner: Owner, ms: number): void {
    owner.waiting ??= [];
    this.after(ms, () => this.thaw(owner));
  }

  thaw(owner: Owner): void {
    const waiting = owner.waiting ?? [];
    owner.waiting = undefined;
    // Before what is due at this very moment: that came later.
    this.first -= waiting.length;
    for (const [index, task] of waiting.entries()) {
      task.atMs = this.nowMs;
      task.order = this.first + index;
      this.push(task);
    }
  }

  private push(task: Task): void {
    const { heap } = this;
    heap.push(task);
    let at = heap.length - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!isBefore(task, heap[up] as Task)) break; // casts: places of a heap
      heap[at] = heap[up] as Task;
      at = up;
    }
    heap[at] = task;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop() as Task; // cast: it is not empty
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && isBefore(heap[down + 1] as Task, heap[down] as Task)) down++;
      if (!isBefore(heap[down] as Task, last)) break;
      heap[at] = heap[down] as Task;
      at = down;
    }
    heap[at] = last;
  }
}

function isBefore(left: Task, right: Task): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}
