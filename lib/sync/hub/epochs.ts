/** Epochs of a document at a hub: what each ended with is kept beside it, so that whoever was away then can bring what they have over. */
import { carryOver, compactDoc, createDoc, type Doc, docLike, type Version, versionCovers } from "../../crdt/index.ts";
import type { SyncFrame } from "../../wire/index.ts";
import type { Store } from "../store.ts";
import type { DocumentHost } from "./host.ts";
import { STORED_LIMITS } from "./limits.ts";
import { type LoggedDocument, SERVER } from "./log-types.ts";

type CutFrame = Extract<SyncFrame, { kind: "cut" }>;

/** Epochs are counted from 0 by one: nobody has more. */
export const MAX_EPOCH: number = 2 ** 20;

const NOTHING = new Uint8Array();
const FOLDER = "epoch/";

/** The key of what an epoch ended with. When that was stands in it, so that its age needs no reading. */
function epochKey(epoch: number, now: number): string {
  return `${FOLDER}${epoch}/${now}`;
}

/** Whether a cut is worth it: so much is deleted, and a quarter of all. */
export function isMostlyGone(version: Version, cutAfter: number): boolean {
  let made = 0;
  let gone = 0;
  for (const [key, count] of version) {
    if (key < 0) gone += count;
    else made += count;
  }
  return gone >= cutAfter && gone * 4 >= made;
}

/** Writes a document anew as the beginning of an epoch. False when that cannot be, or something stands beyond `upTo`. */
export async function writeAnew(
  { store, platform }: DocumentHost,
  { name, content }: LoggedDocument,
  epoch: number,
  upTo: number,
): Promise<boolean> {
  const base = epoch > MAX_EPOCH ? undefined : compactDoc(content.doc, epoch);
  if (base === undefined) return false;
  const version = loaded(base).version();
  const file = { key: epochKey(epoch - 1, platform.now()), bytes: content.encode() };
  return store.cut(name, base, upTo, { epoch, version, author: SERVER, file });
}

/** What an epoch ended with; undefined when it is not kept any more. */
export async function readEpoch(store: Store, name: string, epoch: number): Promise<Uint8Array | undefined> {
  const [key] = await store.listFiles(name, `${FOLDER}${epoch}/`);
  return key === undefined ? undefined : store.getFile(name, key);
}

/** Forgets what ended before a time. */
export async function forgetEpochs(store: Store, name: string, before: number): Promise<void> {
  for (const key of await store.listFiles(name, FOLDER))
    if (Number(key.slice(key.lastIndexOf("/") + 1)) < before) await store.removeFile(name, key);
}

/**
 * How a replica gets from an epoch to that of now: in each, it merges what the epoch ended with, and writes that anew. Whoever knows exactly that needs no bytes.
 * @param had - What it knows.
 */
export async function stepsTo(
  store: Store,
  { name, epoch: now, handle }: { readonly name: string; readonly epoch: number; readonly handle: number },
  since: number,
  had: Version,
): Promise<CutFrame[]> {
  const lost: CutFrame = { kind: "cut", handle, epoch: now, old: NOTHING, step: "lost" };
  if (since > now) return [lost]; // the store was set back
  const steps: CutFrame[] = [];
  for (let epoch = since; epoch < now; epoch++) {
    const old = await readEpoch(store, name, epoch);
    if (old === undefined) return [lost];
    const isKnown = epoch === since && isVersion(old, had);
    const step = epoch + 1 === now ? "last" : "next";
    steps.push({ kind: "cut", handle, epoch: epoch + 1, old: isKnown ? NOTHING : old, step });
  }
  return steps;
}

/**
 * Edits made on what an epoch ended with, as an update of the next one.
 * @param like - A document with the same features.
 */
export function carryEdits(
  like: Doc,
  old: Uint8Array,
  edits: readonly Uint8Array[],
  epoch: number,
  random: (byteLength: number) => Uint8Array,
): Uint8Array | undefined {
  const [before, after] = [docLike(like, { limits: STORED_LIMITS }), docLike(like, { limits: STORED_LIMITS })];
  for (const doc of [before, after]) doc.apply(old);
  for (const edit of edits) after.apply(edit);
  if (after.pending().updates > 0) return undefined; // they build on what was not stored either
  const base = compactDoc(before, epoch);
  if (base === undefined) return undefined;
  const onto = docLike(like, { random });
  onto.apply(base);
  const since = onto.version();
  carryOver(before, after, onto);
  return onto.encode({ since });
}

function isVersion(old: Uint8Array, had: Version): boolean {
  const version = loaded(old).version();
  return versionCovers(version, had) && versionCovers(had, version);
}

function loaded(bytes: Uint8Array): Doc {
  const doc = createDoc({ limits: STORED_LIMITS });
  doc.apply(bytes);
  return doc;
}
