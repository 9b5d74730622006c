import { CodedError } from "../errors/index.ts";

/**
 * Refuses what has no bytes: an ArrayBuffer has no `length`, so that loops over it end at once and it hashes, writes and sends as if it were empty.
 * @throws CodedError `POOL_BAD_ARGUMENT`
 */
export function checkBytes(bytes: Uint8Array): void {
  if (!ArrayBuffer.isView(bytes)) throw new CodedError("POOL_BAD_ARGUMENT", "What should be a Uint8Array is none");
}
