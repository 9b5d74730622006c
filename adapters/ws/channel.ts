import type { WebSocket } from "ws";
import type { Channel } from "../../lib/wire/index.ts";

/**
 * A WebSocket of `ws` as a channel: binary messages only, a text message closes it (1003).
 * @remarks Messages that arrive before the first `onMessage` wait for it, as long as the socket itself lets them.
 * @public
 */
export function channelOf(socket: WebSocket): Channel {
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const closeListeners = new Set<(code: number, reason: string) => void>();
  let closed: { readonly code: number; readonly reason: string } | undefined;
  // Nobody listens yet: hold the bytes in the kernel, not in memory.
  socket.pause();
  socket.on("message", (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return; // we have hung up
    if (!isBinary) return socket.close(1003, "binary messages only");
    const bytes = asBytes(data);
    for (const listener of [...listeners]) listener(bytes);
  });
  // ws closes the socket itself after an error (bad frame, message too large); without a listener the process would end.
  socket.on("error", () => {});
  socket.on("close", (code, reason) => {
    closed = { code, reason: reason.toString() };
    for (const listener of [...closeListeners]) listener(closed.code, closed.reason);
    closeListeners.clear();
  });
  return {
    send(bytes) {
      if (socket.readyState === socket.OPEN) socket.send(bytes);
    },
    get queuedBytes() {
      return socket.bufferedAmount;
    },
    onMessage(listener) {
      const own = (bytes: Uint8Array): void => listener(bytes);
      listeners.add(own);
      socket.resume();
      return () => void listeners.delete(own);
    },
    onClose(listener) {
      const own = (code: number, reason: string): void => listener(code, reason);
      let stopped = false;
      if (closed === undefined) closeListeners.add(own);
      else {
        const { code, reason } = closed;
        queueMicrotask(() => stopped || own(code, reason));
      }
      return () => {
        stopped = true;
        closeListeners.delete(own);
      };
    },
    close(code = 1000, reason = "") {
      // A paused socket would never read the other side's answer.
      socket.resume();
      socket.close(code, reason);
    },
  };
}

function asBytes(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
}
