import { demandOption } from "../../lib/sync/index.ts";
import type { Bus } from "../../lib/wire/index.ts";
import type { RedisClient, RedisSubscriber } from "./client.ts";

/**
 * How to publish through redis.
 * @public
 */
export interface RedisBusOptions {
  /** Begins every channel. @defaultValue "busbar:" */
  readonly prefix?: string;
  /** Hears what goes wrong with the connection: messages may be lost then, as by any bus. @defaultValue an uncaught exception */
  readonly onError?: (error: unknown) => void;
}

/**
 * A bus that is closed with the server.
 * @public
 */
export interface RedisBus extends Bus {
  /** Ends all subscriptions and the connection they stand on; the client that was passed in stays open. */
  close(): void;
}

const RETRY_MS = 1000;

/**
 * Publishes through redis, to all processes on the same server. Subscriptions stand on one connection of their own, opened with the first; it comes back by itself, and
 * what was published meanwhile is lost.
 * @param client - Connected; it stays yours.
 * @throws CodedError `SYNC_BAD_OPTION`.
 * @example
 * ```ts
 * const bus = redisBus(client, { onError: (error) => log(error) });
 * liveRoute(app, "/board/:id", board, { bus });
 * ```
 * @public
 */
export function redisBus(client: RedisClient, options: RedisBusOptions = {}): RedisBus {
  const { prefix = "busbar:" } = options;
  demandOption(typeof client?.duplicate === "function", "client");
  demandOption(typeof prefix === "string", "prefix");
  const topics = new Map<string, Set<(bytes: Uint8Array) => void>>();
  let connection: Promise<RedisSubscriber> | undefined;
  let isClosed = false;
  const onError = (error: unknown): void => {
    if (!isClosed) (options.onError ?? throwLater)(error); // what was under way at the end fails, as it should
  };
  // One after the other: a subscribe must not overtake the unsubscribe before it.
  let order: Promise<unknown> = Promise.resolve();

  const connect = async (): Promise<RedisSubscriber> => {
    const subscriber = client.duplicate();
    subscriber.on("error", onError);
    try {
      await subscriber.connect();
    } catch (error) {
      connection = undefined; // the next try needs another
      throw error;
    }
    return subscriber;
  };
  /** A server that is not there yet, or a line that broke in between: without this, what was asked for then would never be heard. */
  const again = (topic: string): void => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      say(topic);
    }, RETRY_MS);
    waiting.add(timer);
  };
  const say = (topic: string): void => {
    order = order
      .then(async () => {
        if (isClosed) return;
        connection ??= connect();
        const subscriber = await connection;
        const channel = prefix + topic;
        const listener = (message: Buffer): void => hear(topic, message);
        // What counts is what is wanted when its turn has come.
        if (topics.has(topic)) {
          if (!subscribed.has(topic)) await subscriber.subscribe(channel, listener, true);
          subscribed.add(topic);
        } else if (subscribed.delete(topic)) await subscriber.unsubscribe(channel);
      })
      .catch((error: unknown) => {
        onError(error);
        if (!isClosed && topics.has(topic)) again(topic);
      });
  };
  const subscribed = new Set<string>();
  const waiting = new Set<ReturnType<typeof setTimeout>>();
  const hear = (topic: string, message: Buffer): void => {
    for (const listener of [...(topics.get(topic) ?? [])]) {
      try {
        listener(new Uint8Array(message)); // a copy each
      } catch (error) {
        throwLater(error);
      }
    }
  };

  return {
    publish(topic, bytes) {
      const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      client.sendCommand([Buffer.from("PUBLISH"), Buffer.from(prefix + topic), value]).catch(onError);
    },
    subscribe(topic, listener) {
      const mine = (bytes: Uint8Array): void => listener(bytes); // one function subscribed twice is heard twice
      const listeners = topics.get(topic);
      if (listeners === undefined) {
        topics.set(topic, new Set([mine]));
        say(topic);
      } else listeners.add(mine);
      return () => {
        const all = topics.get(topic);
        if (all === undefined || !all.delete(mine) || all.size > 0) return;
        topics.delete(topic);
        say(topic);
      };
    },
    close() {
      isClosed = true;
      topics.clear();
      for (const timer of waiting) clearTimeout(timer);
      connection?.then((subscriber) => subscriber.destroy()).catch(() => {}); // one that was never there has been reported
    },
  };
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
