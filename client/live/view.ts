import type { ClientFrame, ServerFrame, TemplateSource } from "../../lib/wire/index.ts";
import {
  ACK,
  ADOPT,
  DRAIN,
  ERROR,
  EVENT,
  HELLO,
  MOUNT,
  PATCH,
  PING,
  STYLE_COMMAND,
  templatesHash,
} from "../../lib/wire/index.ts";
import { adoptInstance } from "./adopt.ts";
import { applyOperations, keepFocus, type Page } from "./apply.ts";
import { decode, encode } from "./codec.ts";
import { delegate, type Fired } from "./handlers.ts";
import { fill, makeSlot } from "./page.ts";
import { check, compileTemplate } from "./template.ts";

const PING_MS = 25_000;
const ACK_MS = 200;
const ACK_FRAMES = 4;
const RETRY_MS = 150;
const RETRY_MAX_MS = 10_000;
const QUEUE = 100;
/** No server takes a longer event as it comes, see `maxMessageBytes` of busbar/ws: it would be sent, and cut off, again and again. */
const EVENT_BYTES = 1_000_000;

/** What a page says about one live root, as JSON inside it. */
interface PageData {
  readonly token: string;
  readonly build: string;
  readonly render: number;
  readonly templates: readonly TemplateSource[];
}

interface Pending extends Fired {
  readonly _ref: number;
  _sent?: boolean;
}

/** Puts the stylesheet of a component that came by a patch into the head, once, with the nonce the page came with: its policy asks for it. */
const addStyle = (text: string): void => {
  if ([...document.querySelectorAll("style")].some((style) => style.textContent === text)) return;
  const style = document.createElement("style");
  style.nonce = document.querySelector<HTMLElement>("[nonce]")?.nonce ?? "";
  style.textContent = text;
  document.head.append(style);
};

/**
 * Runs one live root: adopts its HTML, keeps a socket at its URL, applies what comes and sends what happens. Returns its stop.
 */
