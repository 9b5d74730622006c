import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { each, html } from "../../lib/html/index.ts";
import { type Stream, stream } from "../../lib/live/index.ts";
import { Drawing } from "../../lib/live/view/drawing.ts";
import { watchingIn } from "../../lib/live/view/watching.ts";
import { scope, signal } from "../../lib/signals/index.ts";
import { checkContent, checkOperations } from "../../lib/wire/check-operations.ts";
import { OP_STREAM, type Operation, STREAM_APPEND, STREAM_OPEN, type WireValue } from "../../lib/wire/index.ts";
import { runs } from "../helpers/runs.ts";
import { applyToModel, type Model, modelOf, mountOver } from "../oracle/apply-operations.ts";

interface Message {
  readonly id: number;
  readonly text: string;
}

/** A page with a stream, and its client. */
function openPage(messages: Stream<Message>) {
  const own = scope(() => {});
  const title = signal("chat");
  let ids = 0;
  const drawing = new Drawing({
    own,
    watching: watchingIn(own),
    render: () =>
      html`<h1>${title}</h1><ul>${each(messages, ({ id, text }) => (id % 2 === 0 ? html`<li>${text}</li>` : html`<li><b>${text}</b></li>`))}</ul>`,
    onStyle: () => {},
    onChange: () => {},
    newStreamIds: () => `page${ids++}.`,
  });
  const known: string[] = [];
  let model: Model = null;
  const page = {
    drawing,
    title,
    sent: [] as readonly Operation[],
    look() {
      known.splice(0, known.length, ...drawing.look().templates.map(([hash]) => hash));
      model = modelOf(drawing.content());
    },
    update() {
      drawing.update();
      page.sent = drawing.take();
      checkOperations(page.sent as readonly unknown[] as WireValue[]); // cast: operations are values
      model = applyToModel(model, page.sent, known);
      return page.sent;
    },
    /** As after a gap in the connection; the client has everything but what was not taken. */
    remount() {
      drawing.update();
      const content = drawing.content();
      checkContent(content as unknown as WireValue); // cast: content is a value
      known.splice(0, known.length, ...drawing.known().templates.map(([hash]) => hash));
      model = mountOver(model, content);
      const left = drawing.take();
      model = applyToModel(model, left, known);
    },
    /** Keys and texts on the client's page. */
    shown(): [string | number, string][] {
      const slot = (model as { values: Model[] }).values[1];
      assert.ok(typeof slot === "object" && slot !== null && "stream" in slot);
      return slot.keys.map((key, at) => [key, ((slot.rows[at] as { values: Model[] }).values[0] as string) ?? ""]);
    },
    stop: () => own.dispose(),
  };
  return page;
}

const message = (id: number, text = `m${id}`): Message => ({ id, text });

test("rows are sent once, by key, and the server holds none of them", () => {
  const messages = stream<Message>(({ id }) => id, { limit: 3 });
  messages.append(message(1), message(2));
  const page = openPage(messages);
  page.look();
  assert.deepEqual(page.update(), [[OP_STREAM, 1, STREAM_OPEN, "page0.0", 3, 1, 2]]);
  assert.equal(messages.keys().length, 0);
  messages.append(message(3));
  assert.deepEqual(page.update().at(-1)?.slice(0, 3), [OP_STREAM, 1, STREAM_APPEND]);
  messages.append(message(4));
  messages.append(message(3, "edited"));
  page.update();
  assert.deepEqual(page.shown(), [
    [2, "m2"],
    [3, "edited"],
    [4, "m4"],
  ]);
  messages.prepend(message(0));
  page.update();
  assert.deepEqual(page.shown(), [
    [0, "m0"],
    [2, "m2"],
    [3, "edited"],
  ]);
  messages.remove(2, 99);
  page.update();
  assert.deepEqual(page.shown(), [
    [0, "m0"],
    [3, "edited"],
  ]);
  messages.reset(message(7));
  page.update();
  assert.deepEqual(page.shown(), [[7, "m7"]]);
  assert.deepEqual(page.update(), []);
  page.title.set("other");
  assert.equal(page.update().length, 1);
  page.stop();
});

