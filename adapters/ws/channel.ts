import type { RawData, WebSocket } from "ws";
import type { Channel } from "../../lib/wire/index.ts";

type OnMessage = (bytes: Uint8Array) => void;
type OnClose = (code: number, reason: string) => void;

/**
 * A WebSocket of `ws` as a channel: binary messages only, a text message closes it (1003).
 * @remarks Messages that arrive before the first `onMessage` wait for it, as long as the socket itself lets them; what is sent while it is connecting waits until it is open.
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
  /** Sent while the socket was connecting. */
  #early: Uint8Array[] | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // Nobody listens yet: hold the bytes in the kernel, not in memory.
    if (socket.readyState !== socket.CONNECTING) socket.pause();
    else socket.once("open", () => this.#opened());
    socket.on("message", (data, isBinary) => this.#message(data, isBinary));
    // ws closes the socket itself after an error (bad frame, message too large); without a listener the process would end.
    socket.on("error", ignore);
    socket.on("close", (code, reason) => this.#end(code, reason.toString()));
  }

  get queuedBytes(): number {
    return (this.#early ?? NOBODY).reduce(
      (sum: number, { length }: Uint8Array) => sum + length,
      this.#socket.bufferedAmount,
    );
  }

  send(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (socket.readyState === socket.CONNECTING) {
      this.#early ??= [];
      this.#early.push(bytes.slice());
    }
    if (socket.readyState !== socket.OPEN) return;
    const sender = bytes.length <= SHORT ? plainSender(socket) : undefined;
    // One buffer and one write instead of head and body: a quarter less processor time for each short frame (bench: `sync`, 400 edits a second to 200 clients).
    if (sender?.sendFrame !== undefined) sender.sendFrame([frameOf(bytes)]);
    else socket.send(bytes);
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

  #opened(): void {
    if (this.#listeners.length === 0) this.#socket.pause(); // before that it cannot be
    const early = this.#early ?? NOBODY;
    this.#early = undefined;
    for (const bytes of early) this.send(bytes);
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
    this.#early = undefined;
    for (const listener of this.#closeListeners) listener(code, reason);
    this.#closeListeners = NOBODY;
  }
}

const NOBODY: readonly never[] = [];

/** Longer messages are not copied. */
const SHORT = 4096;

interface FrameSender {
  sendFrame(list: readonly Uint8Array[]): void;
}

/** What `ws` itself sends frames with, where they are neither masked, as those of clients are, nor compressed. It is not in its types: where it is another, `send` does. */
function plainSender(socket: WebSocket): FrameSender | undefined {
  const { _isServer, _sender } = socket as { _isServer?: boolean; _sender?: Partial<FrameSender> };
  const isPlain = _isServer === true && socket.extensions === "" && typeof _sender?.sendFrame === "function";
  return isPlain ? (_sender as FrameSender) : undefined; // cast: it has the method
}

/** A binary message of a server: whole, and not masked. */
function frameOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const head = length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x82;
  if (head === 2) frame[1] = length;
  else {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  }
  frame.set(bytes, head);
  return frame;
}

function ignore(): void {}

function asBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return new Uint8Array(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
}
