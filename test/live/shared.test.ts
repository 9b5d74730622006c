import assert from "node:assert/strict";
import { test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createApp, type HostRequest } from "../../lib/app/index.ts";
import { each, html } from "../../lib/html/index.ts";
import { defineView, type LiveRouteOptions, liveRoute, stream } from "../../lib/live/index.ts";
import { keyedList } from "../../lib/signals/collections/index.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  ACK,
  ADOPT,
  decodeLiveFrame,
  EVENT,
  encodeLiveFrame,
  HELLO,
  type LiveFrame,
  MOUNT,
  type Operation,
  PATCH,
  templatesHash,
} from "../../lib/wire/index.ts";
import { applyToModel, type Model, mountOver } from "../oracle/apply-operations.ts";

let [mounts, renders, ends] = [0, 0, 0];
const board = defineView({
  mount: ({ own }) => {
    mounts++;
    own.onCleanup(() => {
      ends++;
    });
    return {
      plain: { count: 0 },
      title: signal("board"),
      rows: keyedList([{ id: 1, text: "tea" }], (row) => row.id),
      log: stream<{ readonly id: number }>((row) => row.id, { limit: 5 }),
    };
  },
  on: {
    count: ({ plain }) => void plain.count++,
    add: ({ rows }, { id }) => rows.push({ id: Number(id), text: "new" }),
    say: ({ log }, { id }) => log.append({ id: Number(id) }),
    focus: (_state, _event, context) => context.command("focus", "#name"),
    nothing: () => {},
  },
  render: ({ plain, title, rows, log }) => {
    renders++;
    return html`<h1>${title} ${plain.count}</h1><ul>${each(rows, (row) => html`<li>${row.text}</li>`)}</ul>${
      plain.count > 100 ? each(log, (row) => html`<i>${row.id}</i>`) : ""
    }`;
  },
});

/** A member that gets the whole page, and then applies what it is sent. */
interface Member {
  readonly frames: Uint8Array[];
  readonly model: () => Model;
  readonly seq: () => number;
  send(handler: number, args?: Record<string, number>): void;
  ack(): void;
  leave(): void;
  commands: string[];
}

