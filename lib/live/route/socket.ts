import type { Context, SocketChannel } from "../../app/index.ts";
import { type ErrorCode, isCodedError } from "../../errors/index.ts";
import { decodeClientFrame, ERROR, encodeLiveFrame, HELLO, type HelloFrame } from "../../wire/index.ts";
import type { Found } from "../persist/records.ts";
import { isBadSnapshot } from "../persist/unpack.ts";
import type { Session } from "../session/types.ts";
import type { Service } from "./service.ts";
import type { Recalled } from "./store.ts";
import { createVisit, Probe } from "./visit.ts";
import type { Visit } from "./visit-types.ts";
import { isFor, visitorOf } from "./visitor.ts";

const PROTOCOL_ERROR = 1002;
const POLICY = 1008;
/** Messages a client may send before it has an answer to its HELLO. */
const EARLY = 16;

/** Serves one socket: the first frame is HELLO and names the session, the rest is the session's. */
export function serveSocket(service: Service, c: Context, channel: SocketChannel): void {
  if (channel instanceof Probe) {
    channel.meet(service, c);
    return;
  }
  const early: Uint8Array[] = [];
  let session: Session | undefined;
  let isJoining = false;
  let isGone = false;
  const stopWaiting = c.platform.after(service.options.helloMs ?? 10_000, () => {
    if (!isJoining) refuse(channel, "WIRE_BAD_LIVE_FRAME");
  });
  channel.onClose(() => {
    isGone = true;
    stopWaiting();
  });
  channel.onMessage((bytes) => {
    if (session !== undefined) return session.receive(channel, bytes);
    if (isJoining) {
      if (early.length < EARLY) early.push(bytes);
      else refuse(channel, "LIVE_RATE_LIMITED");
      return;
    }
    isJoining = true;
    stopWaiting();
    let hello: HelloFrame;
    try {
      const frame = decodeClientFrame(bytes);
      if (frame[0] !== HELLO) return refuse(channel, "WIRE_BAD_LIVE_FRAME");
      hello = frame;
    } catch (error) {
      return refuse(channel, isCodedError(error) ? error.code : "WIRE_BAD_FRAME");
    }
    join(service, c, channel, hello, () => isGone).then(
      (joined) => {
        session = joined;
        for (const message of early.splice(0)) joined?.receive(channel, message);
      },
      (error: unknown) => {
        c.platform.report?.(error);
        refuse(channel, "LIVE_CRASHED");
      },
    );
  });
}

async function join(
  service: Service,
  c: Context,
  channel: SocketChannel,
  hello: HelloFrame,
  isGone: () => boolean,
): Promise<Session | undefined> {
  const { options, store } = service;
  const url = c.base + c.url;
  const id = store.tokens(c).read(hello[1], url);
  const visit = id === undefined ? undefined : await createVisit(service, c);
  if (id === undefined || visit === undefined || store.isClosed()) {
    refuse(channel, "LIVE_REFUSED");
    return undefined;
  }
  return await store.inTurn(id, async () => {
    // Its page has lost patience, and may be here with another one: that is not to be thrown out for nobody.
    if (isGone()) return undefined;
    const { found, holder }: Recalled = options.store === undefined ? {} : await store.recall(id, url, c.platform);
    const known = store.all.get(id);
    const visitor = options.tokenCookie === undefined ? visitorOf(c, options) : ""; // else the token says it all
    if (!isFor(known?.visitor || found?.visitor || "", visitor)) {
      refuse(channel, "LIVE_REFUSED");
      return undefined;
    }
    const session = known ?? store.add(id, url, visit.params, c.platform, holder);
    if (!(await admit(session, visit, known === undefined))) {
      refuse(channel, "LIVE_REFUSED");
      return undefined;
    }
    if (isGone()) {
      if (known === undefined && session.kind === "expired") session.dispatch({ kind: "close" });
      return undefined;
    }
    if (found !== undefined && known === undefined) await restore(session, found, service, c);
    store.unhold(id);
    session.visitor = visitor || found?.visitor || session.visitor;
    session.join(channel, hello, hello[2] === store.build);
    await session.claim();
    return session;
  });
}

/** A snapshot that does not fit is none: the session mounts anew. */
async function restore(session: Session, found: Found, { options }: Service, c: Context): Promise<void> {
  try {
    await session.restore(found);
  } catch (error) {
    if (!isBadSnapshot(error)) {
      session.dispatch({ kind: "close" });
      throw error;
    }
    const { onReport = (_code, failure) => c.platform.report?.(failure) } = options;
    onReport("LIVE_BAD_SNAPSHOT", error, session.url);
  }
}

/** Whether the view lets the visitor in. Where it does not, a session made for it ends. */
async function admit(session: Session, visit: Visit, isNew: boolean): Promise<boolean> {
  let isIn = false;
  try {
    isIn = (await session.run.admit(visit, "join")) === undefined;
    return isIn;
  } finally {
    if (!isIn && isNew) session.dispatch({ kind: "close" });
  }
}

function refuse(channel: SocketChannel, code: ErrorCode): void {
  channel.send(encodeLiveFrame([ERROR, code, 0, 0]));
  channel.close(code === "LIVE_REFUSED" ? POLICY : PROTOCOL_ERROR, code);
}
