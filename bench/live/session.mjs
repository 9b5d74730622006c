// One change in a long list, from the bytes of an event to the bytes of its patch, and what an idle session keeps. In process, without a network:
//   node --expose-gc bench/live/session.mjs [change] [heap]     BUSBAR_DIST=<another build> measures that
import process from "node:process";
import { pathToFileURL } from "node:url";
import { medianOf } from "../measure.mjs";

const dist = pathToFileURL(`${process.env.BUSBAR_DIST ?? new URL("../../dist", import.meta.url).pathname}/`).href;
const load = (name) => import(new URL(`lib/${name}/index.js`, dist).href);
const [{ createApp }, { each, html }, { defineView, liveRoute }, { signal }, { keyedList }, wire] = await Promise.all(
  ["app", "html", "live", "signals", "signals/collections", "wire"].map(load),
);
const { nodePlatform } = await import(new URL("adapters/node/index.js", dist).href);
const { ADOPT, EVENT, HELLO, PATCH, decodeLiveFrame, encodeLiveFrame, templatesHash } = wire;

const asked = process.argv.slice(2);
const isAsked = (name) => asked.length === 0 || asked.includes(name);

const rowsOf = (count) => Array.from({ length: count }, (_, id) => ({ id, label: `row ${id}`, value: id * 3 }));
const rowView = (row) => html`<tr><td>${row.id}</td><td>${row.label}</td><td>${row.value}</td></tr>`;
const pageView = (count, rows) => html`<p>${count}</p><table><tbody>${rows}</tbody></table>`;

/** The page of the issue: a counter and rows of three slots. */
const views = {
  deltas: (count) =>
    defineView({
      mount: () => ({ count: signal(0), rows: keyedList(rowsOf(count), (row) => row.id) }),
      on: {
        change: ({ rows }, { at, value }) => rows.update(at, (row) => ({ ...row, value })),
      },
      render: (state) => pageView(state.count, each(state.rows, rowView)),
    }),
  plain: (count) =>
    defineView({
      mount: () => ({ count: signal(0), rows: new Map(rowsOf(count).map((row) => [row.id, row])) }),
      on: {
        change: ({ rows }, { at, value }) => void rows.set(at, { ...rows.get(at), value }),
      },
      render: (state) =>
        pageView(
          state.count,
          each(state.rows.values(), (row) => row.id, rowView),
        ),
    }),
};

/** Sessions of a view, each joined by a client that only keeps the last frame. */
function serve(view) {
  const app = createApp({ platform: nodePlatform });
  const limits = { framesPerSecond: 1e9, frameBurst: 1e9, maxHeld: 1e6, holdMs: 1e8, idleMs: 1e8 };
  const route = liveRoute(app, "/", view, { ...limits, onReport: (code, error) => console.error(code, error) });
  const request = () => ({
    ...{ method: "GET", url: "/", headers: {}, stream: async function* () {} },
    signal: new AbortController().signal,
  });
  return {
    close: () => route.close(),
    async join() {
      const reply = await app.handle(request());
      const body = typeof reply.body === "string" ? reply.body : new TextDecoder().decode(reply.body);
      const json = /<script type="application\/json" bus-live-data>(.*?)<\/script>/s.exec(body)[1];
      const { token, build, render, templates } = JSON.parse(json);
      const client = { last: undefined, receive: undefined, onFrame: () => {} };
      const accept = await app.connect(request());
      accept({
        send(bytes) {
          client.last = bytes;
          client.onFrame();
        },
        queuedBytes: 0,
        onMessage(listener) {
          client.receive = listener;
          return () => {};
        },
        onClose: () => () => {},
        close: () => {},
      });
      const known = templatesHash(templates.map(([hash]) => hash));
      const hello = [HELLO, new Uint8Array(Buffer.from(token, "base64")), build, 0, 0, known, render];
      client.receive(encodeLiveFrame(hello));
      await new Promise((done) => setTimeout(done));
      if (decodeLiveFrame(client.last)[0] !== ADOPT) throw new Error("not adopted");
      return client;
    },
  };
}

const EVENTS = Number(process.env.BENCH_EVENTS ?? 2000);
const WARM_ROUNDS = 3;
const ROUNDS = 15;

/** Time of the processor, of all threads: other work on the machine does not count. */
function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function changes(client, state, rows) {
  const frames = [];
  for (let i = 0; i < EVENTS; i++) {
    const at = (state.ref * 7919) % rows;
    frames.push(encodeLiveFrame([EVENT, ++state.ref, state.ref - 1, 0, { at, value: state.ref }]));
  }
  const start = cpuUs();
  for (const frame of frames) {
    const told = new Promise((done) => {
      client.onFrame = done;
    });
    client.receive(frame);
    await told;
  }
  const us = (cpuUs() - start) / EVENTS;
  const [kind, , ref] = decodeLiveFrame(client.last);
  if (kind !== PATCH || ref !== state.ref) throw new Error("no patch");
  return us;
}

if (isAsked("change")) {
  const subjects = [];
  for (const [name, rows] of [
    ["deltas", 1000],
    ["deltas", 100_000],
    ["plain", 1000],
  ]) {
    if (process.env.BENCH_ONLY !== undefined && process.env.BENCH_ONLY !== `${name} ${rows}`) continue;
    const server = serve(views[name](rows));
    subjects.push({ name: `${name}, ${rows} rows`, rows, client: await server.join(), state: { ref: 0 }, us: [] });
  }
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
    for (const subject of subjects) {
      const us = await changes(subject.client, subject.state, subject.rows);
      if (round >= WARM_ROUNDS) subject.us.push(us);
    }
  }
  const rows = rowsOf(1000);
  const floors = Array.from({ length: 200 }, () => {
    const start = cpuUs();
    for (let i = 0; i < 20; i++)
      for (const row of rows) if (rowView(row).values.length !== 3) throw new Error("no row");
    return (cpuUs() - start) / 20;
  });
  console.log(
    `floor, the templates of 1000 rows, read by nobody: median ${medianOf(floors).toFixed(1)} us, best ${Math.min(...floors).toFixed(1)} us`,
  );
  for (const { name, us, client } of subjects) {
    const best = Math.min(...us);
    console.log(
      `change, ${name}: median ${medianOf(us).toFixed(1)} us, best ${best.toFixed(1)} us, ${client.last.length} B`,
    );
  }
}

const SESSIONS = 40;

async function heapOf(make) {
  const used = () => {
    for (let i = 0; i < 4; i++) globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const warm = await make();
  await new Promise((done) => setTimeout(done, 20));
  const before = used();
  const kept = [];
  for (let i = 0; i < SESSIONS; i++) kept.push(await make());
  await new Promise((done) => setTimeout(done, 50));
  const after = used();
  return { kib: (after - before) / SESSIONS / 1024, keep: [warm, kept] };
}

if (isAsked("heap")) {
  const subjects = {
    "a Map of the rows": () => new Map(rowsOf(1000).map((row) => [row.id, row])),
    "a keyedList of the rows": () => keyedList(rowsOf(1000), (row) => row.id),
    "a session, plain": serve(views.plain(1000)).join,
    "a session, deltas": serve(views.deltas(1000)).join,
    "a session, 1 row, plain": serve(views.plain(1)).join,
  };
  for (const [name, make] of Object.entries(subjects)) {
    console.log(`heap, ${name}: ${(await heapOf(make)).kib.toFixed(1)} KiB`);
  }
}
process.exit(0);
