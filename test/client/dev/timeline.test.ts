import assert from "node:assert/strict";
import { beforeEach, describe, test } from "vitest";
import type { RequestContext } from "../../../client/core/index.ts";
import { coordinationOf } from "../../../client/dev/coordination.ts";
import { details, headline, marks } from "../../../client/dev/describe.ts";
import { createTimeline, type Timeline } from "../../../client/dev/timeline.ts";
import { DEFAULTS, get, request } from "./stage.ts";

let now = 0;
let changes = 0;
const make = (options = {}): Timeline =>
  createTimeline(
    { ...DEFAULTS, ...options },
    () => now,
    () => changes++,
  );

beforeEach(() => {
  document.body.innerHTML = `<button id="go">x</button><ul id="list"></ul><i id="other"></i>`;
  now = 0;
  changes = 0;
});

const lines = (timeline: Timeline): string[] => timeline.entries.map(headline);

/** As the client does it: ends the request, then calls what waits for the end. */
function end(ctx: RequestContext): void {
  ctx.controller.abort();
  for (const f of ctx.ends) f();
}

function leave(timeline: Timeline, ctx: RequestContext): void {
  timeline.collected(ctx, false);
  timeline.leaving(ctx, false);
  timeline.sent(ctx);
}

function arrive(timeline: Timeline, ctx: RequestContext, text = "<b></b>"): void {
  timeline.answered(ctx, new Response());
  ctx.text = text;
  timeline.swapping(ctx);
  timeline.planned(ctx, 0, ctx.swap, 0);
  timeline.swapped(ctx);
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

test("each phase is timed on its own, with status, size, way and parts", () => {
  const timeline = make();
  const ctx = request({ method: "POST", target: get("#list"), swap: "beforeend" });
  timeline.collected(ctx, false);
  timeline.leaving(ctx, false);
  now = 1;
  timeline.sent(ctx);
  now = 21;
  timeline.answered(ctx, new Response(null, { status: 201 }));
  now = 24;
  ctx.text = "é".repeat(600);
  timeline.swapping(ctx);
  timeline.planned(ctx, 2, "beforeend", 0);
  now = 28.5;
  timeline.swapped(ctx);
  end(ctx);
  const [entry] = timeline.entries;
  assert.ok(entry);
  assert.equal(headline(entry), "#1 POST /x 201 1.2 kB swapped");
  assert.equal(
    details(entry),
    "request 1.0, wait 20.0, read 3.0, swap 4.5 ms · button#go → ul#list beforeend and 2 parts",
  );
  assert.equal(marks(entry), "");
  assert.equal(entry.sourceElement.deref(), get("#go"));
  assert.equal(entry.targetElement?.deref(), get("#list"));
  assert.ok(changes > 0);
});

describe("slow ones", () => {
  test.each([
    ["a reply over the limit", { waits: 201, swaps: 1 }, {}, "slow reply"],
    ["a reply at the limit", { waits: 200, swaps: 16 }, {}, ""],
    ["a swap over the limit", { waits: 1, swaps: 17 }, {}, "slow swap"],
    ["both", { waits: 201, swaps: 17 }, {}, "slow reply, slow swap"],
    ["limits of one's own", { waits: 201, swaps: 17 }, { slowMs: 300, slowSwapMs: 20 }, ""],
  ])("%s", (_name, { waits, swaps }, options, expected) => {
    const timeline = make(options);
    const ctx = request();
    leave(timeline, ctx);
    now += waits;
    timeline.answered(ctx, new Response());
    timeline.swapping(ctx);
    timeline.planned(ctx, 0, "innerHTML", 0);
    now += swaps;
    timeline.swapped(ctx);
    assert.equal(timeline.entries.map(marks).join(), expected);
  });

  test("a delay that was asked for is not counted, and a transition is not measured", () => {
    for (const [pause, ms] of [
      [100, 5],
      [undefined, undefined],
    ] as const) {
      const timeline = make();
      const ctx = request();
      leave(timeline, ctx);
      timeline.answered(ctx, new Response());
      timeline.swapping(ctx);
      timeline.planned(ctx, 0, "innerHTML", pause);
      now += 105;
      timeline.swapped(ctx);
      assert.equal(timeline.entries[0]?.swapMs, ms);
      assert.deepEqual(timeline.entries[0]?.slow, []);
    }
  });
});

describe("how requests end", () => {
  test("cancelled by a listener, before or after it was collected, or before the swap", () => {
    const timeline = make();
    timeline.collected(request(), true);
    const second = request();
    timeline.collected(second, false);
    timeline.leaving(second, true);
    const third = request();
    leave(timeline, third);
    timeline.answered(third, new Response());
    timeline.swapping(third, true);
    end(third);
    assert.deepEqual(lines(timeline), ["#1 GET /x cancelled", "#2 GET /x cancelled", "#3 GET /x 200 cancelled"]);
  });

  test("replaced by a newer one", async () => {
    const timeline = make();
    const first = request();
    leave(timeline, first);
    await turn();
    const second = request();
    timeline.collected(second, false);
    timeline.leaving(second, false);
    first.controller.abort(); // as the client does right then
    timeline.sent(second);
    await turn();
    end(first);
    arrive(timeline, second);
    end(second);
    assert.deepEqual(lines(timeline), ["#1 GET /x replaced", "#2 GET /x 200 7 B swapped"]);
    assert.equal(timeline.entries.map(marks).join(";"), "replaced by #2;");
  });

  test("ended by the page itself, or over without a swap", async () => {
    const timeline = make();
    const first = request();
    leave(timeline, first);
    await turn();
    first.controller.abort();
    await turn();
    end(first);
    const second = request();
    leave(timeline, second);
    await turn();
    timeline.answered(second, new Response(null, { status: 204 }));
    end(second);
    assert.deepEqual(lines(timeline), ["#1 GET /x ended", "#2 GET /x 204 not swapped"]);
  });

  test("stale: a newer reply was there already, in the same target", () => {
    const timeline = make();
    const [old, young, elsewhere, beside] = [
      request({ target: get("#list") }),
      request({ target: get("#list") }),
      request({ target: get("#other") }),
      request({ target: get("#list"), swap: "beforeend" }),
    ];
    for (const ctx of [old, young, elsewhere, beside]) leave(timeline, ctx);
    arrive(timeline, beside);
    arrive(timeline, elsewhere);
    arrive(timeline, young);
    arrive(timeline, old);
    assert.deepEqual(
      timeline.entries.map(({ state }) => state),
      ["stale", "swapped", "swapped", "swapped"],
    );
  });

  test("once nothing runs, nothing older can arrive", () => {
    const timeline = make();
    const [first, second] = [request(), request()];
    for (const ctx of [second, first]) {
      leave(timeline, ctx);
      arrive(timeline, ctx);
      end(ctx);
    }
    assert.deepEqual(
      timeline.entries.map(({ state }) => state),
      ["swapped", "swapped"],
    );
  });

  test("failed, with and without a request", () => {
    const timeline = make();
    const ctx = request();
    leave(timeline, ctx);
    timeline.failed(ctx, "network");
    end(ctx);
    timeline.failed({ source: get("#other") }, "attribute");
    assert.deepEqual(lines(timeline), ["#1 GET /x failed", "#2 failed"]);
    assert.equal(timeline.entries.map(marks).join(), "network,attribute");
  });

  test("dropped, or waiting until its turn has come", () => {
    const timeline = make();
    const [click, first, second] = [new Event("click"), new Event("change"), new Event("change")];
    timeline.heldBack(get("#go"), "POST /x", click, false);
    timeline.heldBack(get("#go"), "POST /x", first, true);
    timeline.heldBack(get("#go"), "POST /x", second, true);
    assert.deepEqual(lines(timeline), ["#1 POST /x dropped", "#2 POST /x dropped", "#3 POST /x waiting"]);
    leave(timeline, request({ method: "POST", event: second }));
    assert.deepEqual(lines(timeline), ["#1 POST /x dropped", "#2 POST /x dropped", "#4 POST /x running"]);
  });
});

test("several swaps of one request add up", () => {
  const timeline = make();
  const ctx = request();
  leave(timeline, ctx);
  timeline.answered(ctx, new Response());
  for (let i = 0; i < 3; i++) {
    now += 5;
    timeline.swapping(ctx);
    timeline.planned(ctx, 1, "beforeend", 0);
    now += 2;
    timeline.swapped(ctx);
  }
  const [entry] = timeline.entries;
  assert.deepEqual([entry?.readMs, entry?.swapMs, entry?.parts], [15, 6, 3]);
});

test("only the last entries are kept, and clearing keeps none", () => {
  const timeline = make({ maxEntries: 3 });
  for (let i = 0; i < 10; i++) timeline.collected(request(), true);
  assert.deepEqual(
    timeline.entries.map((entry) => entry.number),
    [8, 9, 10],
  );
  timeline.clear();
  assert.equal(timeline.entries.length, 0);
});

test("a finding is an entry, too", () => {
  const timeline = make();
  timeline.found({ code: "verb-twice", message: "only one counts", where: "button#go", element: get("#go") });
  assert.deepEqual(lines(timeline), ["verb-twice: only one counts"]);
  assert.deepEqual(timeline.entries.map(details), ["button#go"]);
});

test.each([
  ["", "GET", "click", "replace"],
  ["", "POST", "click", "drop"],
  ["", "POST", "submit", "drop"],
  ["", "PUT", "change", "queue"],
  ["queue last", "POST", "click", "queue"],
  ["closest form:abort", "GET", "change", "drop"],
  ["this:replace", "POST", "submit", "replace"],
  ["#place", "POST", "submit", "drop"],
] as const)("bus-sync=%j, %s on %s: %s", (sync, method, type, expected) =>
  assert.equal(coordinationOf(sync, method, type), expected),
);
