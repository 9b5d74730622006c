import assert from "node:assert/strict";
import type { Platform, SocketChannel } from "../../lib/app/index.ts";
import { renderToString } from "../../lib/html/index.ts";
import { createBind } from "../../lib/live/bind.ts";
import { SleepQueue } from "../../lib/live/persist/hibernation.ts";
import { WakeQueue } from "../../lib/live/persist/wake-queue.ts";
import { TemplateSets } from "../../lib/live/route/template-sets.ts";
import { createSession } from "../../lib/live/session/session.ts";
import type { Session } from "../../lib/live/session/types.ts";
import type { View } from "../../lib/live/view/view.ts";
import { htmlOf, treeOf } from "../../lib/patch/index.ts";
import { untracked } from "../../lib/signals/index.ts";
import {
  ACK,
  ADOPT,
  type Bus,
  createChannelPair,
  createMemoryBus,
  decodeLiveFrame,
  ERROR,
  EVENT,
  encodeLiveFrame,
  HELLO,
  type LiveFrame,
  MOUNT,
  PATCH,
  templatesHash,
} from "../../lib/wire/index.ts";
import { applyToModel, type Model, type ModelStream, modelOf, mountOver } from "../oracle/apply-operations.ts";

/** A clock that stands until it is told to go on. */
export interface TestPlatform extends Platform {
  advance(ms: number): Promise<void>;
}

export function testPlatform(): TestPlatform {
  let nowMs = 1_000_000;
  let seed = 1;
  const timers = new Set<{ readonly atMs: number; readonly f: () => void }>();
  return {
    now: () => nowMs,
    random(length) {
      seed++;
      return new Uint8Array(length).fill(seed);
    },
    hmac: () => new Uint8Array(32),
    after(ms, f) {
      const timer = { atMs: nowMs + ms, f };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        await settled();
        const due = [...timers].filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = Math.max(nowMs, due.atMs);
        due.f();
      }
      nowMs = endMs;
    },
  };
}

/** All that follows by itself has followed. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((done) => setImmediate(done));
}

/** A session with a client that does what it is told, the obvious way. */
export interface Lived {
  readonly session: Session;
  readonly platform: TestPlatform;
  readonly reports: readonly unknown[];
  /** Frames since the last look. */
  take(): LiveFrame[];
  click(handler: number, args?: Record<string, string | number>): Promise<void>;
  /** What the client shows is what the session shows; as markup. */
  shown(): string;
  /** Keys of the stream the client shows. */
  rows(): readonly (string | number)[];
  leave(): Promise<void>;
  back(): Promise<void>;
  send(frame: LiveFrame): void;
}

export const SLEEP_MS = 1000;

export async function live(
  view: View,
  platform: TestPlatform = testPlatform(),
  bus: Bus = createMemoryBus(),
  wakeQueue: Pick<WakeQueue, "add"> = new WakeQueue(platform),
): Promise<Lived> {
  const names = view.handlers.map((handler) => handler.name);
  const reports: unknown[] = [];
  const session = createSession({
    build: "",
    ...{ view, info: { id: "s", url: "/" }, params: {}, bind: createBind(names, "/"), platform, development: false },
    limits: {
      ...{ windowFrames: 8, windowBytes: 65_536, stallMs: 30_000, holdMs: 30_000, detachedMs: 60_000, idleMs: 750_000 },
      ...{ framesPerSecond: 500, frameBurst: 2000, waitingEvents: 128, bytesPerSecond: 1e9, byteBurst: 1e9 },
    },
    ...{
      hibernateMs: SLEEP_MS,
      sleepQueue: new SleepQueue(platform),
      wakeQueue,
      templateSets: new TemplateSets(),
      record: undefined,
      bus,
      topicPrefix: "t:",
    },
    ...{ log: undefined, telemetry: undefined },
    report: (code, error) => void reports.push(error ?? code),
    ended: () => {},
  });
  await session.open();
  const page = session.snapshot(30_000);
  let known: string[] = page.templates.map((source) => source[0]);
  const run = session.run as unknown as { mounted?: { drawing?: { content(): never; options: { render(): never } } } };
  const inside = {
    get drawing() {
      return run.mounted?.drawing;
    },
  };
  let model: Model = modelOf(inside.drawing?.content() as never);
  let [seq, ref, frames] = [0, 0, [] as LiveFrame[]];
  let end: SocketChannel | undefined;
  const hear = (bytes: Uint8Array): void => {
    const frame = decodeLiveFrame(bytes);
    frames.push(frame);
    if (frame[0] === MOUNT) {
      known = frame[3]?.map((source) => (typeof source === "number" ? (known[source] ?? "") : source[0])) ?? known;
      model = mountOver(model, frame[4]);
      seq = frame[2];
    } else if (frame[0] === PATCH) {
      assert.equal(frame[1], seq + 1);
      model = applyToModel(model, frame.slice(3) as never, known);
      seq = frame[1];
    } else if (frame[0] === ERROR) assert.ok(frame[2] > 0, JSON.stringify(frame));
    if (frame[0] !== ACK && frame[0] !== ADOPT && frame[0] !== ERROR) end?.send(encodeLiveFrame([ACK, seq]));
  };
  const join = async (): Promise<void> => {
    const [mine, theirs] = createChannelPair();
    end = mine;
    mine.onMessage(hear);
    theirs.onMessage((bytes) => session.receive(theirs, bytes));
    const hello = [HELLO, new Uint8Array(32), "", seq, ref, templatesHash([...known]), page.render] as const;
    session.join(theirs, hello as never, true);
    await settled();
  };
  await join();
  frames = [];
  return {
    ...{ session, platform, reports },
    take: () => frames.splice(0),
    async click(handler, args = {}) {
      end?.send(encodeLiveFrame([EVENT, ++ref, seq, handler, args]));
      await settled();
    },
    shown() {
      const render = inside.drawing?.options.render;
      assert.ok(render, "it sleeps");
      const tree = untracked(() => treeOf(render()));
      const numbers: unknown[] = [];
      const number = (template: unknown): number =>
        numbers.includes(template) ? numbers.indexOf(template) : numbers.push(template) - 1;
      const html = renderToString(htmlOf(tree), { live: number });
      assert.deepEqual(model, modelOf(inside.drawing?.content() as never));
      return html.replace(/<!--.*?-->/g, "");
    },
    rows() {
      const streams: ModelStream[] = [];
      const look = (part: Model): void => {
        if (typeof part !== "object" || part === null || "raw" in part) return;
        if (Array.isArray(part)) part.forEach(look);
        else if ("stream" in part) streams.push(part);
        else part.values.forEach(look);
      };
      look(model);
      return streams[0]?.keys ?? [];
    },
    async leave() {
      end?.close();
      await settled();
    },
    back: join,
    send: (frame) => end?.send(encodeLiveFrame(frame)),
  };
}
