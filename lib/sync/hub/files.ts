import { createDoc, type Doc, epochOf, updateRanges } from "../../crdt/index.ts";
import { CodedError } from "../../errors/index.ts";
import type { SyncPlatform } from "../platform.ts";
import type { ListOptions, Store } from "../store.ts";
import { checkName, type Limits, STORED_LIMITS } from "./limits.ts";

/**
 * A file beside a document, as `addFile` keeps it.
 * @public
 */
export interface HubFile {
  /** Its content hash: SHA-256, in hexadecimal. The same bytes are kept once. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * What a hub can do with documents as a whole, whether anybody has them open or not.
 * @public
 */
export interface HubDocuments {
  /** Names, in the order of their UTF-8 bytes, page by page. */
  list(options?: ListOptions): Promise<readonly string[]>;
  /** The document in one piece, for a backup or another server: `import` takes it. */
  export(name: string): Promise<Uint8Array>;
  /**
   * Starts a document from what `export` or `doc.encode()` gave; an empty one is as good as none, and starts nothing.
   * @throws CodedError `SYNC_BAD_NAME` when there is one of that name, `CRDT_*` for bytes that are no document.
   */
  import(name: string, bytes: Uint8Array): Promise<void>;
  /** Starts a document as a copy of another; named versions and files stay with the first. */
  copy(from: string, to: string): Promise<void>;
  /**
   * Removes a document with its versions and files. Who has it open hears `SYNC_REMOVED`. A client that still has it and may write would bring it back:
   * let `authorize` refuse the name if it must not.
   */
  remove(name: string): Promise<void>;
  /**
   * Writes the document anew without what was deleted, and begins an epoch: it is smaller, in memory and on the wire, for everyone. Clients go on where they
   * were; what they had not sent yet is brought over, also after `offlineMs` away, and undo begins anew. A hub does so by itself: `cutAfter`.
   * @returns False when there is nothing to cut, or it cannot be now: another process wrote meanwhile, or features have written in the document that the hub was not given.
   */
  cut(name: string): Promise<boolean>;
  /** Keeps the document as it is now under a label. */
  saveVersion(name: string, label: string): Promise<void>;
  /** Labels, in the order of their UTF-8 bytes. */
  listVersions(name: string): Promise<readonly string[]>;
  /** The document as it was when the label was given: to show, to compare, to `import` under another name. */
  readVersion(name: string, label: string): Promise<Uint8Array | undefined>;
  removeVersion(name: string, label: string): Promise<void>;
  /**
   * Keeps a picture or another file beside a document.
   * @throws CodedError `SYNC_LIMIT` beyond `maxFileBytes` or `maxFilesBytes`.
   */
  addFile(name: string, bytes: Uint8Array): Promise<HubFile>;
  readFile(name: string, hash: string): Promise<Uint8Array | undefined>;
  listFiles(name: string): Promise<readonly HubFile[]>;
  removeFile(name: string, hash: string): Promise<void>;
}

/** What they need from the hub. */
export interface FilesHost {
  readonly store: Store;
  readonly platform: SyncPlatform;
  readonly limits: Limits;
  /** Runs `read` with the document open, all of it durable. */
  withDocument<T>(name: string, read: (doc: Doc) => T): Promise<T>;
  cut(name: string): Promise<boolean>;
  /** A document has begun in the store: who has it open, empty, hears of it. */
  begun(name: string, position: number, bytes: Uint8Array, epoch: number): Promise<void>;
  /** Ends every copy in memory, here and on other hubs. */
  dropped(name: string): Promise<void>;
}

const VERSION = "version/";
const FILE = "file/";

export function createDocuments(host: FilesHost): HubDocuments {
  const { store, platform, limits, withDocument, begun, dropped, cut } = host;
  const inTurn = createTurns();
  const start = async (name: string, bytes: Uint8Array): Promise<void> => {
    checkName(name);
    const doc = createDoc({ limits: STORED_LIMITS });
    doc.apply(bytes); // throws for what is none
    const ranges = updateRanges(bytes);
    const epoch = epochOf(doc.version());
    await inTurn(name, async () => {
      if ((await store.load(name)).position > 0) throw exists();
      if (ranges.length === 0 && epoch === 0) return; // there is nothing to keep
      await begun(name, await store.append(name, bytes, { ranges, epoch }), bytes, epoch);
    });
  };
  const files = async (name: string): Promise<HubFile[]> =>
    (await store.listFiles(name, FILE)).map((key) => {
      const [hash = "", size] = key.slice(FILE.length).split(".");
      return { hash, size: Number(size) };
    });
  const find = async (name: string, hash: string): Promise<string | undefined> => {
    const file = (await files(name)).find((each) => each.hash === hash);
    return file && keyOf(file);
  };

  return {
    list: (options) => store.list(options),
    export: (name) => withDocument(name, (doc) => doc.encode()),
    import: start,
    copy: async (from, to) => start(to, await withDocument(from, (doc) => doc.encode())),
    async remove(name) {
      await dropped(name); // first: what is still written would begin it anew
      await store.remove(name);
      await dropped(name); // who opened it meanwhile
    },
    cut,
    async saveVersion(name, label) {
      checkName(label);
      await store.putFile(name, VERSION + label, await withDocument(name, (doc) => doc.encode()));
    },
    listVersions: async (name) => (await store.listFiles(name, VERSION)).map((key) => key.slice(VERSION.length)),
    readVersion: (name, label) => store.getFile(name, VERSION + label),
    removeVersion: (name, label) => store.removeFile(name, VERSION + label),
    async addFile(name, bytes) {
      checkName(name);
      const { maxFileBytes, maxFilesBytes } = limits;
      if (bytes.length > maxFileBytes) throw tooLong("file", bytes.length, maxFileBytes);
      const file = { hash: await hashOf(platform, bytes), size: bytes.length };
      return inTurn(name, async () => {
        const others = await files(name);
        if (others.some(({ hash }) => hash === file.hash)) return file;
        const all = others.reduce((sum, { size }) => sum + size, file.size);
        if (all > maxFilesBytes) throw tooLong("document's files", all, maxFilesBytes);
        await store.putFile(name, keyOf(file), bytes);
        return file;
      });
    },
    async readFile(name, hash) {
      const key = await find(name, hash);
      return key === undefined ? undefined : store.getFile(name, key);
    },
    listFiles: files,
    async removeFile(name, hash) {
      const key = await find(name, hash);
      if (key !== undefined) await store.removeFile(name, key);
    },
  };
}

/** One after the other for each document: what was looked up still holds when it is written. */
function createTurns(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const done = (turns.get(name) ?? Promise.resolve()).then(work);
    const turn: Promise<unknown> = done
      .then(nothing, nothing)
      .then(() => turns.get(name) === turn && turns.delete(name));
    turns.set(name, turn);
    return done;
  };
}

function nothing(): void {}

/** The size stands in the key: sums need no reading. */
function keyOf({ hash, size }: HubFile): string {
  return `${FILE}${hash}.${size}`;
}

async function hashOf({ sha256 }: SyncPlatform, bytes: Uint8Array): Promise<string> {
  if (sha256 === undefined) throw new CodedError("SYNC_UNAVAILABLE", "the platform has no sha256");
  return Array.from(await sha256(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function exists(): CodedError {
  return new CodedError("SYNC_BAD_NAME", "there is a document of that name already");
}

function tooLong(what: string, size: number, limit: number): CodedError {
  return new CodedError("SYNC_LIMIT", `a ${what} of ${size} bytes, where ${limit} are allowed`, { value: size });
}
