import { CodedError } from "../../lib/errors/index.ts";
import type { Channel } from "../../lib/wire/index.ts";

/**
 * Opens a WebSocket and hands it out as a channel once it is open.
 * @param url - Absolute or relative to the page; `http:` becomes `ws:`, `https:` becomes `wss:`.
 * @throws CodedError `SYNC_UNAVAILABLE` when the server cannot be reached or refuses.
 * @public
 */
export function connectSocket(url: string | URL): Promise<Channel> {
  const target = new URL(url, document.baseURI);
  target.protocol = target.protocol.replace("http", "ws");
  const socket = new WebSocket(target);
  socket.binaryType = "arraybuffer";
  const channel = channelOf(socket); // listens from the start: nothing that arrives with the opening is missed
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(channel));
    socket.addEventListener("close", (event) =>
      reject(new CodedError("SYNC_UNAVAILABLE", "the socket could not be opened", { value: event.code })),
    );
  });
}

function channelOf(socket: WebSocket): Channel {
  let ended: readonly [code: number, reason: string] | undefined;
  socket.addEventListener("close", (event) => {
    ended = [event.code, event.reason];
  });
  return {
    send(bytes) {
      // cast: DOM types want an ArrayBuffer behind the view, which every view here has
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
    },
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    onMessage(listener) {
      const hear = (event: MessageEvent<unknown>): void => {
        if (event.data instanceof ArrayBuffer) listener(new Uint8Array(event.data));
        else socket.close(4003, "text message"); // 4000 to 4999 are for applications; a page may not send 1003
      };
      socket.addEventListener("message", hear);
      return () => socket.removeEventListener("message", hear);
    },
    onClose(listener) {
      let stopped = false;
      const hear = (): void => {
        if (!stopped && ended !== undefined) listener(...ended);
        stopped = true;
      };
      socket.addEventListener("close", hear);
      if (ended !== undefined) queueMicrotask(hear);
      return () => {
        stopped = true;
        socket.removeEventListener("close", hear);
      };
    },
    close: (code = 1000, reason = "") => socket.close(code, reason),
  };
}
