import { CodedError } from "../errors/index.ts";
import { Reader, Writer } from "./encoding/bytes.ts";
import type { Version } from "./types.ts";

/** Ids of replicas are random: that one of theirs is among those of epochs is less likely than 2^-32. */
export const MAX_EPOCH: number = 2 ** 20;

/** The key under which a version tells how many units a replica has deleted. */
export function deletionsKey(replica: number): number {
  return -1 - replica;
}

/** @throws CodedError CRDT_BAD_VERSION for what is no map of counts. */
export function checkVersion(version: Version): void {
  try {
    let isRight = typeof version.get === "function";
    for (const [key, count] of version)
      if (!Number.isSafeInteger(key) || !Number.isSafeInteger(count) || count < 0) isRight = false;
    if (isRight) return;
  } catch {
    // It cannot be gone through.
  }
  throw new CodedError("CRDT_BAD_VERSION", "The value is no version");
}

/**
 * Encodes a version, the same bytes for equal versions.
 * @remarks Replicas sorted by id, each id as the difference from the one before: 10 to 16 bytes a replica.
 * @throws CodedError `CRDT_BAD_VERSION` for what is no version.
 * @public
 */
export function encodeVersion(version: Version): Uint8Array {
  checkVersion(version);
  const replicas = new Set<number>();
  for (const [key, next] of version) if (next > 0) replicas.add(key < 0 ? deletionsKey(key) : key);
  const out = new Writer();
  out.varint(replicas.size);
  let before = 0;
  for (const replica of [...replicas].sort((a, b) => a - b)) {
    out.varint(replica - before);
    out.varint(version.get(replica) ?? 0);
    out.varint(version.get(deletionsKey(replica)) ?? 0);
    before = replica;
  }
  return out.toBytes();
}

/**
 * Decodes what `encodeVersion` made.
 * @throws CodedError `CRDT_BAD_VERSION` for anything else.
 * @public
 */
export function decodeVersion(bytes: Uint8Array): Version {
  try {
    return readVersion(bytes);
  } catch (cause) {
    throw new CodedError("CRDT_BAD_VERSION", "The bytes are no version", { cause });
  }
}

function readVersion(bytes: Uint8Array): Version {
  const from = new Reader(bytes);
  const count = from.varint();
  if (count * 3 > from.remaining) throw new RangeError("more replicas than bytes");
  const version = new Map<number, number>();
  let replica = 0;
  for (let i = 0; i < count; i++) {
    const step = from.varint();
    const next = from.varint();
    const gone = from.varint();
    replica += step;
    if ((i > 0 && step === 0) || next + gone === 0 || !Number.isSafeInteger(replica))
      throw new RangeError("not in order");
    if (next > 0) version.set(replica, next);
    if (gone > 0) version.set(deletionsKey(replica), gone);
  }
  if (from.remaining > 0) throw new RangeError("bytes are left over");
  return version;
}

/**
 * True when `a` knows every operation `b` knows. O(replicas).
 * @throws CodedError `CRDT_BAD_VERSION` for what is no version.
 * @public
 */
export function versionCovers(a: Version, b: Version): boolean {
  checkVersion(a);
  checkVersion(b);
  return covers(a, b);
}

function covers(a: Version, b: Version): boolean {
  for (const [replica, next] of b) if ((a.get(replica) ?? 0) < next) return false;
  return true;
}

/**
 * How `a` stands to `b`: `"concurrent"` when each knows something the other does not.
 * @throws CodedError `CRDT_BAD_VERSION` for what is no version.
 * @public
 */
export function compareVersions(a: Version, b: Version): "equal" | "ahead" | "behind" | "concurrent" {
  const ahead = versionCovers(a, b);
  const behind = covers(b, a);
  if (ahead) return behind ? "equal" : "ahead";
  return behind ? "behind" : "concurrent";
}

/**
 * The version that knows what either knows. O(replicas).
 * @throws CodedError `CRDT_BAD_VERSION` for what is no version.
 * @public
 */
export function mergeVersions(a: Version, b: Version): Version {
  checkVersion(a);
  checkVersion(b);
  const merged = new Map(a);
  for (const [replica, next] of b) if ((merged.get(replica) ?? 0) < next) merged.set(replica, next);
  return merged;
}

/**
 * The epoch of a document, by its version: 0 before it was first written anew. Without content it has none, and what is 0 may be any.
 * @throws CodedError `CRDT_BAD_VERSION` for what is no version.
 * @public
 */
export function epochOf(version: Version): number {
  checkVersion(version);
  for (const replica of version.keys())
    if (replica >= Number.MAX_SAFE_INTEGER - MAX_EPOCH) return Number.MAX_SAFE_INTEGER - replica;
  return 0;
}
