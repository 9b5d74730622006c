import { CodedError } from "../../lib/errors/index.ts";
import { decodeValue, encodeValue } from "../../lib/wire/index.ts";
import type { Db } from "./open.ts";

const KEY = "v";

/** How keys, records and the journal are written. It rises when this release could not read what the next one writes. */
const FORMAT = 1;

/**
 * Says in a new folder how it is written; folders of before there was such a mark are of the first format.
 * @throws CodedError `SYNC_STORE_FORMAT` for a folder of a later release: nothing of it is changed.
 */
export async function checkFormat(path: string, db: Db): Promise<void> {
  const mark = await db.get(KEY);
  if (mark === undefined) {
    await db.put(KEY, encodeValue(FORMAT), { sync: true });
    return;
  }
  if (readFormat(mark) === FORMAT) return;
  throw new CodedError("SYNC_STORE_FORMAT", `${path} was written by another release`, { value: path });
}

function readFormat(mark: Uint8Array): unknown {
  try {
    return decodeValue(mark);
  } catch {
    return undefined; // a later release may say it in another way
  }
}
