import type { ClientFrame, Content, Operation, TemplateSource, WireValue } from "../../lib/wire/index.ts";
import { ACK, ADOPT, DEFLATED, DRAIN, ERROR, HELLO, LEAVE, MOUNT, PATCH, REPLY, UPLOAD } from "../../lib/wire/index.ts";
import { adoptInstance } from "./adopt.ts";
import { apply, isMore } from "./apply.ts";
import { decode, encode } from "./codec.ts";
import { hear } from "./handlers.ts";
import { fill, type Page } from "./page.ts";
import { check, compileTemplate, doc, makeSlot, urlOf } from "./slots.ts";
import type { AnyFrame, Done, Kit, Live, LiveRoot, More, PageData, Script, Socket } from "./types.ts";

const ACK_MS = 200;
const ACK_FRAMES = 4;
const RETRY_MS = 150;
const RETRY_MAX_MS = 10_000;
const QUEUE = 100;
/** No server takes a longer event as it comes, see `maxMessageBytes` of busbar/ws: it would be sent, and cut off, again and again. */
const EVENT_BYTES = 1_000_000;
/** What templates have that need more than this script has: forms are locked while they are sent. */
const NEEDS_MORE = /<form|edit|bus-(?!slot|inp|chan|ign)/;

/** Something sent that the server has not answered. */
interface Pending {
  readonly _ref: number;
  readonly _type: number;
  readonly _rest: readonly WireValue[];
  readonly _done: Done;
  readonly _element: Element | undefined;
  _isSent?: boolean;
  _reply?: WireValue;
  _code?: string;
}

/** As `templatesHash` of lib/wire, for the letters and digits hashes are made of. */
export const hashOf = (hashes: readonly string[]): number => {
  let hash = 0x811c9dc5;
  for (const unit of hashes.join()) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
  return hash >>> 0;
};

