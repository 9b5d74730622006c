import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { decodeValue, encodeValue } from "../../lib/wire/index.ts";
import type { Db } from "./open.ts";

/** A key and its value. */
export type JournalEntry = readonly [key: string, value: Uint8Array];

const FILE = "appends.journal"; // LevelDB leaves alone what it has not named
const MARK = "j"; // up to which number LevelDB has what stands in the journal
const HEAD = 8;
const FULL_BYTES = 1 << 20;

/**
 * What LevelDB is to get soon, in a file that is written at once: so an append that need not outlive the machine does not wait for LevelDB's thread (bench: `sync`,
 * a single edit). Each record has a number, its length and a checksum; where a record is torn, or does not follow the one before, the journal ends.
 */
export class Journal {
  readonly #file: number;
  #size = 0;
  #last: number;

  /** @param last - The number of the last record ever written. */
  constructor(folder: string, last: number) {
    this.#file = openSync(join(folder, FILE), constants.O_RDWR | constants.O_CREAT);
    this.#last = last;
  }

  /** The number of the last record. */
  get last(): number {
    return this.#last;
  }

  /** Whether it is to be emptied before more is written. */
  get isFull(): boolean {
    return this.#size > FULL_BYTES;
  }

  /** Survives a crash of the process once this has returned. A throw leaves the journal as it was. */
  add(entries: readonly JournalEntry[]): void {
    const body = encodeValue([this.#last + 1, ...entries.flat()]);
    const record = Buffer.allocUnsafe(HEAD + body.length);
    record.writeUInt32LE(body.length, 0);
    record.writeUInt32LE(crc32(body), 4);
    record.set(body, HEAD);
    // At its place, not at the end: what a full disk took of a record is written over by the next.
    const written = writeSync(this.#file, record, 0, record.length, this.#size);
    if (written < record.length) throw new Error(`the disk took ${written} of ${record.length} bytes`);
    this.#size += written;
    this.#last++;
  }

  /** What tells LevelDB how much of the journal it has, once it has it. */
  mark(): JournalEntry {
    return [MARK, encodeValue([this.#last])];
  }

  /** LevelDB has everything up to this number. */
  covered(upTo: number): void {
    if (upTo < this.#last || !this.isFull) return;
    this.#size = 0; // what stays of the file, should this throw, does not follow the next record
    ftruncateSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * Gives LevelDB what only the journal has, and removes that.
 * @returns The number of the last record.
 */
export async function recoverJournal(folder: string, db: Db): Promise<number> {
  const mark = await db.get(MARK);
  let last = mark === undefined ? 0 : (decodeValue(mark) as [number])[0]; // cast: mark() wrote it
  const found: JournalEntry[] = [];
  for (const [number, entries] of readRecords(join(folder, FILE))) {
    if (number > last + 1) break; // a machine that lost power kept the journal and not what was before it
    if (number <= last) continue;
    found.push(...entries);
    last = number;
  }
  if (found.length > 0) {
    const entries = [...found, [MARK, encodeValue([last])] as const];
    await db.batch(
      entries.map(([key, value]) => ({ type: "put", key, value })),
      { sync: true },
    );
  }
  await rm(join(folder, FILE), { force: true });
  return last;
}

function* readRecords(path: string): Generator<readonly [number: number, entries: readonly JournalEntry[]]> {
  const bytes = readIfThere(path);
  let before: number | undefined;
  for (let at = 0; at + HEAD <= bytes.length; ) {
    const end = at + HEAD + bytes.readUInt32LE(at);
    if (end > bytes.length) return;
    const body = bytes.subarray(at + HEAD, end);
    if (crc32(body) !== bytes.readUInt32LE(at + 4)) return;
    const [number, ...flat] = decodeValue(body, { maxBytes: body.length }) as [number, ...(string | Uint8Array)[]]; // cast: add() wrote it
    if (before !== undefined && number !== before + 1) return; // of before the file was emptied
    before = number;
    const entries: JournalEntry[] = [];
    for (let i = 0; i + 1 < flat.length; i += 2) entries.push([flat[i] as string, flat[i + 1] as Uint8Array]); // casts: as above
    yield [number, entries];
    at = end;
  }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}
