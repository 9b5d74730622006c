import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { each, html } from "../../lib/html/index.ts";
import { defineView, stream } from "../../lib/live/index.ts";
import { keyedList } from "../../lib/signals/collections/index.ts";
import { effect, scope, signal } from "../../lib/signals/index.ts";
import { ACK, MOUNT, PATCH, PING } from "../../lib/wire/index.ts";
import { live, SLEEP_MS, settled } from "./persist-harness.ts";

interface Row {
  readonly id: number;
  readonly name: string;
}

/** The page of the issue, small. */
function board(shared = signal("open")) {
  let mounts = 0;
  const view = defineView({
    mount: () => {
      mounts++;
      const rows = keyedList<number, Row>(
        [1, 2, 3].map((id) => ({ id, name: `row ${id}` })),
        (row) => row.id,
      );
      return { count: signal(0), rows, notes: { plain: 0 } };
    },
    on: {
      add: (state) => state.count.update((n) => n + 1),
      insert: (state, event) => state.rows.insertAt(1, { id: Number(event["id"]), name: `new ${event["id"]}` }),
      plain: (state) => {
        state.notes.plain++;
      },
    },
    render: (state) => html`<main><b>${state.count}</b><i>${state.notes.plain}</i><u>${shared}</u>
      <ul>${each(
        state.rows,
        (row) => row.id,
        (row) => html`<li>${row.name}</li>`,
      )}</ul></main>`,
  });
  return { view, shared, mounts: () => mounts };
}