/** Runs one live root: adopts its HTML, keeps a socket at its URL, applies what comes and sends what happens. */
export const runView = (root: LiveRoot, load: (name: Script) => Promise<More | undefined>, kit: Kit): Live => {
  const script = root.lastElementChild as Element; // casts: busbar/live wrote the root, and JSON into it
  const data = JSON.parse(script.textContent as string) as PageData;
  const stopped = new AbortController();
  const { signal } = stopped;
  let render = data.render;
  let seq = 0;
  let acked = 0;
  let ref = 0;
  let ackDue: ReturnType<typeof setTimeout> | undefined;
  let pending: Pending[] = [];

  const has = new Set<More>();
  const mark = (element: Element, name: string, isOn: unknown): boolean =>
    element.classList.toggle(`bus-${name}`, !!isOn);

  const page: Page = {
    _root: makeSlot("", root, null, script),
    _templates: [],
    _learn: (source) => {
      if (NEEDS_MORE.test(`${source}`)) live._need("more");
      return compileTemplate(source);
    },
  };

  const live: Live = {
    _root: root,
    _page: page,
    _data: data,
    _stopped: stopped,
    _signal: signal,
    _isHeard: true,
    _failures: 0,
    _retryAfterMs: 0,
    _epoch: 0,
    _token: Uint8Array.from(atob(data.token), (letter) => letter.charCodeAt(0)),
    _change: (act) => act(),
    _hear: (event) => hear(live, event),
    _emit: (name, detail) =>
      root.dispatchEvent(new CustomEvent(`bus:live:${name}`, { bubbles: true, cancelable: true, detail })),
    _send: (frame) => live._socket?.send(encode(frame as unknown as WireValue)), // cast: a frame is a list of values
    async _need(name) {
      const more = await load(name);
      if (more && !has.has(more)) {
        has.add(more);
        more(live, kit);
      }
      return more;
    },
    _push(type, rest, done, element) {
      const event: Pending = { _ref: ref + 1, _type: type, _rest: rest, _done: done, _element: element };
      if (pending.length >= QUEUE || encode(rest).length > EVENT_BYTES) {
        event._code = "LIVE_RATE_LIMITED";
        live._fail?.(event._code, 0, live._retryAfterMs);
        end(event);
        return;
      }
      ref++;
      pending.push(event);
      show(event);
      if (live._isJoined) transmit(event);
    },
    _wake() {
      // Nobody looks: there is time.
      if (signal.aborted || doc.hidden || live._socket) return;
      const opened = live._open();
      const frames: AnyFrame[] = [];
      live._socket = opened;
      opened.binaryType = "arraybuffer";
      opened.onopen = async () => {
        // A page that must come anew waits for it anyway, to keep what was typed; and comes deflated so.
        if (!render) await live._need("back");
        if (live._socket !== opened) return;
        const unsent = pending.find((event) => !event._isSent);
        const known = hashOf(page._templates.map(({ _hash }) => _hash));
        live._send([
          HELLO,
          live._token,
          data.build,
          seq,
          unsent ? unsent._ref - 1 : ref,
          known,
          render,
          live._inflate ? 3 : 2,
          live._epoch,
        ]);
      };
      opened.onmessage = async (event) => {
        live._isHeard = true;
        frames.push(decode(new Uint8Array(event.data)) as unknown as AnyFrame); // cast: what a live session sends
        // One after the other: some are waited for.
        if (frames[1]) return;
        try {
          // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
          for (let frame: AnyFrame | undefined; (frame = frames[0]); frames.shift()) {
            if (frame[0] === DEFLATED) frame = await (live._inflate as NonNullable<Live["_inflate"]>)(frame); // cast: it was asked for
            if (frame[0] === PATCH && (frame.slice(3) as Operation[]).some(isMore)) await live._need("more");
            // What was typed is kept.
            if (frame[0] === MOUNT || frame[0] === ERROR) await live._need("back");
            await live._before?.(frame);
            if (live._socket !== opened) return;
            await receive(frame);
          }
        } catch (error) {
          // The trees have parted, or the server speaks another version: the page comes anew on the next socket.
          console.error(error);
          live._need("more"); // which may be what it lacks
          // If that was the new page already, what stands there is of no use to it.
          if (!render) page._root._held = undefined;
          render = 0;
          opened.close();
        }
      };
      opened.onclose = () => {
        live._socket = undefined;
        if (live._isJoined) {
          mark(root, "disconnected", 1);
          live._emit("disconnected");
        }
        live._isJoined = false;
        const delayMs = Math.max(live._retryAfterMs, Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** live._failures++));
        // Up to twice that, by chance, so that a restarted server is not met by all its clients at once.
        setTimeout(live._wake, delayMs * (1 + Math.random()));
        live._retryAfterMs = 0;
        if (live._failures > 2) live._need("net").then(() => live._switch?.());
      };
    },
    _stop(isFinal) {
      live._isJoined = false; // an end that was asked for is no disconnection
      if (isFinal && !signal.aborted) {
        live._send([LEAVE]);
        stopped.abort();
      }
      live._socket?.close();
    },
    _open: () => new WebSocket(urlOf(root).replace("http", "ws")) as Socket, // cast: for the URL's own reasons its handlers take more
  };

  /** What it returns, if anything, is waited for. Casts: the fields each kind of frame has. */
  const receive = (frame: AnyFrame): unknown => {
    const [type, first, second, third, content] = frame as readonly [number, number, number, unknown, Content];
    let shown: unknown;
    if (type === ACK) settle(first);
    else if (type === PATCH) {
      if (first > seq) {
        check(first === seq + 1);
        seq = first;
        if (third)
          shown = live._change(() => {
            for (const one of frame.slice(3) as Operation[]) apply(page, one);
          });
      }
      settle(second); // after the patch, so that what was sent can be told from what it says now
      acknowledge();
    } else if (type === MOUNT) {
      // A template known by its text stays the same object, so that the page keeps what fits.
      const known = page._templates;
      page._templates =
        (third as TemplateSource[] | null)?.map(
          (source) =>
            known[source as unknown as number] ?? known.find(({ _hash }) => _hash === source[0]) ?? page._learn(source),
        ) ?? known;
      shown = live._change(() => fill(page, page._root, content), true);
      seq = second;
      render ||= 1;
      // What the page before had bound means nothing to this session.
      if (frame[5]) [data.build, data.handlers] = frame.slice(5) as [string, string[]];
      join(first, frame[5]);
      acknowledge();
    } else if (type === ADOPT) join(first);
    else if (type === REPLY) {
      for (const event of pending) if (event._ref === first) event._reply = second;
    } else if (type === UPLOAD) live._uploaded?.(first, second, third as string);
    else if (type === DRAIN) {
      live._retryAfterMs = second;
      live._socket?.close();
    } else if (type === ERROR) {
      for (const event of pending) if (event._ref === second) event._code = first as unknown as string;
      live._fail?.(first as unknown as string, second, third as number);
    }
    return shown;
  };

  const join = (newEpoch: number, isRenewed?: unknown): void => {
    const isNew = live._epoch && live._epoch !== newEpoch;
    live._epoch = newEpoch;
    // The session that had these events is gone; whether they ran, nobody knows. They are never sent twice.
    const unknown = pending.filter((event) => isRenewed || (isNew && event._isSent));
    pending = pending.filter((event) => !unknown.includes(event));
    ref -= unknown.filter((event) => !event._isSent).length;
    for (const event of unknown) {
      event._code = "LIVE_EVENT_UNKNOWN";
      end(event);
    }
    if (unknown[0]) live._emit("unknown", { events: unknown.map((event) => event._rest.at(-1)) });
    if (live._isJoined) return;
    live._isJoined = true;
    mark(root, "disconnected", 0);
    for (const event of pending) transmit(event); // in order: who hears of the connection may send more
    live._emit("connected", isNew);
  };

  const transmit = (event: Pending): void => {
    event._isSent = true;
    acked = seq;
    live._send([event._type, event._ref, seq, ...event._rest] as unknown as ClientFrame); // cast: EVENT or NAV
  };

  const settle = (handled: number): void => {
    const settled = pending.filter((event) => event._ref <= handled);
    pending = pending.filter((event) => event._ref > handled);
    settled.forEach(end);
  };

  /** An element says that it is on its way, or that it went wrong. */
  const show = ({ _element: element, _code: code }: Pending): void => {
    if (!element) return;
    mark(element, "error", code);
    mark(
      element,
      "request",
      pending.some((event) => event._element === element),
    );
  };

  const end = (event: Pending): void => {
    show(event);
    event._done(event._reply, event._code);
  };

  /** Now, if much has come, else soon. */
  const acknowledge = (): void => {
    if (seq - acked >= ACK_FRAMES) sendAck();
    else if (!ackDue) ackDue = setTimeout(sendAck, ACK_MS);
  };

  const sendAck = (): void => {
    ackDue = undefined;
    // Whoever is not joined tells its seq by the next HELLO.
    if (live._isJoined && acked !== seq) live._send([ACK, seq]);
    acked = seq;
  };

  const start = (templates: readonly TemplateSource[]): void => {
    page._templates = templates.map(page._learn);
    try {
      page._root._held = adoptInstance(root.firstChild as Node, page._templates); // cast: else it throws
    } catch {
      render = 0;
    }
    for (const type of ["click", "submit", "input", "change"]) root.addEventListener(type, live._hear, { signal });
    live._wake();
  };
  live._need("back");
  if (data.templates) start(data.templates);
  // Without them the page comes anew.
  else
    fetch(data.templatesUrl as string)
      .then((response) => response.json())
      .then(start, () => start([]));
  return live;
};
