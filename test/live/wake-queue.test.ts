import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { SleepQueue } from "../../lib/live/persist/hibernation.ts";
import { WakeQueue } from "../../lib/live/persist/wake-queue.ts";

/** A loop by hand: `turn()` runs the next timer; work takes the time it says. */
class Loop {
  nowMs = 1_000;
  private readonly timers: { readonly atMs: number; readonly f: () => void }[] = [];
  readonly platform = {
    ...nodePlatform,
    now: () => this.nowMs,
    after: (ms: number, f: () => void) => {
      this.timers.push({ atMs: this.nowMs + Math.max(1, ms), f });
      return () => {};
    },
  };

  /** @returns whether there was one; how long others could run before it stands in `nowMs`. */
  async turn(lateMs = 0): Promise<boolean> {
    await new Promise((done) => setImmediate(done));
    const next = this.timers.sort((a, b) => a.atMs - b.atMs).shift();
    if (next === undefined) return false;
    this.nowMs = Math.max(this.nowMs, next.atMs + lateMs);
    next.f();
    return true;
  }
}

describe("sessions that wake", () => {
  /** So many wake, none of whom anybody waits for. Each takes 1.5 ms; a clock of whole milliseconds. */
  function storm(count: number) {
    const loop = new Loop();
    const queue = new WakeQueue(loop.platform);
    const woken: number[] = [];
    const wake = (name: number) => (): void => {
      loop.nowMs += name % 2 === 0 ? 2 : 1;
      woken.push(name);
    };
    const all = Array.from({ length: count }, (_, name) => wake(name));
    for (const each of all) queue.add(each, false);
    return { loop, queue, woken, wake, all };
  }

  test("have some milliseconds of each turn, the first of them at once", async () => {
    const { loop, woken } = storm(100);
    assert.ok(woken.length > 0 && woken.length < 5);
    let turns = 0;
    for (let before = woken.length; await loop.turn(); before = woken.length) {
      assert.ok(woken.length - before < 5);
      turns++;
    }
    assert.ok(turns > 20);
    assert.deepEqual(
      woken,
      Array.from({ length: 100 }, (_, name) => name),
    );
  });

  test("are passed by those that somebody waits for, also by one that has waited already", async () => {
    const { loop, queue, woken, wake, all } = storm(50);
    const before = woken.length;
    queue.add(all[49] as () => void, true); // cast: there are 50
    queue.add(wake(50), true);
    await loop.turn();
    assert.deepEqual(woken.slice(before, before + 2), [49, 50]);
  });

  test("wake at once when it is quiet again, and when the clock was set back", async () => {
    const { loop, queue, woken, wake } = storm(10);
    while (await loop.turn());
    queue.add(wake(10), false);
    loop.nowMs -= 100_000;
    queue.add(wake(11), false);
    while (await loop.turn());
    assert.deepEqual(woken.slice(10), [10, 11]);
  });
});

describe("sessions that go to sleep", () => {
  /** How much of the time goes into it, when timers come so late. */
  async function shareOf(lateMs: number): Promise<number> {
    const loop = new Loop();
    const queue = new SleepQueue(loop.platform);
    let workMs = 0;
    let longest = 0;
    const sleep = async (): Promise<void> => {
      for (let part = 0, turnMs = 0; part < 5; part++) {
        loop.nowMs++;
        workMs++;
        longest = Math.max(longest, ++turnMs);
        const pause = queue.pause();
        if (pause !== undefined) turnMs = 0;
        await pause;
      }
    };
    const startMs = loop.nowMs;
    for (let name = 0; name < 40; name++) queue.add(sleep);
    while (await loop.turn(lateMs));
    assert.equal(workMs, 200);
    assert.ok(longest <= 3, `${longest} ms in one turn`);
    return workMs / (loop.nowMs - startMs);
  }

  test("take half of the time while nothing else does, and a fifth of it at most while others are busy", async () => {
    assert.ok(Math.abs((await shareOf(0)) - 0.5) < 0.1);
    assert.ok((await shareOf(5)) <= 0.2);
  });
});
