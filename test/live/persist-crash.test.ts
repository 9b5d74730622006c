import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodePlatform } from "../../adapters/node/index.ts";
import { liveRoute, memorySnapshots, type SnapshotStore } from "../../lib/live/index.ts";
import { Records } from "../../lib/live/persist/records.ts";
import { SessionRecord } from "../../lib/live/persist/session-record.ts";
import { ACK, ADOPT, ERROR, EVENT, type LiveFrame, MOUNT } from "../../lib/wire/index.ts";
import { type FrameClient, helloOf, loadPage, openSocket, startServer } from "../helpers/live.ts";
import { type RedisServer, startRedis } from "../helpers/redis.ts";
import { bundle } from "../sync/bundle.ts";
import { type CrashPoint, crashingStore, crashView } from "./crash-view.ts";

/** A process, or what stands for one. */
interface Node {
  readonly url: string;
  /** Resolves when it is dead, or hangs. */
  readonly dead: Promise<unknown>;
  end(): Promise<void>;
}
/** Starts the next process on the same store. `log` gives the lines of all effects so far. */
type Start = (point: CrashPoint) => Promise<Node>;

/** Takes frames until one is as wanted. */
async function until(client: FrameClient, wanted: (frame: LiveFrame) => boolean): Promise<LiveFrame[]> {
  const frames: LiveFrame[] = [];
  for (;;) {
    const frame = await client.take();
    frames.push(frame);
    if (wanted(frame)) return frames;
  }
}
const isHandled = (ref: number) => (frame: LiveFrame) =>
  (frame[0] === ACK && frame[1] >= ref) || (frame[0] === 5 && frame[2] >= ref);
const textOf = (frames: readonly LiveFrame[]): string =>
  JSON.stringify(frames.filter((frame) => frame[0] === MOUNT || frame[0] === 5));

/** The promise on events, at each point a process can die. */
function crashSuite(
  withNodes: (run: (start: Start, effects: () => Promise<string[]>) => Promise<void>) => Promise<void>,
  seconds: number,
): void {
  const live = async (start: Start, point: CrashPoint, handler: number) => {
    const first = await start(point);
    const page = await loadPage(`${first.url}/page`);
    const before = await openSocket(`${first.url}/page`);
    before.send(helloOf(page));
    await until(before, (frame) => frame[0] === ADOPT);
    before.send([EVENT, 1, 0, handler, { what: "one" }]);
    await until(before, isHandled(1));
    before.send([EVENT, 2, 1, handler, { what: "two" }]);
    await first.dead;
    const second = await start("never");
    const after = await openSocket(`${second.url}/page`);
    after.send(helloOf(page, 1, 2));
    // As a client does: what is not acknowledged is sent again at once, and what comes after it.
    const joined = await until(after, (frame) => frame[0] === MOUNT);
    after.send([EVENT, 2, 1, handler, { what: "two" }]);
    after.send([EVENT, 3, 1, handler, { what: "three" }]);
    const answers = await until(after, isHandled(3));
    await second.end();
    await first.end();
    return { frames: [...joined, ...answers] };
  };
  const errorsIn = (frames: readonly LiveFrame[]): unknown[] => frames.filter((frame) => frame[0] === ERROR);

  test("an event whose start was not written runs once, in the next process", { timeout: seconds * 1000 }, () =>
    withNodes(async (start, effects) => {
      const { frames } = await live(start, "before start", 0);
      assert.deepEqual(errorsIn(frames), []);
      assert.match(textOf(frames), /one,two,three/);
      const ids = (await effects()).map((line) => line.split(" ")[0]);
      assert.deepEqual(ids, ["one", "two", "three"]);
    }),
  );

  test.each<CrashPoint>(["in handler", "before commit"])(
    "an event that had started and was not committed is reported unknown and does not run again: %s",
    { timeout: seconds * 1000 },
    (point) =>
      withNodes(async (start, effects) => {
        const { frames } = await live(start, point, 0);
        assert.deepEqual(errorsIn(frames), [[ERROR, "LIVE_EVENT_UNKNOWN", 2, 0]]);
        assert.match(textOf(frames), /one,three/);
        assert.deepEqual(
          (await effects()).map((line) => line.split(" ")[0]),
          ["one", "two", "three"],
        );
      }),
  );

  test.each<CrashPoint>(["in handler", "before commit"])(
    "one whose handler is declared idempotent runs again, and sees the same id: %s",
    { timeout: seconds * 1000 },
    (point) =>
      withNodes(async (start, effects) => {
        const { frames } = await live(start, point, 1);
        assert.deepEqual(errorsIn(frames), []);
        assert.match(textOf(frames), /one,two,three/);
        const lines = await effects();
        assert.equal(lines.length, 4);
        assert.equal(lines[1], lines[2]);
        assert.match(lines[1] ?? "", /^two .+\.2$/);
      }),
  );

  test(
    "an event that was committed and not acknowledged has taken effect once, and is acknowledged",
    { timeout: seconds * 1000 },
    () =>
      withNodes(async (start, effects) => {
        for (const handler of [0, 1]) {
          const { frames } = await live(start, "after commit", handler);
          assert.deepEqual(errorsIn(frames), []);
          assert.match(textOf(frames), /one,two,three/);
        }
        assert.deepEqual(
          (await effects()).map((line) => line.split(" ")[0]),
          ["one", "two", "three", "one", "two", "three"],
        );
      }),
  );
}

