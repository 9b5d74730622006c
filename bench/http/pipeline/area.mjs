// The pipeline without a host: what a request costs between the host's translation and the reply it is given.
import { Buffer } from "node:buffer";

const BUSBAR = "busbar";
const HEADERS = Object.freeze({ host: "localhost", "user-agent": "bench", accept: "*/*" });
const IDS = 64;

/** Kinds of requests; `made` marks those whose handler makes its reply, which is the handler's own cost. */
export const KINDS = {
  "static route": { path: "/status" },
  "one param": { path: "/users/:id" },
  "static route, 1 sync middleware": { path: "/status", middlewares: 1 },
  "static route, 5 sync middlewares": { path: "/status", middlewares: 5 },
  "one param, 5 sync middlewares": { path: "/users/:id", middlewares: 5 },
  "static route, c.text": { path: "/status", made: true },
  "not ours, handed on": { path: "/elsewhere", missing: true },
};

export const area = {
  name: "http/pipeline",
  subjects: { [BUSBAR]: { file: "busbar.mjs", group: "ours" } },
  cases: Object.keys(KINDS).map((name) => ({ name, table: name, kind: name })),

  input: (kind) => ({ kind, ...KINDS[kind] }),
  received: (input) => input,
  requests({ path, missing }) {
    const count = path.includes(":id") ? IDS : 1;
    return Array.from({ length: count }, (_, i) => {
      const url = path.replace(":id", String(1000 + i));
      return { name: url, url, expected: missing ? undefined : { status: 200, body: "ok" } };
    });
  },
  build: (subject, input) => subject.create(input),
  answer(_subject, app, { url }) {
    const reply = app.handle(new FakeRequest(url));
    return reply === undefined ? undefined : { status: reply.status, body: reply.body };
  },
  fresh: (requests, count) => {
    const first = Math.floor(Math.random() * requests.length);
    return area.inOrder(requests, first, count);
  },
  inOrder: (requests, start, count) =>
    Array.from({ length: count }, (_, i) => new FakeRequest(flat(requests[(start + i) % requests.length].url))),
  loop(app, batch) {
    let sum = 0;
    // by index: what `for...of` takes per step (40 bytes, unless the engine sees through it) would count as the pipeline's
    for (let i = 0; i < batch.length; i++) sum += app.handle(batch[i])?.status ?? 1;
    return sum;
  },
  emptyLoop(batch) {
    let sum = 0;
    for (let i = 0; i < batch.length; i++) sum += batch[i].url.length;
    return sum;
  },
};

/** What a host would hand over; made before the clock starts, since it is the adapter's cost. */
class FakeRequest {
  method = "GET";
  headers = HEADERS;
  raw = undefined;
  constructor(url) {
    this.url = url;
  }
  get signal() {
    return new AbortController().signal;
  }
  async *stream() {}
}

// as from a socket: never interned, never used before
function flat(text) {
  return Buffer.from(text, "latin1").latin1Slice();
}
