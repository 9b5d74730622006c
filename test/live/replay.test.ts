import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { runCli } from "../../adapters/cli/run.ts";
import { nodePlatform } from "../../adapters/node/index.ts";
import { createApp } from "../../lib/app/index.ts";
import { isCodedError } from "../../lib/errors/index.ts";
import { html } from "../../lib/html/index.ts";
import {
  defineView,
  type EventTelemetry,
  type LiveRoute,
  type LiveRouteOptions,
  liveRoute,
  replayLog,
  type SessionTelemetry,
} from "../../lib/live/index.ts";
import { signal } from "../../lib/signals/index.ts";
import {
  ACK,
  ADOPT,
  createChannelPair,
  DRAIN,
  decodeLiveFrame,
  ERROR,
  EVENT,
  encodeLiveFrame,
  HELLO,
  LEAVE,
  MOUNT,
  PATCH,
  PING,
  REPLY,
  type TemplateSource,
  templatesHash,
} from "../../lib/wire/index.ts";
import {
  type FrameClient,
  helloOf,
  type LivePage,
  type LiveServer,
  loadPage,
  openSocket,
  startServer,
} from "../helpers/live.ts";
import { runs } from "../helpers/runs.ts";

const servers: LiveServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const view = defineView({
  mount: () => ({ count: signal(0) }),
  on: {
    add: (state) => state.count.update((n) => n + 1),
    fail: () => {
      throw new Error("handler");
    },
    ask: () => ({ answer: 42 }),
    quiet: () => {},
  },
  render: (state, bind) => html`<p>${state.count}</p><form ${bind.add("submit")}></form>`,
});

async function start(
  options: LiveRouteOptions,
): Promise<LiveServer & { readonly route: LiveRoute; readonly at: string }> {
  let route: LiveRoute | undefined;
  const server = await startServer((app) => {
    route = liveRoute(app, "/page", view, { onReport: () => {}, ...options });
  });
  servers.push(server);
  assert.ok(route);
  return { ...server, route, at: `${server.url}/page` };
}

async function enter(at: string): Promise<{ readonly page: LivePage; readonly client: FrameClient }> {
  const page = await loadPage(at);
  const client = await openSocket(at);
  client.send(helloOf(page));
  assert.equal((await client.take())[0], ADOPT);
  return { page, client };
}

/** A session with some of everything, and its log. */
async function loggedSession(): Promise<{ readonly log: Uint8Array; readonly page: LivePage }> {
  const pieces: Uint8Array[] = [];
  const { at, route } = await start({ log: () => ({ write: (bytes) => pieces.push(bytes) }) });
  const { page, client } = await enter(at);
  client.send([EVENT, 1, 0, 0, { text: "typed" }]);
  assert.equal((await client.take())[0], PATCH);
  client.send([EVENT, 2, 1, 1, null]);
  assert.equal((await client.take())[0], ERROR);
  assert.equal((await client.take())[0], ACK);
  client.send([EVENT, 3, 1, 2, null]);
  assert.equal((await client.take())[0], REPLY);
  client.socket.terminate();
  await client.closed();
  const second = await openSocket(at);
  second.send(helloOf(page, 1, 3, 0));
  assert.equal((await second.take())[0], MOUNT);
  second.socket.send(new Uint8Array([0xc1]));
  await second.closed();
  const third = await openSocket(at);
  third.send(helloOf(page, 2, 3, 1));
  assert.equal((await third.take())[0], ADOPT);
  third.send([LEAVE]);
  await third.closed();
  assert.equal(route.sessionCount, 0);
  return { log: Buffer.concat(pieces), page };
}

test("a log does again what a session did, without its view, and says where it differs", async () => {
  const { log, page } = await loggedSession();
  const steps = [...replayLog(log)];
  assert.ok(steps.length > 15);
  assert.ok(steps.every(({ isSame }) => isSame));
  assert.equal(steps[0]?.from, "rendered");
  assert.equal(steps.at(-1)?.to, "closed");
  const sent = steps.flatMap(({ outputs }) => outputs.filter(({ kind }) => kind === "send"));
  assert.ok(sent.length >= 8);
  // Who reads the log cannot join the session.
  assert.equal(Buffer.from(log).includes(Buffer.from(page.token)), false);
  // One letter of an error's code: it is sent once, and again when the page is mounted anew.
  const changed = Uint8Array.from(log);
  changed[Buffer.from(log).indexOf("LIVE_HANDLER_FAILED")] = 77;
  assert.deepEqual(
    [...replayLog(changed)].filter(({ isSame }) => !isSame).map(({ instruction }) => instruction.kind),
    ["settled", "mounted"],
  );
});

