import { isCodedError } from "../../errors/index.ts";
import { type Bus, decodeValue, encodeValue, type PeerChange, type WireValue } from "../../wire/index.ts";

/** What the other hubs say of a document. */
export interface DocumentNews {
  /** `update` stands at `position` of the log; null when it was too long for the bus. */
  appended(position: number, update: Uint8Array | null, author: string | undefined, epoch: number): void;
  compacted(upTo: number): void;
  removed(): void;
  /** The document is in another epoch. */
  cut(): void;
  /** The store has lost something of the document. */
  setBack(): void;
}

/** What the other hubs say of who is in a document. */
export interface PresenceNews {
  /** `full`: these are all of that hub's peers. */
  peers(hub: number, full: boolean, changes: readonly PeerChange[]): void;
  /** A hub has opened the document and knows nobody. */
  asked(): void;
}

/** One document's presence on the bus. */
export interface PresenceLine {
  publish(full: boolean, changes: readonly PeerChange[]): void;
  ask(): void;
  listen(news: PresenceNews): () => void;
}

/**
 * What hubs over one store tell each other. The bus may lose, repeat and reorder: positions say what is missing, and the store has it. Its messages come
 * from other servers, never from clients; what cannot be read is dropped all the same.
 */
export interface HubBus {
  appended(name: string, position: number, update: Uint8Array, author: string | undefined, epoch: number): void;
  compacted(name: string, upTo: number): void;
  removed(name: string): void;
  cut(name: string): void;
  setBack(name: string): void;
  /** Said again with each `remind`, for a minute or so: nobody else knows of it. */
  revoked(author: string): void;
  /** Says again what was said only here. */
  remind(): void;
  hear(name: string, news: DocumentNews): () => void;
  /** Hears of each once. */
  hearRevoked(listener: (author: string) => void): () => void;
  presenceLine(name: string): PresenceLine;
}

const MAX_BUS_BYTES = 65_536; // longer updates are read from the store: a bus keeps what slow readers have not taken in memory

const REMINDERS = 12;
/** Revocations of other hubs that are known again when they are repeated. */
const MOST_HEARD = 10_000;

const APPENDED = 0;
const COMPACTED = 1;
const REMOVED = 2;
const PEERS = 3;
const ASKED = 4;
const REVOKED = 5;
const CUT = 6;
const SET_BACK = 7;

/**
 * @param hub - A number that no other hub over the store has.
 * @param report - Hears of a bus that throws: what it did not take is lost, as any bus may lose it, and no reason to take the store for broken.
 */
export function createHubBus(bus: Bus, hub: number, report: (error: unknown) => void): HubBus {
  const publish = (topic: string, kind: number, ...fields: readonly WireValue[]): void => {
    const message = encodeValue([hub, kind, ...fields]);
    try {
      bus.publish(topic, message);
    } catch (error) {
      report(error);
    }
  };

  const hear = (topic: string, listener: (from: number, kind: number, fields: readonly WireValue[]) => void) =>
    bus.subscribe(topic, (bytes) => {
      const message = decode(bytes);
      if (message === undefined) return;
      const [from, kind, ...fields] = message;
      if (typeof from === "number" && from !== hub && typeof kind === "number") listener(from, kind, fields);
    });

  const said = new Map<number, { readonly author: string; left: number }>();
  let revocations = 0;
  const heard = new Set<string>();
  const isNews = (from: number, revocation: WireValue | undefined): boolean => {
    const key = `${from} ${String(revocation)}`;
    if (heard.has(key)) return false;
    const [oldest] = heard;
    if (oldest !== undefined && heard.size >= MOST_HEARD) heard.delete(oldest);
    heard.add(key);
    return true;
  };

  return {
    appended(name, position, update, author, epoch) {
      const carried = update.length > MAX_BUS_BYTES ? null : update;
      publish(logTopic(name), APPENDED, position, carried, author ?? null, epoch);
    },
    compacted: (name, upTo) => publish(logTopic(name), COMPACTED, upTo),
    removed: (name) => publish(logTopic(name), REMOVED),
    cut: (name) => publish(logTopic(name), CUT),
    setBack: (name) => publish(logTopic(name), SET_BACK),
    revoked(author) {
      said.set(++revocations, { author, left: REMINDERS });
      publish(HUBS, REVOKED, author, revocations);
    },
    remind() {
      for (const [revocation, each] of said) {
        if (--each.left === 0) said.delete(revocation);
        publish(HUBS, REVOKED, each.author, revocation);
      }
    },
    hear: (name, news) =>
      hear(logTopic(name), (_from, kind, [position, update, author, epoch]) => {
        if (kind === REMOVED) news.removed();
        else if (kind === CUT) news.cut();
        else if (kind === SET_BACK) news.setBack();
        else if (typeof position !== "number") return;
        else if (kind === COMPACTED) news.compacted(position);
        else if (kind === APPENDED) {
          const owner = typeof author === "string" ? author : undefined;
          const bytes = update instanceof Uint8Array ? update : null;
          news.appended(position, bytes, owner, typeof epoch === "number" ? epoch : 0);
        }
      }),
    hearRevoked: (listener) =>
      hear(HUBS, (from, kind, [author, revocation]) => {
        if (kind === REVOKED && typeof author === "string" && isNews(from, revocation)) listener(author);
      }),
    presenceLine: (name) => ({
      publish: (full, changes) => publish(peersTopic(name), PEERS, full, changes as unknown as WireValue), // cast: tuples of values are values
      ask: () => publish(peersTopic(name), ASKED),
      listen: (news) =>
        hear(peersTopic(name), (from, kind, [full, changes]) => {
          if (kind === ASKED) news.asked();
          else if (kind === PEERS && typeof full === "boolean" && Array.isArray(changes)) {
            news.peers(from, full, changes.filter(isChange));
          }
        }),
    }),
  };
}

const HUBS = "sync:hubs";
const logTopic = (name: string): string => `sync:log:${name}`;
const peersTopic = (name: string): string => `sync:peers:${name}`;

function isChange(value: WireValue): value is WireValue & PeerChange {
  return Array.isArray(value) && value.length === 3 && typeof value[0] === "number";
}

function decode(bytes: Uint8Array): readonly WireValue[] | undefined {
  try {
    const message = decodeValue(bytes, { maxBytes: bytes.length });
    return Array.isArray(message) ? message : undefined;
  } catch (error) {
    if (isCodedError(error)) return undefined;
    throw error;
  }
}
