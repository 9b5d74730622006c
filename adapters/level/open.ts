import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ClassicLevel } from "classic-level";
import { CodedError } from "../../lib/errors/index.ts";

/** A LevelDB folder with bytes under text keys. */
export type Db = ClassicLevel<string, Uint8Array>;

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
