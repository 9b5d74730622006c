// Part "wire": what travels, written down at the sockets of a real browser while the same things are done to the same page in every system.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { wire } from "./busbar.mjs";
import { httpMessages, isHttp, since, startCapture, webSocketMessages } from "./capture.mjs";
import { serve } from "./join.mjs";
import { WIRE_NAMES } from "./names.mjs";
import { ACTIONS, apply, pageOf, textsOf } from "./rows.mjs";
import { serveLive, serveSystem } from "./servers.mjs";
import { SYSTEMS } from "./systems.mjs";
import { viewOf } from "./view.mjs";

const PATIENCE_MS = 20_000;
const POLL_MS = 15;
const QUIET_MS = 320; // an acknowledgement of ours may take 200
const HTTP_QUIET_MS = 60;

/** Captures every system; `{ name, isZipped, first, join, actions }` each. `codings`: whether replies are compressed. */
export async function captureAll(browser, { rows = 1000, names = Object.keys(SYSTEMS), codings = [false, true] } = {}) {
  const captures = [];
  for (const [kind, name] of Object.entries(WIRE_NAMES)) {
    captures.push(await captureLive(browser, { kind, name, rows }));
  }
  for (const name of names) {
    for (const isZipped of codings) captures.push(await captureSystem(browser, { name, rows, isZipped }));
  }
  return captures;
}

async function captureLive(browser, { kind, name, rows }) {
  const server = await serveLive(kind, rows);
  try {
    const common = { name, port: server.port, isLive: true };
    const zipped = await capture(browser, { ...common, rows: 0 });
    const plain = await capture(browser, { ...common, rows, headers: { "accept-encoding": "identity" } });
    const parted = await capture(browser, { ...common, rows: 0, path: "/?parted" });
    const mountPlain = await plainMount(kind, rows);
    return { ...plain, firstZipped: zipped.first, mount: parted.join, mountPlain };
  } finally {
    server.stop();
  }
}

/** The MOUNT that a client gets which inflates nothing. */
async function plainMount(kind, rows) {
  const server = serve(viewOf(kind, rows, true));
  const { first } = await server.join(true);
  server.close();
  return wire.encodeLiveFrame(first).length;
}

async function captureSystem(browser, { name, rows, isZipped }) {
  const server = await serveSystem(name, rows, isZipped);
  try {
    return { ...(await capture(browser, { name, port: server.port, rows })), isZipped };
  } finally {
    server.stop();
  }
}

/** Loads the page, does every action, and asserts after each that the browser shows what the data say. */
async function capture(browser, { name, port, rows, path = "/", isLive = false, headers = {} }) {
  const relay = await startCapture(port);
  const context = await browser.newContext({ extraHTTPHeaders: headers });
  try {
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`http://127.0.0.1:${relay.port}${path}`);
    const quietMs = isLive ? QUIET_MS : HTTP_QUIET_MS;
    if (isLive) await quiet(relay, quietMs); // it joins after the page has loaded
    let before = await quiet(relay, quietMs);
    const { document, sockets } = startOf(before);
    const result = { name, isLive, first: document, join: sockets, actions: [] };
    const data = pageOf(rows);
    for (const { name: action, plan } of rows > 0 ? ACTIONS : []) {
      apply(data, plan(data));
      await page.evaluate((id) => document.getElementById(id).click(), action);
      await shows(page, textsOf(data), () => `${name}, ${action}: ${errors.join("; ")}`);
      const after = await quiet(relay, quietMs);
      result.actions.push({ action, ...exchangeOf(since(before, after)) });
      before = after;
    }
    assert.deepEqual(errors, [], name);
    console.error(`wire, ${name}${path}: the page shows what the data say after ${result.actions.length} actions`);
    return result;
  } finally {
    await context.close();
    relay.stop();
  }
}

async function shows(page, expected, what) {
  const texts = () =>
    page.evaluate(() => [
      document.querySelector("p").textContent,
      ...Array.from(document.querySelectorAll("tbody tr"), (row) =>
        Array.from(row.cells, (cell) => cell.textContent).join("|"),
      ),
    ]);
  let actual;
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(POLL_MS)) {
    actual = await texts();
    if (actual.length === expected.length && actual.every((text, at) => text === expected[at])) return;
  }
  assert.deepEqual(actual, expected, what());
}

/** Waits until nothing has travelled for a while. */
async function quiet(relay, ms) {
  for (let before = relay.take(); ; ) {
    await sleep(ms);
    const after = relay.take();
    if (since(before, after).length === 0) return after;
    before = after;
  }
}

