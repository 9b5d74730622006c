/**
 * A two-way stream of binary messages: a WebSocket, a MessagePort or a test pair, seen from one side.
 * Messages arrive whole and in order, or the channel closes.
 * @public
 */
export interface Channel {
  /** Queues one message. After close it does nothing. */
  send(bytes: Uint8Array): void;
  /** Bytes handed to `send` and not yet on the network. */
  readonly queuedBytes: number;
  /** Hears every message from now on. Returns its stop. */
  onMessage(listener: (bytes: Uint8Array) => void): () => void;
  /** Hears the close, once, also when it has already happened (then in a microtask). Returns its stop. */
  onClose(listener: (code: number, reason: string) => void): () => void;
  /** Ends the channel. Closing twice is harmless. */
  close(code?: number, reason?: string): void;
}

/**
 * Publish and subscribe between processes. Delivery is best effort: whoever must not miss anything asks the store.
 * @public
 */
export interface Bus {
  /** Sends `bytes` to every subscriber of `topic`, this process included. */
  publish(topic: string, bytes: Uint8Array): void;
  /** Hears `topic` from now on. Returns its stop. */
  subscribe(topic: string, listener: (bytes: Uint8Array) => void): () => void;
}
