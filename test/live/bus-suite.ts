import assert from "node:assert/strict";
import { test } from "vitest";
import type { Bus } from "../../lib/wire/index.ts";

/** What every bus owes; two ends of it may be one. */
export function busSuite(withBuses: (run: (here: Bus, there: Bus) => Promise<void>) => Promise<void>): void {
  /** Hears a topic until `count` messages have come. */
  const hear = (
    bus: Bus,
    topic: string,
    got: number[][] = [],
  ): { readonly got: number[][]; readonly stop: () => void; until(count: number): Promise<void> } => {
    let tell = (): void => {};
    const stop = bus.subscribe(topic, (bytes) => {
      got.push([...bytes]);
      tell();
    });
    return {
      ...{ got, stop },
      until: (count) =>
        new Promise((done) => {
          tell = () => got.length >= count && done();
          tell();
        }),
    };
  };
  /** Subscriptions take their time; they are there when the bus brings what is published. */
  const ready = async (from: Bus, to: Bus, topic: string): Promise<void> => {
    const probe = hear(to, topic);
    while (probe.got.length === 0) {
      from.publish(topic, Uint8Array.of(0));
      await new Promise((done) => setTimeout(done, 5));
    }
    probe.stop();
  };

  test("brings bytes to every subscriber of a topic, here and there, in order", () =>
    withBuses(async (here, there) => {
      await ready(here, there, "ready");
      const [mine, theirs, other] = [hear(here, "a:b/c"), hear(there, "a:b/c"), hear(there, "a")];
      await ready(here, there, "ready"); // what was subscribed before is there, too
      await ready(there, here, "ready");
      for (const byte of [1, 2, 255]) here.publish("a:b/c", Uint8Array.of(byte, 0));
      await Promise.all([mine.until(3), theirs.until(3)]);
      assert.deepEqual(
        [mine.got, theirs.got],
        [
          [
            [1, 0],
            [2, 0],
            [255, 0],
          ],
          [
            [1, 0],
            [2, 0],
            [255, 0],
          ],
        ],
      );
      assert.deepEqual(other.got, []);
    }));

  test("one function subscribed twice is heard twice, and stopped one at a time", () =>
    withBuses(async (here, there) => {
      const got: number[][] = [];
      const [first, second] = [hear(there, "twice", got), hear(there, "twice", got)];
      await ready(here, there, "twice");
      got.length = 0;
      await ready(here, there, "ready"); // no probe of before is under way
      got.length = 0;
      here.publish("twice", Uint8Array.of(7));
      await second.until(2);
      first.stop();
      first.stop();
      here.publish("twice", Uint8Array.of(8));
      await second.until(3);
      await ready(here, there, "ready");
      assert.deepEqual(got, [[7], [7], [8]]);
      second.stop();
    }));

  test("a topic can be left and joined again", () =>
    withBuses(async (here, there) => {
      const first = hear(there, "again");
      first.stop();
      const second = hear(there, "again");
      await ready(here, there, "again");
      second.got.length = 0;
      here.publish("again", Uint8Array.of(1));
      await second.until(1);
      assert.deepEqual(first.got, []);
    }));
}