function startOf(taps) {
  const exchanges = taps
    .filter(({ up }) => isHttp(up))
    .map(({ up, down }) => [httpMessages(up), httpMessages(down), up, down]);
  const pages = exchanges.flatMap(([asked, answered]) =>
    asked.map(({ text }, at) => ({ text, answer: answered[at], head: asked[at].head })),
  );
  const { answer, head } = pages.find(({ text }) => /^GET \/(\?\w+)? HTTP/.test(text) && !/^upgrade:/im.test(text));
  const upgraded = exchanges.find(([asked]) => asked.some(({ text }) => /^upgrade: websocket/im.test(text)));
  const sockets = upgraded === undefined ? undefined : joinOf(upgraded);
  const coding = /^content-encoding: (\S+)/im.exec(answer.text)?.[1] ?? "";
  return { document: { head: answer.head.length, body: answer.body.length, request: head.length, coding }, sockets };
}

function joinOf([asked, answered, up, down]) {
  const rest = (bytes, messages) =>
    bytes.subarray(messages.reduce((sum, { head, body }) => sum + head.length + body.length, 0));
  const exchange = socketExchange(rest(up, asked), rest(down, answered));
  return { ...exchange, upgrade: asked.at(-1).head.length + answered.at(-1).head.length };
}

/**
 * What one action made travel. `up` and `down`: messages (payloads of WebSocket frames, bodies of HTTP); `socket`: all bytes at the socket. A script that the action
 * made the page load is `script` and no part of these: browsers keep it, and those that a page loads as it begins are not counted either.
 */
function exchangeOf(taps) {
  const parts = taps.map(({ up, down }) => (isHttp(up) ? httpExchange(up, down) : socketExchange(up, down)));
  const sum = (key) => parts.reduce((total, part) => total + (part[key] ?? 0), 0);
  return {
    ...{ up: sum("up"), down: sum("down"), acknowledgement: sum("acknowledgement"), socket: sum("socket") },
    ...{ request: sum("request"), large: sum("large"), text: sum("text"), script: sum("script") },
    kinds: parts.flatMap(({ kinds }) => kinds),
  };
}

function httpExchange(up, down) {
  const answers = httpMessages(down);
  const pairs = httpMessages(up).map((asked, at) => ({ asked, answered: answers[at] }));
  const isScript = ({ asked }) => /^GET \S+\.js[ ?]/.test(asked.text);
  const counted = pairs.filter((pair) => !isScript(pair));
  const bodies = (kind) => counted.reduce((sum, pair) => sum + pair[kind].body.length, 0);
  const all = (kind) => counted.reduce((sum, pair) => sum + pair[kind].head.length + pair[kind].body.length, 0);
  return {
    ...{ up: bodies("asked"), down: bodies("answered"), request: all("asked"), acknowledgement: 0 },
    socket: all("asked") + all("answered"),
    script: pairs.filter(isScript).reduce((sum, { answered }) => sum + answered.body.length, 0),
    kinds: [],
  };
}

const NAMES = Object.entries(wire).filter(([name, value]) => /^[A-Z]+$/.test(name) && typeof value === "number");

function socketExchange(up, down) {
  // a PING belongs to no action: it comes when it is time
  const read = (bytes) =>
    webSocketMessages(bytes)
      .map(readFrame)
      .filter(({ kind }) => kind !== "PING");
  const [sent, received] = [read(up), read(down)];
  const all = [...sent, ...received];
  const isAck = ({ kind }) => kind === "ACK";
  const size = (messages) => messages.reduce((sum, { payload }) => sum + payload.length, 0);
  const framed = (messages) => messages.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = received
    .filter(({ kind }) => kind === "PATCH")
    .map(({ payload }) => partsOf(wire.decodeValue(payload)));
  return {
    up: size(sent.filter((message) => !isAck(message))),
    down: size(received),
    large: parts.reduce((sum, { large }) => sum + large, 0),
    text: parts.reduce((sum, { text }) => sum + text, 0),
    acknowledgement: size(sent.filter(isAck)),
    ...{ request: framed(sent), socket: framed(all) },
    kinds: all.map(({ kind, payload }) => `${kind} ${payload.length}`),
  };
}

/** Of a frame that was captured: bytes of its texts, and bytes that its numbers take because they are 128 or more. */
function partsOf(value) {
  if (typeof value === "string") return { text: Buffer.byteLength(value), large: 0 };
  if (typeof value === "number") return { text: 0, large: value < 128 ? 0 : value < 256 ? 1 : value < 65_536 ? 2 : 4 };
  if (!Array.isArray(value)) return { text: 0, large: 0 };
  const parts = value.map(partsOf);
  return {
    text: parts.reduce((sum, { text }) => sum + text, 0),
    large: parts.reduce((sum, { large }) => sum + large, 0),
  };
}

function readFrame(message) {
  // a frame is an array whose first element is its number
  const { payload } = message;
  const number = payload[0] >= 0x90 && payload[0] <= 0x9f ? payload[1] : payload[0] === 0xdc ? payload[3] : -1;
  return { ...message, kind: NAMES.find(([, value]) => value === number)?.[0] ?? "?" };
}
