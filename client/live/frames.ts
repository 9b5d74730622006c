import type { Content, Operation, TemplateSource } from "../../lib/wire/index.ts";
import {
  ACK,
  DEFLATED,
  DRAIN,
  ERROR,
  LEAVE,
  LIST_STREAM,
  MOUNT,
  OP_ATTRIBUTE,
  OP_STREAM,
  PATCH,
  REPLY,
  UPLOAD,
} from "../../lib/wire/index.ts";
import { isMore } from "./apply.ts";
import type { Live, More } from "./types.ts";

const RETRY_MS = 150;
const RETRY_MAX_MS = 10_000;
const ACK_MS = 200;
const ACK_FRAMES = 4;
const QUEUE = 100;
/** More than that at once, or in one. */
const LIMITED = "LIVE_RATE_LIMITED";
/** No server takes a longer event as it comes, see `maxMessageBytes` of busbar/ws: it would be sent, and cut off, again and again. */
const EVENT_BYTES = 1_000_000;

/** Casts to it, and to what stands in other parts: they come with this one. */
type Fail = NonNullable<Live["_fail"]>;

/** The frames that are not those of every day, and the way back to a session or into another one. */
export const takeFrames: More = (live, [ask, fill, , , , , , , encode]) => {
  const { _page: page, _data: data, _root: root, _join: join, _push: push, _end: end, _stop: stop } = live;
  for (const not of ["dis", ""]) {
    root.addEventListener(`bus:live:${not}connected`, () => root.classList.toggle("bus-disconnected", not as never)); // cast: it takes anything
  }

  // Not where the server has ended it: the session may be another page's by now.
  live._stop = (isFinal) => {
    if (isFinal && !live._signal.aborted) live._send([LEAVE]);
    stop(isFinal);
  };

  /** An element says that it is on its way, or that it went wrong. */
  const show = (element?: Element, code?: string): void => {
    const names = element && ask(element, "classList");
    names?.toggle("bus-error", !!code);
    names?.toggle(
      "bus-request",
      live._pending.some((event) => event._element === element),
    );
  };
  live._end = (event) => {
    show(event._element, event._code);
    end(event);
  };
  live._push = (type, rest, done, element) => {
    const isTaken = live._pending.length < QUEUE && encode(rest).length <= EVENT_BYTES;
    if (isTaken) {
      push(type, rest, done, element);
      show(element);
    } else {
      (live._fail as Fail)(LIMITED, 0, live._retryAfterMs ?? 0);
      show(element, LIMITED);
      done?.(undefined, LIMITED);
    }
  };

  live._delay = () => {
    const failures = live._failures ?? 0;
    const delayMs = Math.max(live._retryAfterMs ?? 0, Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** failures));
    live._retryAfterMs = 0;
    live._failures = failures + 1;
    if (failures > 1) live._need("net").then(() => live._switch?.());
    return delayMs;
  };

  live._join = (epoch, isRenewed) => {
    const isNew = live._epoch && live._epoch !== epoch;
    // The session that had these events is gone; whether they ran, nobody knows. They are never sent twice.
    const unknown = live._pending.filter((event) => isRenewed || (isNew && event._isSent));
    live._pending = live._pending.filter((event) => !unknown.includes(event));
    live._ref -= unknown.filter((event) => !event._isSent).length;
    for (const event of unknown) {
      event._code = "LIVE_EVENT_UNKNOWN";
      live._end(event);
    }
    if (unknown[0]) live._emit("unknown", { events: unknown.map((event) => event._rest.at(-1)) });
    if (live._form && !live._gate) live._form = live._need("form"); // it could not be loaded
    join(epoch, isNew);
  };

  live._before = async (frame) => {
    const operations = frame[0] === PATCH ? (frame.slice(3) as Operation[]) : undefined; // cast: so it is in a patch
    if (operations?.some(isMore)) await live._need("more");
    // Most operations are texts, which hold no stream: these are not looked into (bench: live, "a text in every row").
    if (
      !page._stream &&
      (operations
        ? operations.some((one) => one[0] === OP_STREAM || (one[0] > OP_ATTRIBUTE && holdsStream(one)))
        : holdsStream(frame))
    )
      await live._need("net");
  };

  // Now, if much has come, else soon.
  let ackDue: ReturnType<typeof setTimeout> | undefined;
  live._acknowledge = () => {
    if (live._seq - (live._acked ?? 0) >= ACK_FRAMES) sendAck();
    else if (!ackDue) ackDue = setTimeout(sendAck, ACK_MS);
  };
  const sendAck = (): void => {
    ackDue = undefined;
    // Whoever is not joined tells its seq by the next HELLO.
    if (live._isJoined && live._acked !== live._seq) live._send([ACK, live._seq]);
    live._acked = live._seq;
  };

  // As `templatesHash` of lib/wire, for the letters and digits hashes are made of.
  live._known = () => {
    let hash = 0x811c9dc5;
    for (const unit of page._templates.map((template) => template._hash).join())
      hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193);
    return hash >>> 0;
  };

  live._other = async (frame) => {
    const [type, first, second, third, content] = frame as readonly [number, number, number, unknown, Content]; // casts: the fields each kind has
    const of = (ref: number) => live._pending.filter((event) => event._ref === ref);
    const socket = live._socket;
    if (type === MOUNT) {
      // A template known by its text stays the same object, so that the page keeps what fits.
      const known = page._templates;
      page._templates =
        (third as TemplateSource[] | null)?.map(
          (source) =>
            known[source as unknown as number] ??
            known.find((template) => template._hash === source[0]) ??
            page._learn(source),
        ) ?? known;
      await live._need("form"); // keeps what was typed, and the focus
      if (live._socket !== socket) return;
      const shown = live._change(() => fill(page, page._root, content), true);
      live._seq = second;
      live._render ||= 1;
      // What the page before had bound means nothing to this session.
      if (frame[5]) [data.build, data.handlers] = frame.slice(5) as [string, string[]];
      live._join(first, frame[5]);
      (live._acknowledge as () => void)();
      await shown;
    } else if (type === DEFLATED) {
      const inner = await (live._inflate as NonNullable<typeof live._inflate>)(frame); // cast: it was asked for
      await (live._before as NonNullable<typeof live._before>)(inner);
      if (live._socket === socket) await live._receive(inner);
    } else if (type === REPLY) for (const event of of(first)) event._reply = second;
    else if (type === UPLOAD) live._uploaded?.(first, second, third as string);
    else if (type === DRAIN) {
      live._retryAfterMs = second;
      live._socket?.close();
    } else if (type === ERROR) {
      for (const event of of(second)) event._code = first as unknown as string;
      (live._fail as Fail)(first as unknown as string, second, third as number);
    }
  };
};

/** Whether a frame is about a list whose rows the server forgets. */
const holdsStream = (value: unknown): boolean =>
  Array.isArray(value) && (value[0] === LIST_STREAM || value.some(holdsStream));