describe("two servers and one store in memory, of which the first hangs", () => {
  crashSuite(async (run) => {
    const store = memorySnapshots();
    const lines: string[] = [];
    const start: Start = async (point) => {
      let reach = (): void => {};
      const dead = new Promise<void>((done) => {
        reach = done;
      });
      const crash = async (reached: CrashPoint): Promise<void> => {
        if (reached !== point) return;
        reach();
        await new Promise(() => {});
      };
      const server = await startServer((app) => {
        liveRoute(
          app,
          "/page",
          crashView(async (line) => void lines.push(line), crash),
          { store: crashingStore(store, crash), secret: new Uint8Array(32) },
        );
      });
      return { url: server.url, dead, end: () => server.stop() };
    };
    await run(start, async () => lines);
  }, 60);
});

describe("processes that are killed", () => {
  let redis: RedisServer;
  let script = "";
  let runs = 0;
  beforeAll(async () => {
    redis = await startRedis();
    script = await bundle(join(import.meta.dirname, "crash-child.ts"));
  }, 300_000);
  afterAll(() => redis.stop());

  const withChildren = async (
    place: (folder: string) => string,
    run: Parameters<Parameters<typeof crashSuite>[0]>[0],
  ): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), "busbar-crash-"));
    const log = join(folder, "log");
    const prefix = `busbar-test:${process.pid}:${runs++}:`;
    const children: ChildProcess[] = [];
    const start: Start = async (point) => {
      const child = spawn(process.execPath, [script, place(folder), log, point, prefix], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      children.push(child);
      const dead = once(child, "exit").then(([, signal]) => assert.equal(signal, "SIGKILL"));
      const [port] = await once(child.stdout as NonNullable<typeof child.stdout>, "data");
      const end = async (): Promise<void> => {
        child.kill("SIGKILL");
        await dead;
      };
      return { url: `http://127.0.0.1:${String(port).trim()}`, dead, end };
    };
    try {
      await run(start, async () => (await readFile(log, "utf8")).trim().split("\n"));
    } finally {
      for (const child of children) child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    }
  };

  describe("with redis", () => crashSuite((run) => withChildren(() => redis.url, run), 180));
  describe("with LevelDB", () => crashSuite((run) => withChildren((folder) => join(folder, "db"), run), 180));
});