test("bytes that are no log, or only the beginning of one, are told as such", async () => {
  const { log } = await loggedSession();
  const codeOf = (bytes: Uint8Array): string => {
    try {
      for (const step of replayLog(bytes)) void step;
      return "";
    } catch (error) {
      assert.ok(isCodedError(error), String(error));
      return error.code;
    }
  };
  assert.equal(codeOf(new Uint8Array()), "LIVE_BAD_LOG");
  assert.equal(codeOf(new TextEncoder().encode("text")), "LIVE_BAD_LOG");
  assert.equal(codeOf(log.subarray(1)), "LIVE_BAD_LOG");
  for (let end = 40; end < log.length; end += 97) assert.equal(codeOf(log.subarray(0, end)), "");
  const mutated = fc.tuple(fc.nat(log.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(mutated, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = Uint8Array.from(log);
      for (const [at, byte] of changes) bytes[at] = byte;
      assert.ok(["", "LIVE_BAD_LOG"].includes(codeOf(bytes)));
    }),
    { numRuns: runs(300) },
  );
});

test("`busbar live replay` prints each step, without what was typed, and exits 1 if one is not the same", async () => {
  const { log } = await loggedSession();
  const folder = mkdtempSync(join(tmpdir(), "busbar-log-"));
  folders.push(folder);
  writeFileSync(join(folder, "a.log"), log);
  const good = await runCli(["live", "replay", "a.log"], { cwd: folder });
  assert.equal(good.exitCode, 0);
  assert.match(good.text, /rendered -> live +hello: send ADOPT \d+ 0 \(\d+ B\), timer, render/);
  assert.match(good.text, /live +EVENT 1 0 0: run 1/);
  assert.match(good.text, /live +rendered: send PATCH 1 1 \(9 B\)/);
  assert.match(good.text, /live -> closed +LEAVE: close/);
  assert.match(good.text, /\n\d+ steps, all the same$/);
  assert.equal(good.text.includes("typed"), false);
  const changed = Uint8Array.from(log);
  changed[Buffer.from(log).indexOf("LIVE_HANDLER_FAILED")] = 77;
  writeFileSync(join(folder, "b.log"), changed);
  const bad = await runCli(["live", "replay", "b.log"], { cwd: folder });
  assert.equal(bad.exitCode, 1);
  assert.match(bad.text, /^! +\d+ +\d+ ms {2}live +settled/m);
  assert.match(bad.text, /\n\d+ steps, 2 not the same$/);
  assert.equal((await runCli(["live", "replay", "none.log"], { cwd: folder })).exitCode, 1);
  assert.equal((await runCli(["live", "replay"], { cwd: folder })).exitCode, 1);
  assert.match((await runCli(["live", "other"], { cwd: folder })).text, /unknown command "live other"/);
});

test("a log that cannot be written is given up, and the session goes on", async () => {
  const reports: unknown[] = [];
  let writes = 0;
  const write = (): never => {
    writes++;
    throw new Error("disk full");
  };
  const { at } = await start({ log: () => ({ write }), onReport: (_code, error) => reports.push(error) });
  const { client } = await enter(at);
  client.send([EVENT, 1, 0, 0, null]);
  assert.equal((await client.take())[0], PATCH);
  assert.equal(writes, 1);
  assert.deepEqual(reports, [new Error("disk full")]);
});

