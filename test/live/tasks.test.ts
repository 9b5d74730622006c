import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { type Html, html } from "../../lib/html/index.ts";
import { defineView, type LiveContext, type MountContext, type Temporary } from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import { EVENT, type LiveFrame, MOUNT, PATCH } from "../../lib/wire/index.ts";
import { settled, startSite, type Visitor } from "./site.ts";

interface State {
  readonly shown: ReturnType<typeof signal<number>>;
  readonly report: Temporary<string>;
  plain: string;
}
/** A view whose handler does what a test says. */
function viewOf(
  act: (ctx: LiveContext, state: State) => unknown,
  atMount: (ctx: MountContext<unknown, unknown, unknown>, state: State) => void = () => {},
) {
  return defineView({
    mount(ctx): State {
      const state: State = { shown: signal(0), report: ctx.temporary(""), plain: "" };
      atMount(ctx, state);
      return state;
    },
    on: { act: (state, _event, ctx) => void act(ctx, state), nothing: () => {} },
    render: (state, bind): Html =>
      html`<p>${state.shown}</p><i>${state.plain}</i><b>${state.report}</b><form ${bind.act("submit")}></form>`,
  });
}
const texts = (frames: LiveFrame[]): string => JSON.stringify(frames.filter((frame) => frame[0] === PATCH));
const act = (visitor: Visitor, ref = 1): Promise<void> => visitor.send([EVENT, ref, 0, 0, null]);

describe("timers of a session", () => {
  test("run on the platform's clock, and what they change is shown, plain state too", async () => {
    const site = startSite(
      viewOf((ctx, state) => {
        ctx.after(1_000, () => {
          state.plain = "late";
        });
        ctx.every(400, () => state.shown.update((n) => n + 1));
      }),
    );
    const visitor = await site.visit("/x");
    await act(visitor);
    visitor.take();
    await site.clock.advance(399);
    assert.deepEqual(visitor.take(), []);
    await site.clock.advance(1);
    assert.match(texts(visitor.take()), /"1"/);
    await site.clock.advance(600);
    const later = texts(visitor.take());
    assert.match(later, /"2"/);
    assert.match(later, /late/);
  });

  test("begin in mount too, and end with their stop and with the session", async () => {
    const log: string[] = [];
    const site = startSite(
      viewOf(
        () => {},
        ({ after, every, signal: ended }) => {
          const stop = after(10, () => log.push("stopped"));
          stop();
          stop();
          every(10, () => log.push("every"));
          ended.addEventListener("abort", () => log.push("ended"));
        },
      ),
      { holdMs: 25 },
    );
    await site.get("/x");
    await site.clock.advance(100);
    assert.deepEqual(log, ["every", "every", "ended"]);
    assert.equal(site.route.sessionCount, 0);
  });

  test("that fail are reported, and run again", async () => {
    let runs = 0;
    const site = startSite(
      viewOf((ctx) => {
        ctx.every(10, () => {
          runs++;
          throw new Error("tick");
        });
        ctx.after(5, () => Promise.reject(new Error("later")));
      }),
    );
    const visitor = await site.visit("/x");
    await act(visitor);
    await site.clock.advance(25);
    assert.equal(runs, 2);
    assert.deepEqual(
      site.reports.map(([code, error]) => `${code} ${String(error)}`),
      ["LIVE_TASK_FAILED Error: later", "LIVE_TASK_FAILED Error: tick", "LIVE_TASK_FAILED Error: tick"],
    );
    assert.equal(visitor.closed(), undefined);
  });

  test("wait for a run that has not settled, and for no time that a clock cannot hold", async () => {
    let runs = 0;
    let go = (): void => {};
    const site = startSite(
      viewOf((ctx) => {
        ctx.every(10, () => {
          runs++;
          return new Promise<void>((done) => {
            go = done;
          });
        });
        ctx.after(Number.MAX_VALUE, () => assert.fail());
        ctx.after(Number.NaN, () => runs--);
      }),
    );
    const visitor = await site.visit("/x");
    await act(visitor);
    await site.clock.advance(55);
    assert.equal(runs, 0);
    go();
    await settled();
    await site.clock.advance(10);
    assert.equal(runs, 1);
  });

  test("are capped for each session", async () => {
    const site = startSite(
      viewOf((ctx) => {
        for (let i = 0; i < 1_001; i++) ctx.after(10, () => {});
      }),
    );
    const visitor = await site.visit("/x");
    await act(visitor);
    assert.match(String(site.reports[0]?.[1]), /1000/);
    await site.clock.advance(11);
    site.reports.length = 0;
    await act(visitor, 2);
    assert.match(String(site.reports[0]?.[1]), /1000/); // those that ran have made room for no more than that
  });
});

