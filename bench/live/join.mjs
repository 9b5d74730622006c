// Sessions of a view in this process, without a network: a client that keeps the last frame.
import { inflateRawSync } from "node:zlib";
import { app as apps, live, node, wire } from "./busbar.mjs";

const SECOND_MS = 1000;
const { ADOPT, DEFLATED, HELLO, MOUNT, decodeLiveFrame, encodeLiveFrame, templatesHash } = wire;
/** As browsers say it. */
const CAN = wire.CAN_INFLATE + wire.CAN_REUSE + wire.CAN_MANY;
/** Nothing of a bench runs into them. */
export const NO_LIMITS = {
  ...{ framesPerSecond: 1e9, frameBurst: 1e9, maxHeld: 1e6, holdMs: 1e8, idleMs: 1e8, helloMs: 1e8 },
};

/**
 * The platform, with a clock of whole seconds: sessions go to sleep one after the other, at a distance that is a multiple of the time each has taken, and 10,000 of them take minutes.
 * For this clock each takes none.
 */
export const SLEEPY_PLATFORM = {
  ...node.nodePlatform,
  now: () => Math.floor(node.nodePlatform.now() / SECOND_MS) * SECOND_MS,
};

/** Serves a view. `join()` gives a client of a new session, adopted or, with `isMounted`, sent its page. */
export function serve(view, { platform = node.nodePlatform, ...options } = {}) {
  const app = apps.createApp({ platform });
  const onReport = (code, error) => console.error(code, error);
  const route = live.liveRoute(app, "/", view, { ...NO_LIMITS, onReport, ...options });
  return {
    app,
    route,
    close: () => route.close(),
    get: () => get(app),
    join: (isMounted = false) => join(app, isMounted),
    /** The page of a session, with a client that has joined it. */
    async joinPage() {
      const page = await get(app);
      return { page, client: await connect(app, page.data, false) };
    },
  };
}

async function get(app) {
  const reply = await app.handle(requestTo("/"));
  const body = typeof reply.body === "string" ? reply.body : new TextDecoder().decode(reply.body);
  return { body, data: dataIn(body) };
}

/** What a page says about its live root. */
export function dataIn(body) {
  return JSON.parse(/<script type="application\/json" bus-live-data>(.*?)<\/script>/s.exec(body)[1]);
}

/** The HELLO of a page that was just loaded, or of one that wants all of it sent. */
export function helloOf({ token, build, render, templates }, isMounted = false) {
  const known = templatesHash(templates.map(([hash]) => hash));
  return [HELLO, new Uint8Array(Buffer.from(token, "base64")), build, 0, 0, known, isMounted ? 0 : render, CAN];
}

/** A frame of a server; of a deflated one what is in it. */
export function frameOf(bytes) {
  const frame = decodeLiveFrame(bytes);
  return frame[0] === DEFLATED ? decodeLiveFrame(inflateRawSync(frame[2])) : frame;
}

/** A route that listens and says nothing: what the clients below and a socket's context take by themselves. */
export function serveNothing() {
  const app = apps.createApp({ platform: node.nodePlatform });
  app.socket("/", (_c, channel) => void channel.onMessage(() => {}));
  return { join: () => openChannel(app) };
}

async function join(app, isMounted) {
  const { data } = await get(app);
  return connect(app, data, isMounted);
}

async function openChannel(app) {
  const client = {
    frames: 0,
    first: undefined,
    last: undefined,
    receive: undefined,
    onFrame: () => {},
    onEnd: () => {},
  };
  const accept = await app.connect(requestTo("/"));
  accept({
    send(bytes) {
      client.last = bytes;
      client.frames++;
      client.onFrame(bytes);
    },
    queuedBytes: 0,
    onMessage(listener) {
      client.receive = listener;
      return () => {};
    },
    onClose: () => () => {},
    close: (code, reason) => client.onEnd(new Error(`the server has closed: ${code} ${reason}`)),
  });
  return client;
}

async function connect(app, data, isMounted) {
  const client = await openChannel(app);
  const came = new Promise((done, fail) => {
    client.onEnd = fail;
    client.onFrame = done;
  });
  client.receive(encodeLiveFrame(helloOf(data, isMounted)));
  client.first = frameOf(await came); // the bytes are its last
  client.onFrame = () => {};
  if (client.first[0] !== (isMounted ? MOUNT : ADOPT)) throw new Error(`${client.first} in place of the page`);
  await new Promise((done) => setTimeout(done));
  return client;
}

function requestTo(url) {
  return {
    ...{ method: "GET", url, headers: {}, stream: async function* () {} },
    signal: new AbortController().signal,
  };
}
