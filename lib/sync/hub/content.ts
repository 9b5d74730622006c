import { createDoc, type Doc, type DocFeature, renewDoc, type Version, versionCovers } from "../../crdt/index.ts";
import type { SyncPlatform } from "../platform.ts";
import type { DocumentHost } from "./host.ts";
import { STORED_LIMITS } from "./limits.ts";

// Updates whose predecessors are missing are not kept: their sender is asked for everything since the version here. Kept
// ones would be a stranger's to pile up, and would stand in no log.
const DOC_LIMITS = { ...STORED_LIMITS, maxPendingBytes: 0, maxPendingUpdates: 0 };

/** A document that was loaded to be looked at rests after this long. */
const LOOKED_AT_MS = 1000;

const NOTHING = new Uint8Array();

/** What it needs of its hub. */
type ContentHost = Pick<DocumentHost, "platform" | "features" | "limits">;

/**
 * What an open document holds: a document while it is edited or somebody on the server has it, and only its bytes while it rests (bench: `sync`, memory of an
 * open document).
 */
export class HubContent {
  readonly #platform: SyncPlatform;
  readonly #features: readonly DocFeature[];
  readonly #restMs: number;
  readonly #entering: (update: Uint8Array, from: unknown) => void;
  #doc: Doc | undefined;
  /** All of it, until something enters. Kept beside the document too, as many may come to read it. */
  #bytes: Uint8Array | undefined;
  /** While it rests. */
  #version: Version | undefined;
  #stop: () => void = nothing;
  #pins = 0;
  #isUsed = false;
  #cancelRest: (() => void) | undefined;
  #ended = false;

  /** @param entering - Hears each update that enters, also what another released from waiting, and edits made here. */
  constructor({ platform, features, limits }: ContentHost, entering: (update: Uint8Array, from: unknown) => void) {
    this.#platform = platform;
    this.#features = features;
    this.#restMs = limits.restMs;
    this.#entering = entering;
    this.#doc = this.#create();
  }

  /** It is loaded: from now on it is heard, and may rest. */
  begin(): void {
    if (this.#doc !== undefined) this.#listen(this.#doc);
    this.#isUsed = false;
    this.#restIn(Math.min(LOOKED_AT_MS, this.#restMs));
  }

  /** To be edited, or read in detail; wakes it. */
  get doc(): Doc {
    this.#isUsed = true;
    this.#doc ??= this.#wake();
    return this.#doc;
  }

  version(): Version {
    return this.#version ?? (this.#doc ?? this.doc).version();
  }

  /** All of it. */
  encode(): Uint8Array {
    this.#bytes ??= (this.#doc ?? this.doc).encode();
    return this.#bytes;
  }

  /** What a replica at a version lacks; empty when it lacks nothing. */
  since(since: Version): Uint8Array {
    if (versionCovers(since, this.version())) return NOTHING;
    return since.size === 0 ? this.encode() : this.doc.encode({ since });
  }

  /** Keeps the document awake, and the same object, until released. */
  pin(): () => void {
    this.#pins++;
    let released = false;
    return () => {
      if (!released) this.#pins--;
      released = true;
    };
  }

  /** Holds what another document holds from now on, which must not be used any more. An observer's throw comes out, once all is done. */
  renew(other: Doc): void {
    if (this.#doc === undefined) {
      this.#bytes = other.encode();
      this.#version = other.version();
      return;
    }
    this.#bytes = undefined;
    renewDoc(this.#doc, other);
  }

  end(): void {
    this.#ended = true;
    this.#cancelRest?.();
    this.#stop();
  }

  #create(): Doc {
    const random = (byteLength: number): Uint8Array => this.#platform.random(byteLength);
    return createDoc({ random, features: this.#features, limits: DOC_LIMITS });
  }

  #listen(doc: Doc): void {
    this.#stop = doc.onUpdate((update, from) => {
      this.#bytes = undefined;
      this.#entering(update, from);
    });
  }

  #wake(): Doc {
    const doc = this.#create();
    if (this.#bytes !== undefined) doc.apply(this.#bytes);
    this.#version = undefined;
    if (!this.#ended) this.#listen(doc);
    this.#restIn(this.#restMs);
    return doc;
  }

  #restIn(ms: number): void {
    if (!this.#ended) this.#cancelRest = this.#platform.after(ms, () => this.#rest());
  }

  /** Unless it was used since the last look. */
  #rest(): void {
    if (this.#isUsed || this.#pins > 0) {
      this.#isUsed = false;
      this.#restIn(this.#restMs);
      return;
    }
    const version = this.version();
    this.encode();
    this.#version = version;
    this.#stop();
    this.#doc = undefined;
  }
}

function nothing(): void {}