describe("a session without traffic", () => {
  test("sleeps, and an event wakes it: the patch goes on from the page the client has", async () => {
    const { view } = board();
    const page = await live(view);
    await page.click(0);
    await page.click(1, { id: 7 });
    await page.click(2);
    await page.platform.advance(SLEEP_MS * 2);
    assert.ok(page.session.run.isAsleep);
    page.take();
    await page.click(0);
    assert.equal(page.session.run.isAsleep, false);
    assert.deepEqual(
      page.take().map((frame) => frame[0]),
      [PATCH],
    );
    assert.match(page.shown(), /<b>2<\/b><i>1<\/i><u>open<\/u>\s*<ul><li>row 1<\/li><li>new 7<\/li><li>row 2/);
    await page.click(1, { id: 8 });
    page.shown();
    assert.deepEqual(page.reports, []);
  });

  test("sleeps again and again", async () => {
    const page = await live(board().view);
    for (let round = 1; round <= 3; round++) {
      await page.platform.advance(SLEEP_MS * 2);
      assert.ok(page.session.run.isAsleep);
      await page.click(0);
      assert.match(page.shown(), new RegExp(`<b>${round}</b>`));
    }
  });

  test("is left asleep by heartbeats and acknowledgements", async () => {
    const page = await live(board().view);
    await page.platform.advance(SLEEP_MS * 2);
    page.send([PING, 5]);
    page.send([ACK, 0]);
    await settled();
    assert.deepEqual(page.take(), [[PING, 5]]);
    assert.ok(page.session.run.isAsleep);
  });

  test("stays awake while there is traffic, and counts anew from the last of it", async () => {
    const page = await live(board().view);
    for (let round = 0; round < 5; round++) {
      await page.platform.advance(SLEEP_MS * 0.8);
      assert.equal(page.session.run.isAsleep, false);
      await page.click(0);
    }
    await page.platform.advance(SLEEP_MS * 1.1);
    assert.ok(page.session.run.isAsleep);
  });

  test("wakes when something changes that it shares with others, and sends what is another", async () => {
    const { view, shared } = board();
    const page = await live(view);
    await page.click(0);
    await page.platform.advance(SLEEP_MS * 2);
    assert.ok(page.session.run.isAsleep);
    page.take();
    shared.set("closed");
    await settled();
    assert.equal(page.session.run.isAsleep, false);
    const [patch] = page.take();
    assert.deepEqual([patch?.[0], patch?.length], [PATCH, 4]);
    assert.match(page.shown(), /<b>1<\/b><i>0<\/i><u>closed<\/u>/);
    shared.set("open");
    await settled();
    assert.deepEqual(
      page.take().map((frame) => frame[0]),
      [PATCH],
    );
    page.shown();
  });

  test("sleeps when its temporary values have been shown; the page keeps them, and the next one takes their place", async () => {
    const view = defineView({
      mount: (ctx) => {
        const report = ctx.temporary<readonly string[]>([]);
        const first = ctx.temporary("");
        first.set("made by mount");
        return { count: signal(0), report, first };
      },
      on: {
        add: (state) => state.count.update((n) => n + 1),
        report: (state, event) => state.report.set([`${event["text"]} 1`, `${event["text"]} 2`]),
        clear: (state) => state.report.set([]),
      },
      render: (state) =>
        html`<b>${state.count}</b><i>${state.first}</i><ul>${() =>
          each(
            state.report.get(),
            (line) => line,
            (line) => html`<li>${line}</li>`,
          )}</ul>`,
    });
    const page = await live(view);
    const sleep = async (): Promise<void> => {
      await page.platform.advance(SLEEP_MS * 2);
      assert.ok(page.session.run.isAsleep);
      page.take();
    };
    await page.click(1, { text: "old" });
    assert.match(JSON.stringify(page.take()), /old 1.*old 2/);
    await sleep();
    await page.click(0);
    assert.deepEqual(
      page.take().map(([type, , , ...operations]) => [type, operations.length]),
      [[PATCH, 1]],
    );
    await sleep();
    await page.click(1, { text: "new" });
    const [mount, ...rest] = page.take();
    assert.ok(
      mount?.[0] === MOUNT && /new 1.*new 2/.test(JSON.stringify(mount[4])) && !/old/.test(JSON.stringify(mount)),
    );
    assert.deepEqual(rest, [[ACK, 3]]);
    await sleep();
    await page.click(2);
    assert.equal(page.take()[0]?.[0], MOUNT);
    await page.click(1, { text: "third" });
    assert.equal(page.take()[0]?.[0], PATCH);
    assert.deepEqual(page.reports, []);
  });

  test("that wakes sends all of a page too large to keep, and only what is another of rows that others have moved", async () => {
    for (const [size, type] of [
      [1000, MOUNT],
      [50, PATCH],
    ] as const) {
      const shared = signal(Array.from({ length: size }, (_, at) => `row ${at}`));
      const view = defineView({
        mount: () => ({ count: signal(0) }),
        on: { add: (state) => state.count.update((n) => n + 1) },
        render: (state) =>
          html`<b>${state.count}</b><ul>${each(
            shared.get(),
            (text) => text,
            (text) => html`<li class=${text}>${text}<i>${state.count}</i></li>`,
          )}</ul>`,
      });
      const page = await live(view);
      await page.click(0);
      for (let turn = 0; turn < 3; turn++) {
        await page.platform.advance(SLEEP_MS * 2);
        assert.ok(page.session.run.isAsleep);
        page.take();
        shared.update((list) =>
          ["new", ...list.slice(3), list[0] ?? ""].filter((text, at, all) => all.indexOf(text) === at),
        );
        await settled();
        assert.deepEqual(
          page.take().map((frame) => frame[0]),
          [type],
        );
        assert.equal(page.shown().match(/<li/g)?.length, shared.peek().length);
        await page.click(0);
        page.shown();
      }
      assert.deepEqual(page.reports, []);
    }
  });

  test("sleeps with a stream on its page, and goes on with the rows it has forgotten", async () => {
    const shared = signal("one");
    const view = defineView({
      mount: () => {
        const messages = stream<Row>(({ id }) => id, { limit: 3 });
        messages.append({ id: 1, name: "first" }, { id: 2, name: "second" });
        return { messages, count: signal(0) };
      },
      on: {
        say: (state, event) => state.messages.append({ id: Number(event["id"]), name: `said ${event["id"]}` }),
        remove: (state, event) => state.messages.remove(Number(event["id"])),
        first: (state, event) => state.messages.prepend({ id: Number(event["id"]), name: "first of all" }),
      },
      render: (state) => html`<u>${shared}</u><ul>${each(state.messages, ({ name }) => html`<li>${name}</li>`)}</ul>`,
    });
    const page = await live(view);
    const sleeps = async (): Promise<void> => {
      await page.platform.advance(SLEEP_MS * 3);
      assert.equal(page.session.run.isAsleep, true);
      page.take();
    };
    await page.click(0, { id: 3 });
    await sleeps();
    await page.click(0, { id: 4 });
    assert.deepEqual(page.rows(), [2, 3, 4]);
    await sleeps();
    await page.click(1, { id: 3 });
    assert.deepEqual(page.rows(), [2, 4]);
    await sleeps();
    await page.click(2, { id: 5 });
    assert.deepEqual(
      page.take().map(([type]) => type),
      [PATCH],
    );
    assert.deepEqual(page.rows(), [5, 2, 4]);
    await sleeps();
    shared.set("another"); // all of the page comes, and the rows in it stay
    await page.platform.advance(1);
    assert.deepEqual(
      page.take().map(([type]) => type),
      [MOUNT],
    );
    await page.click(0, { id: 6 });
    assert.deepEqual(page.rows(), [2, 4, 6]);
    assert.deepEqual(page.reports, []);
  });

  test("stays awake while a stream of its state is not on its page: nobody else has those rows", async () => {
    const view = defineView({
      mount: () => ({ log: stream<Row>(({ id }) => id), isOpen: signal(false) }),
      on: {
        say: (state, event) => state.log.append({ id: Number(event["id"]), name: "" }),
        toggle: (state) => state.isOpen.update((isOpen) => !isOpen),
      },
      render: (state) =>
        html`${() => (state.isOpen.get() ? html`<ul>${each(state.log, ({ id }) => html`<li>${id}</li>`)}</ul>` : "")}`,
    });
    const page = await live(view);
    await page.click(0, { id: 1 });
    await page.platform.advance(SLEEP_MS * 3);
    assert.equal(page.session.run.isAsleep, false);
    await page.click(1);
    await page.platform.advance(SLEEP_MS * 3);
    assert.equal(page.session.run.isAsleep, true);
    await page.click(0, { id: 2 });
    assert.deepEqual(page.rows(), [1, 2]);
  });

  test("wakes by a collection of others, by what only its effects read, and by nothing else", async () => {
    const rows = keyedList<string, string>(["one"], (name) => name);
    const source = signal(1);
    const unread = signal(1);
    const view = defineView({
      mount: () => {
        const seen = signal(0);
        effect(() => seen.set(source.get()));
        return { seen };
      },
      render: (state) =>
        html`<p>${state.seen}</p><ul>${each(
          rows,
          (name) => name,
          (name) => html`<li>${name}</li>`,
        )}</ul>`,
    });
    const page = await live(view);
    const sleep = async (): Promise<void> => {
      await page.platform.advance(SLEEP_MS * 2);
      assert.ok(page.session.run.isAsleep);
    };
    await sleep();
    unread.set(2);
    await settled();
    assert.ok(page.session.run.isAsleep);
    rows.push("two");
    await settled();
    assert.match(page.shown(), /<p>1<\/p><ul><li>one<\/li><li>two<\/li><\/ul>/);
    await sleep();
    source.set(5);
    await settled();
    assert.match(page.shown(), /<p>5<\/p>/);
  });

  test("wakes for a client that comes back, whose page is then the right one", async () => {
    const { view, shared } = board();
    const page = await live(view);
    await page.click(0);
    await page.platform.advance(SLEEP_MS * 2);
    await page.leave();
    shared.set("closed");
    await settled();
    page.take();
    await page.back();
    assert.match(page.shown(), /<b>1<\/b><i>0<\/i><u>closed<\/u>/);
    await page.click(0);
    assert.match(page.shown(), /<b>2<\/b>/);
  });

  test("waits for its turn to wake, mounts once however often it is asked to, and not at all when it has ended meanwhile", async () => {
    const { view, shared, mounts } = board();
    const turns: { wake: () => void; isUrgent: boolean }[] = [];
    const wakeQueue = { add: (wake: () => void, isUrgent: boolean) => void turns.push({ wake, isUrgent }) };
    const page = await live(view, undefined, undefined, wakeQueue);
    for (const name of ["closed", "open"]) {
      await page.platform.advance(SLEEP_MS * 2);
      assert.ok(page.session.run.isAsleep);
      const before = mounts();
      shared.set(name);
      await settled();
      await page.click(0);
      assert.deepEqual(
        turns.map(({ isUrgent }) => isUrgent),
        [false, true],
      );
      assert.equal(mounts(), before);
      page.take();
      for (const { wake } of turns.splice(0)) wake();
      await settled();
      assert.equal(mounts(), before + 1);
    }
    assert.match(page.shown(), /<b>2<\/b><i>0<\/i><u>open<\/u>/);
    await page.platform.advance(SLEEP_MS * 2);
    const before = mounts();
    shared.set("over");
    await settled();
    page.session.dispatch({ kind: "close" });
    for (const { wake } of turns.splice(0)) wake();
    await settled();
    assert.equal(mounts(), before);
    assert.deepEqual(page.reports, []);
  });

  test("shows the client first what nobody has told of", async () => {
    let weather = "sun";
    const view = defineView({
      mount: () => ({ n: signal(0) }),
      on: { add: (s) => s.n.update((n) => n + 1) },
      render: (s) => html`<p>${s.n} ${weather}</p>`,
    });
    const page = await live(view);
    weather = "rain";
    await page.platform.advance(SLEEP_MS * 5);
    assert.ok(page.session.run.isAsleep);
    await page.click(0);
    assert.match(page.shown(), /1 rain/);
  });

  test("runs what an event has asked for once, though mount runs again, an async one too", async () => {
    let mounts = 0;
    const view = defineView({
      mount: async () => {
        mounts++;
        await settled();
        return { log: signal<readonly number[]>([]) };
      },
      on: { add: (state, event) => state.log.update((log) => [...log, Number(event["n"])]) },
      render: (state) => html`<p>${() => state.log.get().join()}</p>`,
    });
    const page = await live(view);
    await page.click(0, { n: 1 });
    await page.platform.advance(SLEEP_MS * 2);
    await page.platform.advance(SLEEP_MS * 2); // the look before the sleep takes its time
    assert.ok(page.session.run.isAsleep);
    await Promise.all([page.click(0, { n: 2 }), page.click(0, { n: 3 })]);
    await settled();
    await settled();
    assert.match(page.shown(), /<p>1,2,3<\/p>/);
    assert.equal(mounts, 3); // the first, the look before the sleep, the waking
  });

  test("that ends in its sleep lets go of what it watches", async () => {
    const shared = signal(1);
    const view = defineView({ mount: () => ({}), render: () => html`<p>${shared}</p>` });
    const page = await live(view);
    await page.platform.advance(SLEEP_MS * 2);
    assert.ok(page.session.run.isAsleep);
    page.session.dispatch({ kind: "close" });
    shared.set(2);
    await settled();
    assert.equal(page.session.run.isAsleep, false);
    assert.equal(page.session.kind, "closed");
  });
});

