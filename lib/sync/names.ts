import { CodedError } from "../errors/index.ts";

const MAX_NAME_BYTES = 512;

/** Refuses names a store could not keep apart or hold: empty, over 512 bytes of UTF-8, or with half a surrogate pair. */
export function checkName(name: string): void {
  const fits = name.length > 0 && name.length <= MAX_NAME_BYTES && !/\p{Surrogate}/u.test(name);
  if (!fits || new TextEncoder().encode(name).length > MAX_NAME_BYTES) {
    throw new CodedError("SYNC_BAD_NAME", `a document name of ${name.length} characters is not allowed`, {
      value: name.length,
    });
  }
}
