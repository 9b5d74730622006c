import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ClassicLevel } from "classic-level";
import { CodedError } from "../../lib/errors/index.ts";

/** A LevelDB folder with bytes under text keys. */
export type Db = ClassicLevel<string, Uint8Array>;

/** LevelDB's log is half as long at most, and becomes a table when it is opened. */
const ROOM_BYTES = 8 * 1024 * 1024;

/**
 * Opens a folder, made when it is missing.
 * @throws CodedError `SYNC_STORE_IN_USE`, `SYNC_STORE_UNAVAILABLE`.
 */
export async function openLevel(path: string): Promise<Db> {
  const db: Db = new ClassicLevel(path, { keyEncoding: "utf8", valueEncoding: "view" });
  try {
    await makeFolder(resolve(path));
    await db.open();
  } catch (error) {
    throw openError(path, error);
  }
  return db;
}

/**
 * For whoever writes behind a write that failed. That may have left half a record in LevelDB's log, of a full disk for one; what is written behind it is answered as
 * always, and not found when the folder is opened next. Opened anew, LevelDB begins another log.
 * @throws While the disk is full: then what is stored can still be read.
 */
export async function reopen(db: Db): Promise<void> {
  const probe = join(db.location, "space.probe"); // LevelDB leaves alone what it has not named
  try {
    await writeFile(probe, new Uint8Array(ROOM_BYTES));
  } finally {
    await rm(probe, { force: true });
  }
  await db.close();
  await db.open();
}

/** Step by step: where a file system answers "not found" to every mkdir, as /proc does, Node's recursive one never ends. */
async function makeFolder(path: string): Promise<void> {
  const make = async (): Promise<unknown> => {
    try {
      await mkdir(path);
      return undefined;
    } catch (error) {
      return codeOf(error) === "EEXIST" ? undefined : error; // if it is a file, opening says so
    }
  };
  const first = await make();
  if (first === undefined) return;
  const above = dirname(path);
  if (codeOf(first) !== "ENOENT" || above === path) throw first;
  await makeFolder(above);
  const second = await make();
  if (second !== undefined) throw second;
}

function openError(path: string, error: unknown): CodedError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (codeOf(cause) === "LEVEL_LOCKED") {
    return new CodedError("SYNC_STORE_IN_USE", `${path} is already open`, { value: path, cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CodedError("SYNC_STORE_UNAVAILABLE", `cannot open a store at ${path}: ${reason}`, { value: path, cause });
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