describe("a session in a store", () => {
  const secret = new Uint8Array(32).fill(1);
  const serve = (store: SnapshotStore, reports: string[] = [], more = {}) =>
    startServer((app) => {
      liveRoute(
        app,
        "/page",
        crashView(
          async () => {},
          async () => {},
        ),
        { store, secret, onReport: (code) => reports.push(code), ...more },
      );
    });
  const visit = async (url: string) => {
    const page = await loadPage(`${url}/page`);
    const client = await openSocket(`${url}/page`);
    client.send(helloOf(page));
    await until(client, (frame) => frame[0] === ADOPT);
    client.send([EVENT, 1, 0, 0, { what: "one" }]);
    await until(client, isHandled(1));
    return { page, client };
  };

  test("goes from server to server with its client, and what the one before it knew is not used any more", async () => {
    const store = memorySnapshots();
    const [here, there] = [await serve(store), await serve(store)];
    const { page, client } = await visit(here.url);
    client.socket.close();
    let [ref, seq] = [1, 1];
    for (const url of [there.url, here.url, there.url, here.url]) {
      const next = await openSocket(`${url}/page`);
      next.send(helloOf(page, seq, ref));
      const [mount] = (await until(next, (frame) => frame[0] === MOUNT)).slice(-1);
      seq = mount?.[0] === MOUNT ? mount[2] : 0;
      const soFar = ["one", ...Array.from({ length: ref - 1 }, (_, at) => `n${at + 2}`)].join();
      assert.deepEqual(mount?.[0] === MOUNT && JSON.stringify(mount[4]).match(/one[^"]*/)?.[0], soFar);
      next.send([EVENT, ++ref, seq, 0, { what: `n${ref}` }]);
      const frames = await until(next, isHandled(ref));
      seq = frames.reduce((last, frame) => (frame[0] === 5 ? frame[1] : last), seq);
      next.socket.close();
    }
    await here.stop();
    await there.stop();
  });

  test("that is damaged is refused by name, and mounts anew", async () => {
    const real = memorySnapshots();
    const cases: [string, (bytes: Uint8Array) => Uint8Array][] = [
      ["damaged", (bytes) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))],
      ["cut", (bytes) => bytes.slice(0, 9)],
      ["empty", () => new Uint8Array()],
    ];
    for (const [name, change] of cases) {
      const store: SnapshotStore = {
        ...real,
        async get(key) {
          const bytes = await real.get(key);
          return bytes && change(bytes);
        },
      };
      const reports: string[] = [];
      const here = await serve(real);
      const there = await serve(store, reports);
      const { page, client } = await visit(here.url);
      client.socket.close();
      const next = await openSocket(`${there.url}/page`);
      next.send(helloOf(page, 1, 1));
      const frames = await until(next, (frame) => frame[0] === MOUNT || frame[0] === ADOPT);
      assert.ok(!textOf(frames).includes("one"), name);
      assert.deepEqual(reports, ["LIVE_BAD_SNAPSHOT"], name);
      next.socket.close();
      await here.stop();
      await there.stop();
    }
  });

  test("whose store fails says so for each event, and goes on", async () => {
    const real = memorySnapshots();
    let isBroken = false;
    const store: SnapshotStore = {
      ...real,
      put: (...args) => (isBroken ? Promise.reject(new Error("disk full")) : real.put(...args)),
    };
    const reports: string[] = [];
    const here = await serve(store, reports);
    const { client } = await visit(here.url);
    isBroken = true;
    client.send([EVENT, 2, 1, 0, { what: "two" }]);
    const frames = await until(client, isHandled(2));
    assert.deepEqual(
      frames.filter((frame) => frame[0] === ERROR),
      [[ERROR, "LIVE_NOT_STORED", 2, 0]],
    );
    isBroken = false;
    client.send([EVENT, 3, 1, 0, { what: "three" }]);
    assert.match(textOf(await until(client, isHandled(3))), /three/);
    assert.deepEqual(reports, ["LIVE_NOT_STORED"]);
    await here.stop();
  });

  test.each([
    ["and its state is written", [2]],
    ["and its process hangs in it", [2, 3]],
  ] as const)(
    "does not pass an event for done that was not begun for a failure of the store, when one behind it has begun %s",
    async (what, unknown) => {
      const real = memorySnapshots();
      let [isBroken, isHanging] = [false, false];
      let hang = (): void => {};
      const hangs = new Promise<void>((done) => {
        hang = done;
      });
      const store: SnapshotStore = {
        ...real,
        put(key, ...args) {
          if (isBroken) return Promise.reject(new Error("no connection"));
          if (!isHanging || key.endsWith("/run")) return real.put(key, ...args);
          hang();
          return new Promise(() => {});
        },
      };
      const [here, there] = [await serve(store), await serve(real)];
      const { page, client } = await visit(here.url);
      isBroken = true;
      client.send([EVENT, 2, 1, 0, { what: "two" }]);
      await until(client, (frame) => frame[0] === ERROR); // which gets lost on its way to the page
      isBroken = false;
      isHanging = what === "and its process hangs in it";
      client.send([EVENT, 3, 1, 0, { what: "three" }]);
      if (isHanging) await hangs;
      else await until(client, isHandled(3));
      client.socket.close();
      const next = await openSocket(`${there.url}/page`);
      next.send(helloOf(page, 1, 3));
      const joined = await until(next, (frame) => frame[0] === MOUNT);
      next.send([EVENT, 2, 1, 0, { what: "two" }]);
      next.send([EVENT, 3, 1, 0, { what: "three" }]);
      const frames = [...joined, ...(await until(next, isHandled(3)))];
      assert.deepEqual(
        frames.filter((frame) => frame[0] === ERROR),
        unknown.map((ref) => [ERROR, "LIVE_EVENT_UNKNOWN", ref, 0]),
      );
      assert.match(textOf(frames), isHanging ? /one[^,]/ : /one,three/);
      await here.stop();
      await there.stop();
    },
  );

  test("is gone from the store when its page was left", async () => {
    const keys = new Set<string>();
    const real = memorySnapshots();
    const store: SnapshotStore = {
      get: real.get,
      put: (key, ...rest) => real.put(key, ...rest).then(() => void keys.add(key)),
      delete: (key) => real.delete(key).then(() => void keys.delete(key)),
    };
    const here = await serve(store);
    const { client } = await visit(here.url);
    assert.equal(keys.size, 3);
    for (const key of keys) assert.match(key, /^live\/page\/[!-~]{1,190}$/);
    client.send([13]);
    await client.closed();
    while (keys.size > 0) await new Promise((done) => setTimeout(done, 5));
    await here.stop();
  });

  test("is refused when it was signed with another secret or stood under another key, and not seen from another namespace", async () => {
    const store = memorySnapshots();
    const recordsWith = (byte: number, namespace = "n"): Records =>
      new Records({ store, platform: nodePlatform, secret: new Uint8Array(32).fill(byte), namespace, ttlMs: 60_000 });
    const snapshot = { url: "/", visitor: "", epoch: 3, handled: 4, seq: 5, packed: Uint8Array.of(1) };
    await new SessionRecord(recordsWith(1), "id").committed(snapshot);
    const { holder, ...found } = (await recordsWith(1).find("id")) ?? {};
    assert.equal(typeof holder, "string");
    assert.deepEqual(found, { ...snapshot, begun: undefined });
    await assert.rejects(recordsWith(2).find("id"), { code: "LIVE_BAD_SNAPSHOT" });
    assert.equal(await recordsWith(1, "m").find("id"), undefined);
    await store.put("n/other", (await store.get("n/id")) ?? new Uint8Array(), 60_000);
    await assert.rejects(recordsWith(1).find("other"), { code: "LIVE_BAD_SNAPSHOT" });
  });

  test("is found as long as it is written, however long ago it was begun", async () => {
    let nowMs = 0;
    const platform = { ...nodePlatform, now: () => nowMs };
    const store = memorySnapshots({ now: () => nowMs });
    const records = new Records({ store, platform, secret: new Uint8Array(32), namespace: "n", ttlMs: 1_000 });
    const record = new SessionRecord(records, "id");
    for (let handled = 1; handled < 12; handled++) {
      await record.committed({ url: "/", visitor: "", epoch: 3, handled, seq: 5, packed: Uint8Array.of(1) });
      assert.equal((await records.find("id"))?.handled, handled);
      assert.ok(await record.isMine());
      nowMs += 400;
    }
    nowMs += 10_000;
    assert.ok(await record.isMine()); // nobody else has it
  });

  test("is taken over as it stands when that is said, also by one of several, and whoever had it begins nothing more", async () => {
    const secret = new Uint8Array(32);
    const records = new Records({
      store: memorySnapshots(),
      platform: nodePlatform,
      secret,
      namespace: "n",
      ttlMs: 1_000,
    });
    const at = (handled: number) => ({
      url: "/",
      visitor: "",
      epoch: 3,
      handled,
      seq: 5,
      packed: Uint8Array.of(handled),
    });
    const first = new SessionRecord(records, "id");
    await first.started(1, "add", () => at(0), 3);
    await first.committed(at(1));
    const found = await records.find("id");
    assert.ok(found);
    await first.started(2, "add", () => at(1), 3);
    await first.committed(at(2));
    const second = new SessionRecord(records, "id", found.holder);
    assert.equal((await second.take(found)).handled, 2);
    await assert.rejects(
      first.started(3, "add", () => at(2), 3),
      { code: "LIVE_TAKEN_OVER" },
    );
    assert.deepEqual([await first.isMine(), await second.isMine()], [false, true]);
    const stranger = new SessionRecord(records, "id"); // a process that still has the session from before any record
    await assert.rejects(
      stranger.started(1, "add", () => at(0), 9),
      { code: "LIVE_NOT_STORED" },
    );
    assert.ok(stranger.isForeign);
    await second.committed(at(3));
    assert.equal((await records.find("id"))?.handled, 3);
  });

  test("needs a secret", async () => {
    await expect(() =>
      startServer(
        (app) =>
          void liveRoute(
            app,
            "/page",
            crashView(
              async () => {},
              async () => {},
            ),
            { store: memorySnapshots() },
          ),
      ),
    ).rejects.toMatchObject({ code: "LIVE_NO_SECRET" });
  });
});
