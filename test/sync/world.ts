import { createDoc } from "../../lib/crdt/index.ts";
import {
  createHub,
  createReplica,
  type Hub,
  type HubLimits,
  memoryStore,
  type Store,
  type SyncPlatform,
} from "../../lib/sync/index.ts";
import { type Channel, createChannelPair } from "../../lib/wire/index.ts";

/** A clock that moves only when told, with timers that fire in order, and seeded randomness. */
export interface TestPlatform extends SyncPlatform {
  /** Lets everything under way finish, then moves the clock, timer by timer. */
  advance(ms: number): Promise<void>;
  /** Timers that have not fired or been cancelled. */
  timers(): number;
  /** From 0 up to `below`. */
  pick(below: number): number;
}

export function createTestPlatform(seed = 1): TestPlatform {
  let time = 1_000_000;
  let state = seed >>> 0 || 1;
  const timers = new Set<{ readonly at: number; readonly f: () => void }>();
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    now: () => time,
    random: (byteLength) => Uint8Array.from({ length: byteLength }, () => Math.floor(next() * 256)),
    after(ms, f) {
      const timer = { at: time + ms, f };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const end = time + ms;
      for (;;) {
        await settle();
        const due = [...timers].filter((timer) => timer.at <= end).sort((left, right) => left.at - right.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        time = Math.max(time, due.at);
        due.f();
      }
      time = end;
    },
    timers: () => timers.size,
    pick: (below) => Math.floor(next() * below),
  };
}

/** What is loaded on demand is there before clocks of tests run, which do not wait for it. */
async function loadParts(): Promise<void> {
  const silent = () => () => undefined;
  const tabs = { post: silent, listen: silent, lead: silent, onSleep: silent, onWake: silent, close: silent };
  const platform = createTestPlatform();
  const connect = () => createChannelPair()[0];
  const replica = createReplica({ doc: createDoc(), name: "parts", store: memoryStore(), connect, platform, tabs });
  await replica.saved();
  replica.stop();
}

/** Every promise that needs no timer and no disk has settled afterwards. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A network between clients and whatever hub is up: it can be cut, taken down, and made to misbehave. */
export interface Network {
  /** Chance per message, 0 to 1. */
  cutRate: number;
  duplicateRate: number;
  up: boolean;
  connect(user: string): Channel;
  cutAll(): void;
  /** Cuts the connections of one user. */
  cut(user: string): void;
}

export function createNetwork(platform: TestPlatform, hub: () => Hub): Network {
  const open = new Map<Channel, string>();
  const network: Network = {
    cutRate: 0,
    duplicateRate: 0,
    up: true,
    connect(user) {
      if (!network.up) throw new Error("the network is down");
      const [near, far] = createChannelPair();
      open.set(near, user);
      near.onClose(() => open.delete(near));
      hub().accept(misbehave(far, network, platform), { user, author: user });
      return misbehave(near, network, platform);
    },
    cutAll() {
      for (const channel of open.keys()) channel.close(1006, "cut");
    },
    cut(user) {
      for (const [channel, by] of open) if (by === user) channel.close(1006, "cut");
    },
  };
  return network;
}

// A message may be the last before the cut, never arrive because of it, or arrive twice: what a lossy line shows after reconnects.
function misbehave(channel: Channel, network: Network, platform: TestPlatform): Channel {
  return {
    get queuedBytes() {
      return channel.queuedBytes;
    },
    send(bytes) {
      const roll = platform.pick(1_000_000) / 1_000_000;
      if (roll < network.cutRate / 2) return channel.close(1006, "cut before");
      channel.send(bytes);
      if (roll < network.cutRate) channel.close(1006, "cut after");
      else if (roll > 1 - network.duplicateRate) channel.send(bytes);
    },
    onMessage: (listener) => channel.onMessage(listener),
    onClose: (listener) => channel.onClose(listener),
    close: (code, reason) => channel.close(code, reason),
  };
}

/** A hub over a store with a test's limits, whose own errors fail the test. */
export function createTestHub(store: Store, platform: SyncPlatform, limits: HubLimits = {}): Hub {
  return createHub({
    store,
    platform,
    limits,
    onError: (error) => {
      throw error;
    },
  });
}

/** A server's own connection to a store whose disk takes time. */
export interface SlowStore {
  readonly store: Store;
  /** The machine stops: what was not durable yet never will be, and no promise settles. */
  crash(): void;
}

/** Writes become durable some milliseconds later, those that wait together at the same moment: as with one fsync for many. */
export function createSlowStore(durable: Store, platform: TestPlatform): SlowStore {
  let waiting: (() => Promise<void>)[] = [];
  let crashed = false;
  let armed = false;

  const flush = async (): Promise<void> => {
    armed = false;
    const writes = waiting;
    waiting = [];
    await Promise.all(writes.map((write) => write()));
  };
  const write = <T>(f: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.push(() => f().then(resolve, reject));
      if (!armed) platform.after(1 + platform.pick(8), () => !crashed && void flush());
      armed = true;
    });
  return {
    store: {
      ...bindStore(durable),
      append: (...args) => write(() => durable.append(...args)),
      compact: (...args) => write(() => durable.compact(...args)),
      cut: (...args) => write(() => durable.cut(...args)),
    },
    crash() {
      crashed = true;
      waiting = [];
    },
  };
}

/** The methods of a store as functions, to be spread into a variant of it. */
export function bindStore(store: Store): Store {
  return {
    load: (...args) => store.load(...args),
    append: (...args) => store.append(...args),
    compact: (...args) => store.compact(...args),
    cut: (...args) => store.cut(...args),
    list: (...args) => store.list(...args),
    remove: (...args) => store.remove(...args),
    putFile: (...args) => store.putFile(...args),
    getFile: (...args) => store.getFile(...args),
    listFiles: (...args) => store.listFiles(...args),
    removeFile: (...args) => store.removeFile(...args),
    close: () => store.close(),
  };
}

/** What a hub has open. */
export function openIn(hub: Hub): { readonly connections: number; readonly documents: number } {
  const { connections, documents } = hub.stats();
  return { connections, documents };
}

await loadParts();
