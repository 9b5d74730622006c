import type { Context, SocketChannel } from "../app/index.ts";
import { type ErrorCode, isCodedError } from "../errors/index.ts";
import { decodeClientFrame, ERROR, encodeLiveFrame, HELLO, type HelloFrame } from "../wire/index.ts";
import type { Service } from "./http.ts";
import { readParams } from "./params.ts";
import type { Session } from "./session.ts";

const PROTOCOL_ERROR = 1002;
const POLICY = 1008;
/** Messages a client may send before it has an answer to its HELLO. */
const EARLY = 16;

/** Serves one socket: the first frame is HELLO and names the session, the rest is the session's. */
export function serveSocket(service: Service, c: Context, channel: SocketChannel): void {
  const early: Uint8Array[] = [];
  let session: Session | undefined;
  let isJoining = false;
  const stopWaiting = c.platform.after(service.options.helloMs ?? 10_000, () => {
    if (!isJoining) refuse(channel, "WIRE_BAD_LIVE_FRAME");
  });
  channel.onClose(stopWaiting);
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
    join(service, c, channel, hello).then(
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
  { view, options, store }: Service,
  c: Context,
  channel: SocketChannel,
  hello: HelloFrame,
): Promise<Session | undefined> {
  const url = c.base + c.url;
  const id = store.tokens(c.platform).read(hello[1], url);
  const params = id === undefined ? undefined : await readParams(view, c);
  if (id === undefined || params === undefined || store.isClosed()) {
    refuse(channel, "LIVE_REFUSED");
    return undefined;
  }
  const session = store.all.get(id) ?? store.add(id, url, params.value, c.platform);
  store.unhold(id);
  session.join(channel, hello, hello[2] === (options.build ?? ""));
  return session;
}

function refuse(channel: SocketChannel, code: ErrorCode): void {
  channel.send(encodeLiveFrame([ERROR, code, 0, 0]));
  channel.close(code === "LIVE_REFUSED" ? POLICY : PROTOCOL_ERROR, code);
}
