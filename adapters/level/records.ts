import { type AppendClaim, type ClaimTable, createClaimTable } from "../../lib/sync/index.ts";
import { decodeValue, encodeValue } from "../../lib/wire/index.ts";

/** An update as it stands in the log: what it claims, then its bytes. */
export interface LogRecord {
  readonly claim: AppendClaim;
  readonly update: Uint8Array;
}

/** What stands beside a snapshot. */
export interface SnapshotRecord {
  readonly position: number;
  readonly claims: ClaimTable;
}

const HEAD = 4;

export function encodeLog({ claim: { ranges, author, epoch }, update }: LogRecord): Uint8Array {
  const numbers = ranges.flatMap(({ replica, from, to }) => [replica, from, to]);
  return joined(encodeValue([numbers, author ?? null, epoch ?? null]), update);
}

export function decodeLog(bytes: Uint8Array): LogRecord {
  const length = new DataView(bytes.buffer, bytes.byteOffset, HEAD).getUint32(0);
  // cast: encodeLog wrote it
  const [numbers, author, epoch] = decodeValue(bytes.subarray(HEAD, HEAD + length)) as [
    number[],
    string | null,
    number | null,
  ];
  const ranges = [];
  for (let i = 0; i + 2 < numbers.length; i += 3) {
    const [replica = 0, from = 0, to = 0] = numbers.slice(i, i + 3);
    ranges.push({ replica, from, to });
  }
  return {
    claim: { ranges, author: author ?? undefined, ...(epoch === null ? {} : { epoch }) },
    update: new Uint8Array(bytes.buffer, bytes.byteOffset + HEAD + length, bytes.length - HEAD - length),
  };
}

export function encodeSnapshot({ position, claims: { next, authors, epoch } }: SnapshotRecord): Uint8Array {
  return encodeValue([position, [...next].flat(), [...authors].flat(), epoch]);
}

export function decodeSnapshot(bytes: Uint8Array | undefined): SnapshotRecord {
  if (bytes === undefined) return { position: 0, claims: createClaimTable() };
  const [position, next, authors, epoch] = decodeValue(bytes, { maxBytes: bytes.length }) as [
    number,
    number[],
    (number | string)[],
    number,
  ]; // cast: encodeSnapshot wrote it
  const owners = new Map(pairs(authors) as [number, string][]); // cast: as above
  return { position, claims: createClaimTable(new Map(pairs(next)), owners, epoch) };
}

/** As it is now. */
export function copyClaims({ next, authors, epoch }: ClaimTable): ClaimTable {
  return createClaimTable(new Map(next), new Map(authors), epoch);
}

function pairs<T>(flat: readonly T[]): [T, T][] {
  const found: [T, T][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) found.push([flat[i] as T, flat[i + 1] as T]); // casts: within the list
  return found;
}

function joined(head: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEAD + head.length + body.length);
  new DataView(bytes.buffer).setUint32(0, head.length);
  bytes.set(head, HEAD);
  bytes.set(body, HEAD + head.length);
  return bytes;
}
