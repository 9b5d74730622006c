// The clients: mixed requests, good and bad, from a process of their own. Each message is a number of milliseconds to go on for; all
// connections are gone when the answer comes.
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import process from "node:process";
import { WebSocket } from "ws";
import { expect, pick } from "./random.mjs";

const WORKERS = 24;
const TIMEOUT_MS = 10_000;
const host = "127.0.0.1";
const big = Buffer.alloc(131_072, "x");
const json = { "content-type": "application/json" };
let agent;

/** One request over a kept connection, read to its end. */
async function ask(port, path, { method = "GET", headers = {}, body } = {}) {
  const sent = request({ host, port, path, method, headers, agent, timeout: TIMEOUT_MS });
  sent.on("timeout", () => sent.destroy(new Error(`${path} took too long`)));
  sent.end(body);
  const [reply] = await once(sent, "response");
  let text = "";
  for await (const chunk of reply) text += chunk;
  return { status: reply.statusCode, text };
}

/** Bytes on a connection of its own; gives what came back, up to `enough` bytes, after which it hangs up. */
function raw(port, bytes, enough = Number.POSITIVE_INFINITY) {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let text = "";
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(TIMEOUT_MS, done);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (text.length >= enough) done();
    });
    socket.on("error", () => {}).on("close", () => resolve(text));
    socket.write(bytes);
  });
}

const kinds = {
  hello: async (port) => expect(await ask(port, "/hello/you"), 200, "Hello you"),
  json: async (port) =>
    expect(await ask(port, "/json?a=1&b=2&a=3", { headers: { cookie: "c=d" } }), 200, '"a":["1","3"]'),
  page: async (port) => expect(await ask(port, "/page"), 200, 'id="row-249"'),
  post: async (port) =>
    expect(
      await ask(port, "/users", { method: "POST", headers: json, body: '{"name":"Ann","tags":["a"]}' }),
      201,
      '"Ann"',
    ),
  "post, refused": async (port) =>
    expect(await ask(port, "/users", { method: "POST", headers: json, body: '{"name":""}' }), 400, '"errors"'),
  upload: async (port) => expect(await ask(port, "/upload", { method: "POST", body: big }), 200, "131072"),
  "upload, too large": async (port) =>
    expect(await ask(port, "/upload", { method: "POST", body: Buffer.concat([big, big, big]) }), 413, "too large"),
  "upload, cut off": async (port) => {
    const head = "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
    const socket = connect(port, host).on("error", () => {});
    socket.write(head + "x".repeat(50_000), () => setTimeout(() => socket.destroy(), 5));
    await once(socket, "close");
  },
  "stream, left": async (port) => {
    const text = await raw(port, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", 200_000);
    expect({ status: Number(text.slice(9, 12)), text }, 200, "HTTP/1.1");
  },
  "events, left": async (port) => {
    const text = await raw(port, "GET /events HTTP/1.1\r\nHost: a\r\n\r\n", 400);
    expect({ status: Number(text.slice(9, 12)), text }, 200, "event 0");
  },
  proxied: async (port) => expect(await ask(port, "/behind/page"), 200, "bbbb"),
  "proxied, both ways": async (port) =>
    expect(await ask(port, "/behind/echo", { method: "POST", body: big }), 200, big.toString()),
  "proxied, left": async (port) => {
    const text = await raw(port, "GET /behind/long HTTP/1.1\r\nHost: a\r\n\r\n", 200_000);
    expect({ status: Number(text.slice(9, 12)), text }, 200, "HTTP/1.1");
  },
  socket: async (port) => {
    const socket = new WebSocket(`ws://${host}:${port}/echo`);
    await once(socket, "open");
    socket.send(Buffer.from("echo"));
    const [data] = await once(socket, "message");
    expect({ status: 101, text: String(data) }, 101, "echo");
    if (Math.random() < 0.5) socket.terminate();
    else socket.close();
    await once(socket, "close");
  },
  "no such path": async (port) => expect(await ask(port, "/nothing"), 404, ""),
  malformed: async (port) => {
    const text = await raw(
      port,
      pick([
        "GET\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
      ]),
    );
    expect({ status: Number(text.slice(9, 12)), text }, 400, "");
  },
  "head, cut off": async (port) => {
    const socket = connect(port, host).on("error", () => {});
    socket.write("GET /hello/you HTTP/1.1\r\nHost: a\r\nX: ", () => socket.destroy());
    await once(socket, "close");
  },
};

let ports;
let stopAt = 0;
const counts = Object.fromEntries(Object.keys(kinds).map((name) => [name, 0]));
const mistakes = [];

async function work() {
  while (Date.now() < stopAt) {
    const name = pick(Object.keys(kinds));
    try {
      await kinds[name](pick(ports));
      counts[name]++;
    } catch (error) {
      mistakes.push(`${name}: ${error.message}`);
      if (mistakes.length > 20) return;
    }
  }
}

process.on("disconnect", () => process.exit());
process.on("message", async (message) => {
  if (message.ports !== undefined) {
    ports = message.ports;
    return;
  }
  agent = new Agent({ keepAlive: true, maxSockets: WORKERS });
  stopAt = Date.now() + message.ms;
  await Promise.all(Array.from({ length: WORKERS }, work));
  agent.destroy();
  process.send({ counts, mistakes });
});
