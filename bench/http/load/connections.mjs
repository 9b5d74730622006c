// Connections that ask again as soon as they are answered: one request under way on each, keep-alive, and nothing made
// per request. Bytes are read into one buffer (`onread` is called before the next read), requests are ready bytes.
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect } from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { createLayout, createResponseReader } from "./response-reader.mjs";

const HOST = "127.0.0.1";
const READ_BYTES = 64 * 1024;
const SETTLE_MS = 10;
const PATIENCE_MS = 2000;

/** The bytes of a request. */
export function encodeRequest({ method, path, headers = {}, body }, port) {
  const lines = [`${method} ${path} HTTP/1.1`, `host: ${HOST}:${port}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (body !== undefined || !["GET", "HEAD"].includes(method)) {
    lines.push(`content-length: ${Buffer.byteLength(body ?? "")}`);
  }
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
}

/** Asks for the requests in turn, for some time, by connections of its own. @throws as `run` of `openConnections`. */
export async function load({ ms, ...options }) {
  const connections = await openConnections(options);
  try {
    return await connections.run(ms);
  } finally {
    connections.close();
  }
}

/**
 * Connections that stay open between runs: opening 50 of them costs a server as much as some hundred requests.
 * `run` gives `count` answers within `ns`, the processor time spent on asking, and `total` answers from first to last. It throws when an answer
 * has another status, or a connection breaks.
 */
export async function openConnections({ port, requests, connections, status = 200 }) {
  const bytes = requests.map((request) => encodeRequest(request, port));
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const layout = createLayout();
  const sockets = [];
  let [asked, total, running, failure, at] = [0, 0, true, undefined, -1];
  let settle = () => {};
  const fail = (error) => {
    failure ??= error;
    running = false;
    settle();
  };

  function open() {
    const ask = () => {
      at = at + 1 < bytes.length ? at + 1 : 0;
      asked++;
      socket.write(bytes[at]);
    };
    const read = createResponseReader(layout, (answered) => {
      if (answered !== status) return fail(new Error(`status ${answered} in place of ${status}`));
      total++;
      if (running) ask();
      else if (total === asked) settle();
    });
    const callback = (size, chunk) => {
      try {
        read(chunk, 0, size);
      } catch (error) {
        fail(error);
      }
      return true;
    };
    const socket = connect({ host: HOST, port, noDelay: true, onread: { buffer, callback } });
    socket.on("error", fail).on("end", () => fail(new Error("a connection was closed")));
    sockets.push(socket);
    return once(socket, "connect").then(() => ask);
  }

  const asks = await Promise.all(Array.from({ length: connections }, open));
  return {
    async run(ms) {
      const begun = total;
      running = failure === undefined;
      if (running) for (const ask of asks) ask();
      await sleep(SETTLE_MS);
      const [before, cpu, start] = [total, process.cpuUsage(), process.hrtime.bigint()];
      await sleep(ms);
      const [count, ns] = [total - before, Number(process.hrtime.bigint() - start)];
      const { user, system } = process.cpuUsage(cpu);
      running = false;
      const last = new Promise((resolve) => (settle = resolve)); // the last answers come in
      if (total < asked && failure === undefined)
        await Promise.race([last, sleep(PATIENCE_MS, undefined, { ref: false })]);
      if (failure !== undefined) throw failure;
      return { count, ns, cpuNs: (user + system) * 1000, total: total - begun };
    },
    close() {
      running = false;
      for (const socket of sockets) socket.removeAllListeners("end").destroy();
    },
  };
}
