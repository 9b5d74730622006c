/**
 * What is used of a client of the package `redis`, version 5 or later: `createClient()` gives one. You connect it, hear its errors and close it.
 * @public
 */
export interface RedisClient {
  /** Sends one command. */
  sendCommand(args: string[] | Buffer[], options?: { readonly typeMapping?: RedisTypeMapping }): Promise<unknown>;
  /** Makes another client with the same options: one that subscribes can do nothing else. */
  duplicate(): RedisSubscriber;
}

/**
 * Makes replies that are strings to redis Buffers.
 * @public
 */
export type RedisTypeMapping = {
  readonly 36: BufferConstructor;
};

/**
 * What is used of a client that subscribes.
 * @public
 */
export interface RedisSubscriber {
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: Buffer) => unknown, bufferMode: true): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  on(event: "error", listener: (error: unknown) => void): unknown;
  destroy(): void;
}