describe("a session stays awake", () => {
  const timers = (start: (context: { every(ms: number, f: () => void): unknown }) => void) =>
    defineView({
      mount: (context) => {
        const n = signal(0);
        start(context);
        return { n };
      },
      render: (state) => html`<p>${state.n}</p>`,
    });

  test("while it has a timer, and no longer", async () => {
    const view = defineView({
      mount: ({ after }) => {
        const n = signal(0);
        after(SLEEP_MS * 3, () => n.set(1));
        return { n };
      },
      render: (state) => html`<p>${state.n}</p>`,
    });
    const page = await live(view);
    await page.platform.advance(SLEEP_MS * 2);
    assert.equal(page.session.run.isAsleep, false);
    await page.platform.advance(SLEEP_MS * 1.1);
    assert.match(page.shown(), /<p>1<\/p>/);
    const ticking = await live(timers(({ every }) => every(SLEEP_MS * 10, () => {})));
    await ticking.platform.advance(SLEEP_MS * 5);
    assert.equal(ticking.session.run.isAsleep, false);
  });

  test("when something of its mount waits for its end, or a handler has made what lives on", async () => {
    const cleaned = await live(
      defineView({
        mount: ({ own }) => {
          own.onCleanup(() => {});
          return {};
        },
        render: () => html`<p></p>`,
      }),
    );
    await cleaned.platform.advance(SLEEP_MS * 3);
    assert.equal(cleaned.session.run.isAsleep, false);
    const made = await live(
      defineView({
        mount: () => ({ n: signal(0) }),
        on: { go: () => void scope(() => effect(() => {})) },
        render: (state) => html`<p>${state.n}</p>`,
      }),
    );
    await made.click(0);
    await made.platform.advance(SLEEP_MS * 3);
    assert.equal(made.session.run.isAsleep, false);
    assert.deepEqual([...cleaned.reports, ...made.reports], []);
  });

  class Cart {
    items = 1;
  }
  test.each<[string, () => object, RegExp]>([
    ["its state has an instance of a class", () => ({ cart: new Cart() }), /state\.cart is an instance of Cart/],
    ["its state has a promise", () => ({ load: Promise.resolve(1) }), /state\.load is an instance of Promise/],
  ])("and says why, when %s", async (_, mount: () => object, message) => {
    const page = await live(defineView({ mount, render: () => html`<p></p>` }));
    await page.platform.advance(SLEEP_MS * 10);
    assert.equal(page.session.run.isAsleep, false);
    assert.equal(page.reports.length, 1);
    assert.match(String(page.reports[0]), message);
  });

  test("and says why, when its page shows what only a closure remembers", async () => {
    const view = defineView({
      mount: () => {
        let hidden = 0;
        return { show: signal(0), add: () => ++hidden, read: () => hidden };
      },
      on: { add: (state) => state.show.set(state.add() * 0) },
      render: (state) => html`<p>${state.read()}</p>`,
    });
    const page = await live(view);
    await page.click(0);
    assert.match(page.shown(), /<p>1<\/p>/);
    await page.platform.advance(SLEEP_MS * 3);
    assert.equal(page.session.run.isAsleep, false);
    assert.match(String(page.reports[0]), /another one/);
  });

  test("when something comes while it looks whether it could sleep", async () => {
    let isSlow = false;
    let go = (): void => {};
    const view = defineView({
      mount: () => {
        const state = { n: signal(0) };
        return isSlow
          ? new Promise<typeof state>((done) => {
              go = () => done(state);
            })
          : state;
      },
      on: { add: (state) => state.n.update((n) => n + 1) },
      render: (state) => html`<p>${state.n}</p>`,
    });
    const page = await live(view);
    isSlow = true;
    await page.platform.advance(SLEEP_MS);
    await page.click(0);
    go();
    await settled();
    assert.equal(page.session.run.isAsleep, false);
    assert.match(page.shown(), /<p>1<\/p>/);
  });
});
