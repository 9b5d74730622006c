import type { MaybePromise } from "../../app/index.ts";
import { CodedError, type ErrorCode } from "../../errors/index.ts";
import type { Scope } from "../../signals/index.ts";
import { type Bus, decodeValue, encodeValue, type WireValue } from "../../wire/index.ts";

/** Longest topic, in characters. */
const MAX_TOPIC = 200;
/** Largest message, in bytes. */
const MAX_MESSAGE = 60_000;
/** Subscriptions of one session. */
const MAX_SUBSCRIPTIONS = 1_000;

/** What a message is for. */
export type Listener = (value: WireValue | undefined) => unknown;

/** What the topics of one mount are made of. */
export interface TopicsOptions {
  readonly bus: Bus;
  /** Begins every topic on the bus. */
  readonly prefix: string;
  readonly own: Scope;
  /** Whether somebody else takes the messages. */
  isMuted(): boolean;
  /** A listener has run: state may have changed. */
  ran(): void;
  report(code: ErrorCode, error: unknown): void;
}

interface Subscription {
  readonly topic: string;
  readonly listener: Listener;
  readonly stop: () => void;
}

/** What one mounted view hears of others, wherever they run. */
export class Topics {
  private readonly options: TopicsOptions;
  private readonly all: Set<Subscription> = new Set();

  constructor(options: TopicsOptions) {
    this.options = options;
  }

  /** @throws CodedError `LIVE_BAD_TOPIC`. */
  subscribe(topic: string, listener: Listener): () => void {
    checkTopic(topic);
    if (this.all.size >= MAX_SUBSCRIPTIONS) throw badTopic(`more than ${MAX_SUBSCRIPTIONS} subscriptions`);
    const { bus, prefix, isMuted } = this.options;
    const subscription: Subscription = {
      ...{ topic, listener },
      stop: bus.subscribe(prefix + topic, (bytes) => {
        if (this.all.has(subscription) && !isMuted()) void this.run(listener, bytes);
      }),
    };
    this.all.add(subscription);
    return () => {
      if (this.all.delete(subscription)) subscription.stop();
    };
  }

  /** @throws CodedError `LIVE_BAD_TOPIC`. */
  publish(topic: string, value: WireValue | undefined): void {
    checkTopic(topic);
    const { bus, prefix } = this.options;
    const bytes = encodeValue(value === undefined ? [] : [value]);
    if (bytes.length > MAX_MESSAGE) throw badTopic(`a message of ${bytes.length} bytes`);
    bus.publish(prefix + topic, bytes);
  }

  /** Hears all it is subscribed to in a way that outlives it. @returns the stop. */
  watch(heard: (topic: string, bytes: Uint8Array) => void): () => void {
    const { bus, prefix } = this.options;
    const topics = new Set([...this.all].map(({ topic }) => topic));
    const stops = [...topics].map((topic) => bus.subscribe(prefix + topic, (bytes) => heard(topic, bytes)));
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Runs the listeners of a topic for a message that came earlier. */
  hear(topic: string, bytes: Uint8Array): void {
    for (const subscription of [...this.all]) {
      if (subscription.topic === topic) void this.run(subscription.listener, bytes);
    }
  }

  end(): void {
    for (const { stop } of this.all) stop();
    this.all.clear();
  }

  private async run(listener: Listener, bytes: Uint8Array): Promise<void> {
    const { own, ran, report } = this.options;
    try {
      const message = messageOf(bytes);
      const result: MaybePromise<unknown> = own.run(() => listener(message));
      ran();
      if (!(result instanceof Promise)) return;
      await result;
      ran();
    } catch (error) {
      report("LIVE_HANDLER_FAILED", error);
    }
  }
}

function messageOf(bytes: Uint8Array): WireValue | undefined {
  const message = bytes.length > MAX_MESSAGE ? undefined : decodeValue(bytes);
  if (!Array.isArray(message) || message.length > 1) throw badTopic("a message of others");
  return message[0];
}

function checkTopic(topic: string): void {
  if (topic === "" || topic.length > MAX_TOPIC) throw badTopic(`a topic of ${topic.length} characters`);
}

function badTopic(what: string): CodedError {
  return new CodedError("LIVE_BAD_TOPIC", `There is ${what}`, { value: what });
}
