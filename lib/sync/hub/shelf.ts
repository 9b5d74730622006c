import { CodedError } from "../../errors/index.ts";
import { HubDocument } from "./document.ts";
import type { DocumentHost } from "./host.ts";

/** The documents in memory: loaded at their first user, dropped some time after their last. */
export interface Shelf {
  /** Loads a document, or joins whoever does. */
  acquire(name: string): Promise<Held>;
  readonly size: number;
  /** One that is in memory, or about to be: who has asked for it has perhaps read it already. */
  peek(name: string): Promise<HubDocument | undefined>;
  /** The documents in memory now. */
  documents(): readonly HubDocument[];
  /** Resolves when nothing is being loaded or written. */
  quiet(): Promise<void>;
  dispose(): void;
}

/** A document somebody uses. It stays in memory until all have released it; releasing twice is harmless. */
export interface Held {
  readonly document: HubDocument;
  release(): void;
}

interface Place {
  readonly loading: Promise<HubDocument>;
  document: HubDocument | undefined;
  users: number;
  cancelIdle: () => void;
}

interface ShelfOptions extends Omit<DocumentHost, "failed"> {
  loaded(name: string): void;
  unloaded(name: string): void;
}

export function createShelf(options: ShelfOptions): Shelf {
  const { platform, limits, report, meter } = options;
  const places = new Map<string, Place>();
  const idle = new Map<string, Place>(); // in the order they were left
  let disposed = false;

  const host: DocumentHost = {
    ...options,
    failed(document, error) {
      if (error.code !== "SYNC_REMOVED") {
        meter.storeFailures++;
        report(error);
      } // else it was asked for
      // The next to open it reads what is durable. It may be there already: this one may have failed after it was dropped.
      const failed = places.get(document.name);
      if (failed?.document !== document) return;
      failed.cancelIdle();
      if (idle.get(document.name) === failed) idle.delete(document.name);
      places.delete(document.name);
      options.unloaded(document.name);
    },
  };
  const place = (name: string): Place => {
    const loading = HubDocument.load(name, host);
    const made: Place = { loading, document: undefined, users: 0, cancelIdle: () => undefined };
    places.set(name, made);
    loading.then(
      (document) => {
        made.document = document;
        options.loaded(name);
      },
      () => {
        meter.storeFailures++;
        if (places.get(name) === made) places.delete(name);
      },
    );
    return made;
  };
  /** Waits for what is being written: a document is dropped only when its store knows all of it. */
  const drop = async (name: string, left: Place): Promise<void> => {
    if (idle.get(name) === left) idle.delete(name);
    const document = await left.loading;
    await document.log.quiet();
    if (left.users === 0 && places.get(name) === left) await document.log.cutIfDue().catch(report);
    await document.log.quiet();
    if (left.users > 0 || places.get(name) !== left) return;
    places.delete(name);
    document.dispose();
    options.unloaded(name);
  };

  const leave = (name: string, left: Place): void => {
    if (--left.users > 0 || places.get(name) !== left) return;
    left.cancelIdle = platform.after(limits.idleMs, () => {
      drop(name, left).catch(report);
    });
    idle.set(name, left);
    for (const [oldest, first] of idle) {
      if (idle.size <= limits.maxIdleDocuments) return;
      first.cancelIdle();
      drop(oldest, first).catch(report);
    }
  };

  return {
    async acquire(name) {
      if (disposed) throw closed();
      const found = places.get(name) ?? place(name);
      found.users++;
      found.cancelIdle();
      idle.delete(name);
      const document = await found.loading;
      if (disposed) throw closed(); // its edits would be stored nowhere
      let released = false;
      return {
        document,
        release() {
          if (released) return;
          released = true;
          leave(name, found);
        },
      };
    },
    get size() {
      return places.size;
    },
    async peek(name) {
      return places.get(name)?.loading.catch(() => undefined); // whoever asked for it hears why
    },
    documents: () => [...places.values()].flatMap(({ document }) => (document === undefined ? [] : [document])),
    async quiet() {
      const documents = await Promise.allSettled([...places.values()].map((each) => each.loading));
      await Promise.all(documents.map((each) => (each.status === "fulfilled" ? each.value.log.quiet() : undefined)));
    },
    dispose() {
      disposed = true;
      for (const each of places.values()) {
        each.cancelIdle();
        each.loading.then((document) => document.dispose(), report);
      }
      places.clear();
      idle.clear();
    },
  };
}

function closed(): CodedError {
  return new CodedError("SYNC_CLOSED", "the hub is closed");
}