test("what the server keeps of a stream does not grow with it", () => {
  const messages = stream<Message>(({ id }) => id, { limit: 5 });
  const page = openPage(messages);
  page.look();
  const reachable = (): number => countObjects([messages, page.drawing], Message0);
  for (let id = 0; id < 200; id++) {
    messages.append(new Message0(id));
    page.update();
  }
  assert.equal(reachable(), 0);
  for (let id = 0; id < 200; id++) messages.append(new Message0(id)); // nobody takes them
  assert.ok(reachable() <= 10);
  page.update();
  assert.equal(page.shown().length, 5);
  page.stop();
});

class Message0 implements Message {
  readonly id: number;
  readonly text: string;

  constructor(id: number) {
    this.id = id;
    this.text = `m${id}`;
  }
}

/** How many instances of a class can be reached by properties, entries of maps and arrays. */
function countObjects(root: unknown, kind: new (id: number) => object): number {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  let count = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ((typeof next !== "object" && typeof next !== "function") || next === null || seen.has(next)) continue;
    seen.add(next);
    if (next instanceof kind) count++;
    if (next instanceof Map) waiting.push(...next.keys(), ...next.values());
    if (next instanceof Set) waiting.push(...next);
    for (const name of Reflect.ownKeys(next)) {
      const own = Object.getOwnPropertyDescriptor(next, name);
      if (own !== undefined && "value" in own) waiting.push(own.value);
    }
  }
  return count;
}

test("a row that throws loses nothing of what was to come", () => {
  const messages = stream<Message>(({ id }) => id);
  let isBad = true;
  const own = scope(() => {});
  const drawing = new Drawing({
    own,
    watching: watchingIn(own),
    render: () =>
      html`<ul>${each(messages, ({ id, text }) => {
        if (id === 2 && isBad) throw new Error("bad");
        return html`<li>${text}</li>`;
      })}</ul>`,
    onStyle: () => {},
    onChange: () => {},
  });
  drawing.look();
  drawing.update();
  drawing.take();
  messages.append(message(1));
  messages.append(message(2));
  messages.append(message(3));
  assert.throws(() => drawing.update(), /bad/);
  isBad = false;
  drawing.update();
  const keys = drawing
    .take()
    .filter(([kind]) => kind === OP_STREAM)
    .map((operation) => operation[4]);
  assert.deepEqual(keys, [1, 2, 3]);
  own.dispose();
});

test("a client shows what a stream that forgets nothing holds, through remounts and rows nobody took", () => {
  const some = fc.array(fc.tuple(fc.nat(12), fc.constantFrom("a", "b", "")), { maxLength: 6 });
  const rows = some.map((all) => all.map(([id, text]) => message(id, text)));
  const step = fc.oneof(
    rows.map((all) => (list: Stream<Message>) => list.append(...all)),
    rows.map((all) => (list: Stream<Message>) => list.prepend(...all)),
    fc.array(fc.nat(12), { maxLength: 3 }).map((keys) => (list: Stream<Message>) => list.remove(...keys)),
    rows.map((all) => (list: Stream<Message>) => list.reset(...all)),
  );
  const pause = fc.constantFrom("update", "remount", "nothing");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(step, pause), { maxLength: 20 }),
      fc.integer({ min: 30, max: 60 }),
      (steps, limit) => {
        const messages = stream<Message>(({ id }) => id, { limit });
        const whole = stream<Message>(({ id }) => id, { limit }); // which nobody shows, so that it keeps its rows
        const page = openPage(messages);
        page.look();
        page.update();
        for (const [change, then] of steps) {
          change(messages);
          change(whole);
          if (then === "update") page.update();
          else if (then === "remount") page.remount();
        }
        page.update();
        const texts = html`${each(whole, ({ text }) => text)}`;
        assert.ok(texts);
        assert.deepEqual(
          page.shown().map(([key]) => key),
          whole.keys(),
        );
        page.stop();
      },
    ),
    { numRuns: runs(400) },
  );
});

test("refuses limits and keys that are none", () => {
  const isBad = (error: { code?: string }): boolean => error.code === "LIVE_BAD_STREAM";
  for (const limit of [0, -1, 1.5, Number.NaN]) assert.throws(() => stream(() => 1, { limit }), isBad);
  assert.throws(() => stream((item: number) => ({ item }) as never).append(1), isBad);
});