export const runView = (root: Element): (() => void) => {
  const script = root.lastElementChild as Element; // casts: busbar/live wrote the root, and JSON into it
  const data = JSON.parse(script.textContent as string) as PageData;
  const url = new URL(root.getAttribute("bus-live") as string, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const page: Page = {
    _root: makeSlot("", root, null, script),
    _templates: data.templates.map(compileTemplate),
    _command: (name, args) => {
      if (name === STYLE_COMMAND) addStyle(args[0] as string);
      else emit("command", { name, args });
    },
  };
  let socket: WebSocket | undefined;
  let isStopped: boolean | undefined;
  let isJoined: boolean | undefined;
  let isHeard = true;
  let render = data.render;
  let seq = 0;
  let acked = 0;
  let ref = 0;
  let epoch = 0; // until it joins for the first time
  let failures = 0;
  let retryAfterMs = 0;
  let pending: Pending[] = [];
  let isAckDue = false;

  const emit = (name: string, detail?: unknown): boolean =>
    root.dispatchEvent(new CustomEvent(`bus:live:${name}`, { bubbles: true, cancelable: true, detail }));

  const send = (frame: ClientFrame): void => socket?.send(encode(frame));

  const connect = (): void => {
    if (isStopped) return;
    socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      const id = Uint8Array.from(atob(data.token), (letter) => letter.charCodeAt(0));
      const known = templatesHash(page._templates.map((template) => template._hash));
      const unsent = pending.find((event) => !event._sent);
      send([HELLO, id, data.build, seq, unsent ? unsent._ref - 1 : ref, known, render]);
    };
    socket.onmessage = (event) => {
      isHeard = true;
      try {
        receive(decode(new Uint8Array(event.data)) as unknown as ServerFrame); // cast: what a live session sends
      } catch (error) {
        // The trees have parted, or the server speaks another version: the page comes anew on the next socket.
        console.error(error);
        // If that was the new page already, what stands there is of no use to it.
        if (!render) page._root._held = undefined;
        render = 0;
        socket?.close();
      }
    };
    socket.onclose = lose;
  };

  const lose = (): void => {
    socket = undefined;
    if (isJoined) emit("disconnected");
    isJoined = false;
    const delayMs = Math.max(retryAfterMs, Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures++));
    // Up to twice that, by chance, so that a restarted server is not met by all its clients at once.
    setTimeout(connect, delayMs * (1 + Math.random()));
    retryAfterMs = 0;
  };

  const receive = (frame: ServerFrame): void => {
    switch (frame[0]) {
      case ADOPT:
        join(frame[1]);
        break;
      case MOUNT: {
        const [, newEpoch, newSeq, sources, content] = frame;
        // A template known by its text stays the same object, so that the page keeps what fits.
        const known = page._templates;
        page._templates =
          sources?.map((source) => known.find(({ _hash }) => _hash === source[0]) ?? compileTemplate(source)) ?? known;
        keepFocus(() => fill(page._root, content, page._templates));
        seq = newSeq;
        render ||= 1;
        join(newEpoch);
        acknowledge();
        break;
      }
      case PATCH: {
        const [, newSeq, handled, ...operations] = frame;
        settle(handled);
        if (newSeq > seq) {
          check(newSeq === seq + 1);
          applyOperations(page, operations);
          seq = newSeq;
        }
        acknowledge();
        break;
      }
      case ACK:
        settle(frame[1]);
        break;
      case DRAIN:
        retryAfterMs = frame[2];
        socket?.close();
        break;
      case ERROR:
        fail(frame[1], frame[2], frame[3]);
    }
  };

  const join = (newEpoch: number): void => {
    if (epoch && epoch !== newEpoch) {
      // The session that had these events is gone; whether they ran, nobody knows. They are never sent twice.
      const unknown = pending.filter((event) => event._sent);
      pending = pending.filter((event) => !event._sent);
      if (unknown.length) emit("unknown", { events: unknown.map((event) => event._args) });
    }
    epoch = newEpoch;
    if (isJoined) return;
    isJoined = true;
    emit("connected");
    pending.forEach(transmit);
  };

  const transmit = (event: Pending): void => {
    event._sent = true;
    acked = seq;
    send([EVENT, event._ref, seq, event._handler, event._args]);
  };

  const settle = (handled: number): void => {
    pending = pending.filter((event) => event._ref > handled || event._done?.());
  };

  const fail = (code: string, failed: number, afterMs: number): void => {
    retryAfterMs = afterMs;
    emit("error", { code, ref: failed });
    // What a failed form says is still needed.
    for (const event of pending) if (event._ref === failed) event._done = undefined;
    const isRefused = code === "LIVE_REFUSED";
    isStopped ||= isRefused || code === "LIVE_TAKEN_OVER";
    // A page that was never let in would be refused again: only one that once lived is worth a reload.
    if (isRefused && emit("refused") && epoch) location.reload();
  };

  const acknowledge = (): void => {
    if (seq - acked >= ACK_FRAMES) sendAck();
    else if (!isAckDue) {
      isAckDue = true;
      setTimeout(() => {
        isAckDue = false;
        sendAck();
      }, ACK_MS);
    }
  };

  const sendAck = (): void => {
    // Whoever is not joined tells its seq by the next HELLO.
    if (isJoined && acked !== seq) send([ACK, seq]);
    acked = seq;
  };

  try {
    page._root._held = adoptInstance(root.firstChild as Node, page._templates); // cast: else it throws
  } catch {
    render = 0;
  }
  const stop = new AbortController();
  delegate(root, stop.signal, (fired) => {
    if (pending.length < QUEUE && encode(fired._args).length < EVENT_BYTES) {
      const event: Pending = { ...fired, _ref: ++ref };
      pending.push(event);
      if (isJoined) transmit(event);
    } else fail("LIVE_RATE_LIMITED", 0, retryAfterMs);
  });
  const pings = setInterval(() => {
    if (!isHeard) socket?.close();
    else if (isJoined) {
      // Only now: a view that joins and breaks at once must not be asked for at full speed.
      failures = 0;
      send([PING, 0]);
    }
    isHeard = false;
  }, PING_MS);
  connect();
  return () => {
    isStopped = true;
    isJoined = false; // an end that was asked for is no disconnection
    stop.abort();
    clearInterval(pings);
    socket?.close();
  };
};