describe("tasks of a session", () => {
  test("run beside handlers, and the latest of a name wins", async () => {
    const waits: ((text: string) => void)[] = [];
    const signals: AbortSignal[] = [];
    const site = startSite(
      viewOf((ctx, state) => {
        ctx.task(
          "search",
          (ended) => {
            signals.push(ended);
            return new Promise<string>((done) => waits.push(done));
          },
          (text) => {
            state.plain = text;
          },
        );
      }),
    );
    const visitor = await site.visit("/x");
    await act(visitor, 1);
    await act(visitor, 2);
    assert.deepEqual([signals[0]?.aborted, signals[1]?.aborted], [true, false]);
    visitor.take();
    waits[1]?.("second");
    await settled();
    assert.match(texts(visitor.take()), /second/);
    waits[0]?.("first");
    await settled();
    assert.doesNotMatch(texts(visitor.take()), /first/);
  });

  test("that fail are reported and crash nothing; those nobody waits for any more are not heard of", async () => {
    const fails: ((error: Error) => void)[] = [];
    const site = startSite(
      viewOf((ctx) => ctx.task("x", () => new Promise((_done, fail) => fails.push(fail)))),
      { detachedMs: 10 },
    );
    const visitor = await site.visit("/x");
    await act(visitor, 1);
    await act(visitor, 2);
    fails[0]?.(new Error("overtaken"));
    fails[1]?.(new Error("latest"));
    await settled();
    await act(visitor, 3);
    assert.deepEqual(
      site.reports.map(([code, error]) => `${code} ${String(error)}`),
      ["LIVE_TASK_FAILED Error: latest"],
    );
    await visitor.leave();
    await site.clock.advance(20);
    fails[2]?.(new Error("after the end"));
    await settled();
    assert.equal(site.reports.length, 1);
  });

  test("can tell the page something after their handler has ended", async () => {
    const site = startSite(
      viewOf((ctx) =>
        ctx.task(
          "x",
          () => settled(),
          () => ctx.flash("info", "x") ?? ctx.title("Done"),
        ),
      ),
    );
    const visitor = await site.visit("/x");
    await act(visitor);
    await settled();
    await settled();
    assert.match(texts(visitor.take()), /"bus:title","Done"/);
  });
});

describe("a temporary value", () => {
  test("is shown, stays in the page, and is gone from memory", async () => {
    let held: Temporary<string> | undefined;
    const site = startSite(
      viewOf((_ctx, state) => {
        held = state.report;
        state.report.set("a long report");
        assert.equal(state.report.get(), "a long report");
      }),
    );
    const visitor = await site.visit("/x");
    await act(visitor);
    assert.match(texts(visitor.take()), /a long report/);
    assert.equal(held?.get(), "");
    await visitor.send([EVENT, 2, 1, 1, null]);
    assert.doesNotMatch(texts(visitor.take()), /\[0,/, "nothing is written over it");
    // The page itself is what is left of it: also for a client that has to be sent everything.
    await visitor.leave();
    const again = await site.join("/x", { ...visitor.page, render: 0 }, {}, 1, 2);
    const mount = again.take().find((frame) => frame[0] === MOUNT);
    assert.match(JSON.stringify(mount), /a long report/);
    await again.send([EVENT, 3, 3, 0, null]);
    assert.doesNotMatch(texts(again.take()), /\[0,\d,""\]/);
  });
});
