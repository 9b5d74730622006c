import type { ClientFrame, Operation, TemplateSource, WireValue } from "../../lib/wire/index.ts";
import { ACK, ADOPT, EVENT, HELLO, PATCH } from "../../lib/wire/index.ts";
import { adoptInstance } from "./adopt.ts";
import { apply } from "./apply.ts";
import { decode, encode } from "./codec.ts";
import type { Page } from "./page.ts";
import { ask, check, doc, makeSlot } from "./slots.ts";
import type { AnyFrame, Kit, Live, LiveRoot, More, PageData, Pending, Script, Send, Socket } from "./types.ts";

/** Where nothing else is known of it: see client/live/frames.ts. */
const RETRY_MS = 2000;
/** What templates have that need more than this script has, for their events or for the properties of their controls. */
const IS_RICH = /<(inp|sel|tex|op|\w+-)|action|edit|bus-(?!slot)/;

/**
 * Runs one live root: adopts its HTML, keeps a socket at its URL, applies what comes and sends what happens. How it comes back after a lost
 * connection, and is mounted anew, is in client/live/frames.ts: nothing joins twice without it.
 */
export const runView = (root: LiveRoot, load: (name: Script) => Promise<More | undefined>, kit: Kit): Live => {
  const script = root.lastElementChild as Element; // casts: busbar/live wrote the root, and JSON into it
  const data = JSON.parse(script.textContent as string) as PageData;
  const stopped = new AbortController();
  const { signal } = stopped;

  const needed: Partial<Record<Script, Promise<More | undefined> | undefined>> = {};

  const page: Page = {
    _root: makeSlot("", root, undefined, undefined, script),
    _templates: [],
    _learn: ([hash, markup, ...names]) => {
      if (IS_RICH.test(markup + names)) live._form = live._need("form");
      return { _hash: hash, _markup: markup, _contents: {}, _names: names };
    },
  };

  const live: Live = {
    _root: root,
    _page: page,
    _data: data,
    _stopped: stopped,
    _signal: signal,
    _epoch: 0,
    _seq: 0,
    _ref: 0,
    _render: data.render,
    _pending: [],
    _token: Uint8Array.from(atob(data.token), (letter) => letter.charCodeAt(0)),
    _change: (act) => act(),
    /** A click by itself; all else by what comes with the script for forms. */
    _hear(event) {
      const { type } = event;
      const click = event as MouseEvent; // cast: other events have no keys
      const isClick = type === "click";
      const isSubmit = type === "submit";
      // Keys with a modifier are what the visitor typed; a click with one asks for a new tab.
      if (click.defaultPrevented || (isClick && (click.ctrlKey || click.metaKey || click.shiftKey))) return;
      // casts: what bubbles to an element comes from one; where there is none, no root contains it
      const element = ask(
        event.target as Element,
        "closest",
        isClick ? '[name="bus:click"]' : isSubmit ? '[action*="bus:submit="]' : `[bus-${type}]`,
      ) as Element;
      if (!root.contains(element)) return;
      if (isClick || isSubmit) event.preventDefault();
      const send: Send = (binding, args, done) => {
        // What it is bound to stands behind the handler, and what build it is of.
        const all = { ...args, ...JSON.parse(binding.replace(/\S+/, "") || "0") };
        // biome-ignore lint/correctness/useParseIntRadix: every byte is counted here
        live._push(EVENT, [parseInt(binding), all], done, element);
      };
      const pass = (): void => {
        if (live._gate) live._gate(element, event, () => live._read?.(element, event, send));
        else if (isClick) send(element.getAttribute("value") as string); // cast: the selector asked for its name, and they come together
      };
      // All events of such a page, so that none overtakes another.
      if (live._form && !live._gate) live._form.then(pass);
      else pass();
    },
    _emit: (name, detail) =>
      root.dispatchEvent(new CustomEvent(`bus:live:${name}`, { bubbles: true, cancelable: true, detail })),
    _send: (frame) => live._socket?.send(encode(frame as unknown as WireValue)), // cast: a frame is a list of values
    _need: (name) =>
      (needed[name] ??= load(name).then((more) => {
        if (more) more(live, kit);
        else needed[name] = undefined; // perhaps the next time
        return more;
      })),
    _push(type, rest, done, element) {
      const event: Pending = { _ref: ++live._ref, _type: type, _rest: rest, _done: done, _element: element };
      live._pending.push(event);
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
        // Who has been there, or needs the page anew, cannot go on without what knows how.
        if ((live._epoch || !live._render) && !(await live._need("back"))) opened.close();
        else if (live._socket === opened) {
          live._send([
            HELLO,
            live._token,
            data.build,
            live._seq,
            live._ref - live._pending.filter((event) => !event._isSent).length,
            live._known?.() ?? 0, // those it came with, which its render hash is of as well
            live._render,
            live._inflate ? 7 : 6, // CAN_INFLATE, CAN_REUSE and CAN_MANY
            live._epoch,
          ]);
        }
      };
      opened.onmessage = async (event) => {
        frames.push(decode(new Uint8Array(event.data)) as unknown as AnyFrame); // cast: what a live session sends
        // One after the other: some are waited for.
        if (frames[1]) return;
        try {
          // biome-ignore lint/suspicious/noAssignInExpressions: every byte is counted here
          for (let frame: AnyFrame | undefined; (frame = frames[0]); frames.shift()) {
            await live._form;
            await live._need("back");
            await live._before?.(frame);
            if (live._socket !== opened) return;
            await live._receive(frame);
          }
        } catch (error) {
          // The trees have parted, or the server speaks another version: the page comes anew on the next socket, and what stands here is of no
          // use to it. Another script may have taken away what would not be missed when it is filled.
          console.error(error);
          page._root._held = undefined;
          live._render = 0;
          opened.close();
        }
      };
      opened.onclose = () => {
        live._socket = undefined;
        if (live._isJoined) live._emit("disconnected");
        live._isJoined = false;
        // Up to twice that, by chance, so that a restarted server is not met by all its clients at once.
        setTimeout(live._wake, (live._delay?.() ?? RETRY_MS) * (1 + Math.random()));
      };
    },
    _stop(isFinal) {
      live._isJoined = false; // an end that was asked for is no disconnection
      if (isFinal) stopped.abort();
      live._socket?.close();
    },
    _open: () =>
      new WebSocket(new URL(root.getAttribute("bus-live") as string, doc.URL).href.replace("http", "ws")) as Socket, // cast: for the URL's own reasons its handlers take more
    _receive(frame) {
      const [type, first, second, third] = frame as readonly [number, number, number, unknown]; // cast: the fields each kind of frame has
      let shown: unknown;
      if (type === PATCH) {
        if (first > live._seq) {
          check(first === live._seq + 1);
          live._seq = first;
          if (third) shown = live._change(() => (frame.slice(3) as Operation[]).map((one) => apply(page, one)));
        }
        settle(second); // after the patch, so that what was sent can be told from what it says now
        live._acknowledge?.();
      } else if (type === ACK) settle(first);
      else if (type === ADOPT) live._join(first);
      else shown = (live._other as NonNullable<Live["_other"]>)(frame); // cast: where it is missing this throws
      return shown;
    },
    _join(epoch, isNew) {
      live._epoch = epoch;
      if (live._isJoined) return;
      live._isJoined = true;
      live._pending.forEach(transmit); // in order: who hears of the connection may send more
      live._emit("connected", isNew);
    },
    _end: (event) => event._done?.(event._reply, event._code),
  };

  const transmit = (event: Pending): void => {
    event._isSent = true;
    live._acked = live._seq;
    live._send([event._type, event._ref, live._seq, ...event._rest] as unknown as ClientFrame); // cast: EVENT or NAV
  };

  const settle = (handled: number): void => {
    // casts: undefined is not less; what is less is there
    while ((live._pending[0]?._ref as number) <= handled) live._end(live._pending.shift() as Pending);
  };

  const start = (templates: readonly TemplateSource[]): void => {
    page._templates = templates.map(page._learn);
    try {
      page._root._held = adoptInstance(root.firstChild as Node, page._templates); // cast: else it throws
    } catch {
      live._render = 0;
    }
    ["click", "submit", "input", "change"].map((type) => root.addEventListener(type, live._hear, { signal }));
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
