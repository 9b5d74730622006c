import { CodedError } from "../../errors/index.ts";
import { demand, told } from "../arguments.ts";
import { createDoc, editorOf } from "../doc.ts";
import { type NodeDiff, observeDoc } from "../observe.ts";
import { over } from "../refuse.ts";
import type { Doc, DocFeature, DocOptions, DocWith, Version } from "../types.ts";
import { versionCovers } from "../version.ts";
import { decodeSteps, encodeSteps } from "./form.ts";

/**
 * All that happened to a document since it was recorded, step by step: what a document itself drops, as deleted text, stays in it.
 * @public
 */
export interface History {
  /** How many steps there are: transactions of one's own, and updates that were applied. */
  readonly length: number;
  /** What the document knew after so many steps. O(steps). */
  version(steps: number): Version;
  /**
   * The document as it was after so many steps: a copy, with the features of the original, that may be read, and edited as a branch of its own.
   * @throws CodedError `CRDT_BAD_INDEX`.
   * @remarks Time: all those steps, or those since the last call where that asked for fewer.
   */
  at<const Features extends readonly DocFeature[] = readonly []>(
    steps: number,
    options?: DocOptions & { readonly features?: Features },
  ): DocWith<Features>;
  /** All steps as bytes, to store them beside the document; `deflate` makes them a thirtieth. O(bytes). */
  encode(): Uint8Array;
  /** Records no more. */
  dispose(): void;
}

/**
 * What `createHistory` goes on from, and what it keeps.
 * @public
 */
export interface HistoryOptions {
  /** What `encode` gave before, of the same document. What the document knows beyond it is one step. */
  readonly from?: Uint8Array;
  /** Bytes of steps that are kept; then recording throws. @defaultValue 268_435_456 */
  readonly maxBytes?: number;
}

/**
 * Records a document's history from now on. What it holds already is the first step.
 * @throws CodedError `CRDT_UNKNOWN_FORMAT`, `CRDT_BAD_CHECKSUM`, `CRDT_BAD_UPDATE` for a `from` that is none of `encode`, `CRDT_LIMIT` for one above `maxBytes`,
 * `CRDT_NOT_NEWER` for one that knows what the document does not.
 * @example
 * ```ts
 * const history = createHistory(doc);
 * doc.text("body").insert(0, "hi");
 * history.at(0).text("body").toString(); // ""
 * ```
 * @public
 */
export function createHistory(doc: Doc, options: HistoryOptions = {}): History {
  editorOf(doc); // or it is no document
  demand(typeof options === "object" && options !== null, "options");
  const { from, maxBytes = 0 } = options;
  demand(from === undefined || from instanceof Uint8Array, "bytes: from");
  demand(typeof maxBytes === "number" && maxBytes >= 0, "a number: maxBytes");
  return new Log(doc, options);
}

class Log implements History {
  private readonly steps: Uint8Array[];
  private readonly maxBytes: number;
  private readonly stop: () => void;
  private bytes = 0;
  /** The copy that was made last, without features: its bytes are those of any. */
  private copy: { readonly doc: Doc; steps: number } | undefined;

  constructor(doc: Doc, { from, maxBytes = 268_435_456 }: HistoryOptions) {
    this.maxBytes = maxBytes;
    this.steps = from === undefined ? [] : decodeSteps(from, maxBytes);
    this.catchUp(doc);
    for (const step of this.steps) this.bytes += step.length;
    this.stop = doc.onUpdate((update) => {
      if (this.bytes + update.length > this.maxBytes) throw over("maxBytes", this.bytes + update.length, this.maxBytes);
      this.bytes += update.length;
      this.steps.push(update);
    });
  }

  get length(): number {
    return this.steps.length;
  }

  version(steps: number): Version {
    return this.replay(steps).version();
  }

  at<const Features extends readonly DocFeature[] = readonly []>(
    steps: number,
    options: DocOptions & { readonly features?: Features } = {},
  ): DocWith<Features> {
    const past = createDoc(options);
    const known = this.replay(steps);
    if (steps > 0) past.apply(known.encode());
    return past;
  }

  encode(): Uint8Array {
    return encodeSteps(this.steps);
  }

  dispose(): void {
    this.stop();
  }

  /** The two were stored at different times, or edits came while nothing recorded: steps that build on what is not there would never show. */
  private catchUp(doc: Doc): void {
    const [known, now] = [this.version(this.steps.length), doc.version()];
    if (!versionCovers(now, known))
      throw new CodedError("CRDT_NOT_NEWER", "The history knows what the document does not");
    if (!versionCovers(known, now)) this.steps.push(doc.encode({ since: known }));
    this.copy = undefined; // who only records needs none
  }

  private replay(steps: number): Doc {
    if (!(Number.isInteger(steps) && steps >= 0 && steps <= this.steps.length)) {
      throw new CodedError("CRDT_BAD_INDEX", `${told(steps)} is no number of steps up to ${this.steps.length}`, {
        value: steps,
      });
    }
    let { copy } = this;
    if (copy === undefined || copy.steps > steps) copy = { doc: createDoc(), steps: 0 };
    for (; copy.steps < steps; copy.steps++) copy.doc.apply(this.steps[copy.steps] as Uint8Array); // cast: within the list
    this.copy = copy;
    return copy.doc;
  }
}

/**
 * A branch: a copy of a document that is edited apart, and merged by applying what one has to the other, in either direction and as often as wanted.
 * @param options - As for `createDoc`; give it a replica id or a random source of its own, and the features of the original.
 * @public
 */
export function forkDoc<const Features extends readonly DocFeature[] = readonly []>(
  doc: Doc,
  options: DocOptions & { readonly features?: Features } = {},
): DocWith<Features> {
  editorOf(doc); // or it is no document
  const fork = createDoc(options);
  fork.apply(doc.encode());
  return fork;
}

/**
 * What changed from an older version of a document to a newer one: copies that `createHistory`, `forkDoc` or `apply` made.
 * @param features - Those of the documents, so that their content is told too.
 * @throws CodedError `CRDT_NOT_NEWER` when the older knows something that the newer does not.
 * @remarks Time: O(both documents).
 * @public
 */
export function diffDocs(older: Doc, newer: Doc, features: readonly DocFeature[] = []): readonly NodeDiff[] {
  for (const doc of [older, newer]) editorOf(doc); // or it is no document
  for (const [replica, known] of older.version())
    if ((newer.version().get(replica) ?? 0) < known)
      throw new CodedError("CRDT_NOT_NEWER", "The older document knows what the newer does not", { value: replica });
  const copy = forkDoc(older, { features });
  const found: NodeDiff[] = [];
  observeDoc(copy, (changes) => found.push(...changes));
  copy.apply(newer.encode({ since: copy.version() }));
  return found.sort((a, b) => (a.path.join("\0") < b.path.join("\0") ? -1 : 1));
}
