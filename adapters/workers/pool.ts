import { availableParallelism } from "node:os";
import { CodedError } from "../../lib/errors/index.ts";
import { type Job, MAX_DELAY_MS, Slot, type SlotEvents } from "./slot.ts";
import type { RenderersOptions, RenderersStats, RenderJobOptions } from "./types.ts";

/** A pool whose pages are known by name only. */
export interface Pool {
  render(name: string, props?: unknown, options?: RenderJobOptions): Promise<Uint8Array>;
  stats(): RenderersStats;
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * One line for all threads: whoever is free takes the next render. So there is nothing to steal, and a slow page delays nobody who is not behind it in the line.
 */
export function createPool(options: RenderersOptions, thread: URL): Pool {
  const { maxQueue = 256, timeoutMs = 10_000, startTimeoutMs = 30_000, resourceLimits } = options;
  const counts = { rendered: 0, failed: 0, timedOut: 0, crashed: 0 };
  const line = new Set<Job>(); // in the order of arrival; leaving it from the middle is cheap
  const open = new Set<Job>();
  let closing: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;
  let lastId = 0;

  const events: SlotEvents = {
    free: (slot) => serve(slot),
    startFailed(cause) {
      if (!slots.every((slot) => slot.failing)) return; // one renders, or has not said that it cannot
      // Whoever waits hears why; later renders wait for the next attempt.
      const reason = cause instanceof Error ? cause.message : String(cause);
      for (const job of [...line]) {
        job.reject(new CodedError("WORKERS_START_FAILED", `No thread could be started: ${reason}`, { cause }));
      }
    },
    count(what) {
      counts[what]++;
    },
  };
  const slotOptions = { thread, module: String(options.module), timeoutMs, startTimeoutMs, resourceLimits };
  const slots: Slot[] = Array.from({ length: threadCount(options) }, () => new Slot(slotOptions, events));

  function serve(slot: Slot): void {
    for (const job of line) {
      line.delete(job);
      try {
        slot.take(job);
        return;
      } catch (error) {
        job.reject(error);
      }
    }
  }

  function hold(): void {
    for (const slot of slots) slot.hold(open.size > 0);
    if (open.size === 0) onIdle?.();
  }

  function render(name: string, props: unknown, { signal, nonce }: RenderJobOptions = {}): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (closing !== undefined) throw new CodedError("WORKERS_CLOSED", "The renderers are closed");
      const slot = slots.find(({ ready, busy }) => ready && !busy);
      if (slot === undefined && !(line.size < maxQueue)) {
        throw new CodedError("WORKERS_QUEUE_FULL", `${line.size} renders wait for a thread`, { value: line.size });
      }
      const id = ++lastId;
      const end = (): void => {
        line.delete(job);
        signal?.removeEventListener("abort", onAbort);
        if (open.delete(job)) hold();
      };
      const job: Job = {
        id,
        message: { kind: "render", id, name, props, nonce },
        resolve(bytes) {
          end();
          resolve(bytes);
        },
        reject(error) {
          end();
          reject(error);
        },
      };
      const onAbort = (): void => {
        slots.find((one) => one.has(job))?.abort();
        job.reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort);
      open.add(job);
      if (open.size === 1) hold();
      line.add(job);
      if (slot !== undefined) serve(slot);
    });
  }

  async function close(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (open.size > 0) {
      await new Promise<void>((resolve) => {
        onIdle = resolve;
        if (graceMs <= MAX_DELAY_MS) timer = setTimeout(resolve, graceMs);
      });
    }
    clearTimeout(timer);
    for (const job of [...open])
      job.reject(new CodedError("WORKERS_CLOSED", "The renderers were closed before its end"));
    await Promise.all(slots.map((slot) => slot.close()));
  }

  return {
    render,
    stats: () => ({
      ready: slots.filter(({ ready }) => ready).length,
      busy: slots.filter(({ busy }) => busy).length,
      waiting: line.size,
      ...counts,
    }),
    close({ graceMs = 10_000 } = {}) {
      closing ??= close(graceMs);
      return closing;
    },
  };
}

function threadCount({ threads = Math.max(1, availableParallelism() - 1) }: RenderersOptions): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= 512) return threads;
  throw new CodedError("POOL_OUT_OF_RANGE", `${threads} threads: 1 to 512 are possible`, { value: threads });
}