function serve(options: LiveRouteOptions = {}) {
  [mounts, renders, ends] = [0, 0, 0];
  const app = createApp({ platform: nodePlatform });
  const route = liveRoute(app, "/board/:id", board, {
    shared: true,
    framesPerSecond: 1e6,
    frameBurst: 1e6,
    ...options,
  });
  const request = (url: string): HostRequest => ({
    ...{ method: "GET", url, headers: {}, stream: async function* () {}, raw: undefined },
    signal: new AbortController().signal,
  });
  return {
    route,
    async join(url = "/board/1", adopts = false): Promise<Member> {
      const reply = await app.handle(request(url));
      const text = typeof reply?.body === "string" ? reply.body : new TextDecoder().decode(reply?.body as Uint8Array); // cast: a page is text or bytes
      const data = JSON.parse(/bus-live-data>(.*?)<\/script>/s.exec(text)?.[1] ?? "null");
      const frames: Uint8Array[] = [];
      const commands: string[] = [];
      let [model, seq, ref, closed]: [Model, number, number, () => void] = [null, 0, 0, () => {}];
      const known: string[] = [];
      let receive = (_bytes: Uint8Array): void => {};
      const take = (frame: LiveFrame): void => {
        if (frame[0] === MOUNT) {
          for (const source of frame[3] ?? []) if (typeof source !== "number") known.push(source[0]);
          model = mountOver(model, frame[4]);
          seq = frame[2];
        } else if (frame[0] === PATCH) {
          seq = frame[1];
          const operations = frame.slice(3) as Operation[]; // cast: so a PATCH ends
          for (const operation of operations) if (operation[0] === 8) commands.push(operation[1]);
          if (!adopts) model = applyToModel(model, operations, known);
        } else if (frame[0] === ADOPT) seq = frame[2];
      };
      const accept = await app.connect(request(url));
      assert.ok(typeof accept === "function");
      accept({
        send(bytes) {
          frames.push(bytes);
          take(decodeLiveFrame(bytes));
        },
        queuedBytes: 0,
        onMessage(listener) {
          receive = listener as (bytes: Uint8Array) => void; // cast: bytes are all it is given
          return () => {};
        },
        onClose(listener) {
          closed = () => listener(1000, "");
          return () => {};
        },
        close: () => {},
      });
      const hash = templatesHash(data.templates.map(([name]: [string]) => name));
      const token = new Uint8Array(Buffer.from(data.token, "base64"));
      receive(encodeLiveFrame([HELLO, token, data.build, 0, 0, adopts ? hash : 0, adopts ? data.render : 0]));
      await settled();
      assert.equal(decodeLiveFrame(frames[0] as Uint8Array)[0], adopts ? ADOPT : MOUNT); // cast: it has answered
      return {
        frames,
        commands,
        model: () => model,
        seq: () => seq,
        send: (handler, args = {}) => receive(encodeLiveFrame([EVENT, ++ref, seq, handler, args])),
        ack: () => receive(encodeLiveFrame([ACK, seq])),
        leave: () => closed(),
      };
    },
  };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
const [COUNT, ADD, SAY, FOCUS, NOTHING] = [0, 1, 2, 3, 4];

test("all members show one state, mounted once, drawn once and encoded once for each change", async () => {
  const { join, route } = serve();
  const members = [await join(), await join(), await join()];
  assert.equal(mounts, 1);
  for (const member of members) member.ack();
  const [first, second, third] = members as [Member, Member, Member]; // cast: three were made
  await settled();
  renders = 0;
  first.send(COUNT);
  await settled();
  assert.ok(renders <= 2, `${renders} renders`);
  second.send(ADD, { id: 7 });
  third.send(ADD, { id: 8 });
  await settled();
  assert.deepEqual(first.model(), second.model());
  assert.deepEqual(first.model(), third.model());
  assert.match(JSON.stringify(first.model()), /board.*1.*tea.*new.*new/);
  // The same bytes but for the numbers in front.
  const body = (member: Member): string => Buffer.from(member.frames.at(-1)?.subarray(4) ?? []).toString("hex");
  assert.equal(body(first), body(second));
  route.close();
});

test("commands, acknowledgements and windows are each member's own, and who could not keep up gets what is there", async () => {
  const { join, route } = serve();
  const [quick, slow] = [await join(), await join()];
  quick.ack();
  slow.ack();
  await settled();
  const got = slow.frames.length;
  for (let id = 100; id < 300; id++) {
    quick.send(ADD, { id });
    if (id % 4 === 0) await settled();
    quick.ack();
  }
  await settled();
  assert.ok(slow.frames.length - got <= 8, "a window that is full stays full");
  assert.notDeepEqual(slow.model(), quick.model());
  slow.ack();
  await settled();
  assert.deepEqual(slow.model(), quick.model());
  slow.ack();
  quick.send(FOCUS);
  await settled();
  assert.deepEqual([quick.commands, slow.commands], [["focus"], []]);
  route.close();
});

test("addresses, or keys, tell rooms apart; a room ends with its last member", async () => {
  const { join, route } = serve();
  const [one, other] = [await join("/board/1"), await join("/board/2")];
  assert.equal(mounts, 2);
  one.send(COUNT);
  await settled();
  assert.notDeepEqual(one.model(), other.model());
  route.close();
  await settled();
  assert.equal(ends, 2);
  const keyed = serve({ shared: () => "all" });
  await keyed.join("/board/1");
  await keyed.join("/board/2");
  assert.equal(mounts, 1);
  keyed.route.close();
});

test("who comes late adopts the page as it stands, and shows the streams of it from then on", async () => {
  const { join, route } = serve();
  const first = await join();
  for (let i = 0; i < 101; i++) first.send(COUNT);
  await settled();
  first.ack();
  first.send(SAY, { id: 1 });
  await settled();
  assert.match(JSON.stringify(first.model()), /"keys":\[1\]/);
  const late = await join("/board/1", true);
  const kept = await join();
  first.ack();
  late.send(NOTHING);
  first.send(SAY, { id: 2 });
  await settled();
  assert.equal(decodeLiveFrame(late.frames.at(-1) as Uint8Array)[0], PATCH); // cast: it was sent
  assert.match(JSON.stringify(kept.model()), /"keys":\[2\]/);
  assert.match(JSON.stringify(first.model()), /"keys":\[1,2\]/);
  route.close();
});
