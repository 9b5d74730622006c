import type { RawData, WebSocket } from "ws";
import type { Channel } from "../../lib/wire/index.ts";

type OnMessage = (bytes: Uint8Array) => void;
type OnClose = (code: number, reason: string) => void;

/**
 * A WebSocket of `ws` as a channel: binary messages only, a text message closes it (1003).
 * @remarks Messages that arrive before the first `onMessage` wait for it, as long as the socket itself lets them.
 * @public
 */
export function channelOf(socket: WebSocket): Channel {
  return new SocketChannel(socket);
}

/** A class, and lists instead of sets: there is one for each connection, and mostly one listener (bench: `sync`, memory of an idle connection). */
class SocketChannel implements Channel {
  readonly #socket: WebSocket;
  /** Replaced when they change, so that whoever is going through them is not disturbed. */
  #listeners: readonly OnMessage[] = NOBODY;
  #closeListeners: readonly OnClose[] = NOBODY;
  #closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // Nobody listens yet: hold the bytes in the kernel, not in memory.
    socket.pause();
    socket.on("message", (data, isBinary) => this.#message(data, isBinary));
    // ws closes the socket itself after an error (bad frame, message too large); without a listener the process would end.
    socket.on("error", ignore);
    socket.on("close", (code, reason) => this.#end(code, reason.toString()));
  }

  get queuedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(bytes);
  }

  onMessage(listener: OnMessage): () => void {
    const own: OnMessage = (bytes) => listener(bytes); // so that one function may listen twice
    this.#listeners = [...this.#listeners, own];
    this.#socket.resume();
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== own);
    };
  }

  onClose(listener: OnClose): () => void {
    const own: OnClose = (code, reason) => listener(code, reason);
    const closed = this.#closed;
    let stopped = false;
    if (closed === undefined) this.#closeListeners = [...this.#closeListeners, own];
    else queueMicrotask(() => stopped || own(closed.code, closed.reason));
    return () => {
      stopped = true;
      this.#closeListeners = this.#closeListeners.filter((each) => each !== own);
    };
  }

  close(code = 1000, reason = ""): void {
    // A paused socket would never read the other side's answer.
    this.#socket.resume();
    this.#socket.close(code, reason);
  }

  #message(data: RawData, isBinary: boolean): void {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return; // we have hung up
    if (!isBinary) {
      socket.close(1003, "binary messages only");
      return;
    }
    const bytes = asBytes(data);
    for (const listener of this.#listeners) listener(bytes);
  }

  #end(code: number, reason: string): void {
    this.#closed = { code, reason };
    for (const listener of this.#closeListeners) listener(code, reason);
    this.#closeListeners = NOBODY;
  }
}

const NOBODY: readonly never[] = [];

function ignore(): void {}

function asBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
}