test("telemetry counts what goes in and out of each session, and times each event", async () => {
  const events: EventTelemetry[] = [];
  const ended: SessionTelemetry[] = [];
  const { at, route } = await start({
    telemetry: { event: (event) => void events.push(event), ended: (session) => void ended.push(session) },
  });
  const { client } = await enter(at);
  const frames = [encodeLiveFrame([EVENT, 1, 0, 0, null]), encodeLiveFrame([EVENT, 2, 1, 3, null])];
  for (const frame of frames) {
    client.socket.send(frame);
    await client.take();
  }
  client.send([PING, 5]);
  assert.deepEqual(await client.take(), [PING, 5]);
  const [running] = route.telemetry();
  assert.ok(running !== undefined && route.telemetry().length === 1);
  const { framesIn, bytesIn, framesOut, bytesOut, joins, patches, mounts, errors } = running;
  assert.deepEqual(
    { framesIn, joins, patches, mounts, errors },
    { framesIn: 3, joins: 1, patches: 1, mounts: 0, errors: 0 },
  );
  assert.equal(bytesIn, (frames[0]?.length ?? 0) + (frames[1]?.length ?? 0) + 3);
  assert.equal(framesOut, 4);
  assert.ok(bytesOut > 20 && bytesOut < 40);
  assert.deepEqual(
    events.map(({ ref, name }) => [ref, name]),
    [
      [1, "add"],
      [2, "quiet"],
    ],
  );
  assert.ok(events.every(({ latencyMs }) => latencyMs >= 0 && latencyMs < 5000));
  client.send([LEAVE]);
  await client.closed();
  assert.equal(ended.length, 1);
  assert.equal(ended[0]?.events, 2);
  assert.equal(
    ended[0]?.latencyMs,
    events.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
  );
  assert.deepEqual(route.telemetry(), []);
});

test("hooks that throw are reported and end nothing, and without hooks nothing is counted", async () => {
  const reports: unknown[] = [];
  const event = (): never => {
    throw new Error("hook");
  };
  const { at } = await start({ telemetry: { event }, onReport: (_code, error) => reports.push(error) });
  const { client } = await enter(at);
  for (const ref of [1, 2]) {
    client.send([EVENT, ref, 0, 0, null]);
    assert.equal((await client.take())[0], PATCH);
  }
  await expect.poll(() => reports.length).toBe(2);
  const without = await start({});
  await enter(without.at);
  assert.deepEqual(without.route.telemetry(), []);
});

test("pages asked to leave over a time are asked one by one, by chance", async () => {
  const timers: { readonly ms: number; readonly run: () => void }[] = [];
  const after = (ms: number, run: () => void): (() => void) => {
    timers.push({ ms, run });
    return () => {};
  };
  const app = createApp({ platform: { ...nodePlatform, after } });
  const route = liveRoute(app, "/page", view);
  const request = {
    ...{ method: "GET", url: "/page", headers: {}, raw: undefined },
    signal: new AbortController().signal,
  };
  const drained: number[] = [];
  let joined = 0;
  for (let at = 0; at < 8; at++) {
    const reply = await app.handle({ ...request, stream: async function* () {} });
    assert.ok(reply !== undefined && typeof reply.body === "string");
    const { token, build, render, templates } = JSON.parse(
      /bus-live-data>(.*?)<\/script>/s.exec(reply.body)?.[1] ?? "",
    );
    const accept = await app.connect({ ...request, stream: async function* () {} });
    assert.ok(typeof accept === "function");
    const [mine, theirs] = createChannelPair();
    theirs.onMessage((bytes) => {
      const frame = decodeLiveFrame(bytes);
      if (frame[0] === ADOPT) joined++;
      if (frame[0] === DRAIN) drained.push(frame[2]);
    });
    accept(mine);
    const known = templatesHash(templates.map((source: TemplateSource) => source[0]));
    theirs.send(encodeLiveFrame([HELLO, new Uint8Array(Buffer.from(token, "base64")), build, 0, 0, known, render]));
  }
  await expect.poll(() => joined).toBe(8);
  timers.length = 0;
  route.drain("deploy", 7, 300);
  assert.deepEqual(drained, []);
  assert.equal(timers.length, 8);
  assert.ok(timers.every(({ ms }) => ms >= 0 && ms <= 300));
  assert.ok(new Set(timers.map(({ ms }) => ms)).size > 1);
  for (const { run } of timers.splice(0)) run();
  await expect.poll(() => drained).toEqual(Array(8).fill(7));
  route.close();
});
