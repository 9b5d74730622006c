import { CodedError } from "../errors/index.ts";
import type { Platform } from "./types.ts";

/** Shorter secrets can be guessed offline from one signed value. */
export const MIN_SECRET_BYTES = 32;

/**
 * Whether two secrets are equal; the time taken tells nothing of where they differ, nor how long they are.
 * @remarks Two HMACs under a key of this call alone are compared, so not even a prefix can be probed for.
 * @example if (!equalSecrets(c.platform, token, expected)) return c.empty(401);
 * @public
 */
export function equalSecrets(platform: Platform, left: string, right: string): boolean {
  const key = platform.random(32);
  const bytes = new TextEncoder();
  return equalBytes(platform.hmac(key, bytes.encode(left)), platform.hmac(key, bytes.encode(right)));
}

/**
 * Keys of an app, the newest first.
 * @throws CodedError `APP_WEAK_SECRET` when one has fewer than 32 bytes.
 */
export function secretKeys(secrets: readonly (string | Uint8Array)[]): readonly Uint8Array[] {
  return secrets.map((secret) => {
    const key = typeof secret === "string" ? new TextEncoder().encode(secret) : secret.slice();
    if (key.length >= MIN_SECRET_BYTES) return key;
    throw new CodedError(
      "APP_WEAK_SECRET",
      `a secret has ${key.length} bytes, at least ${MIN_SECRET_BYTES} are needed`,
    );
  });
}

/** The signature of a text for one purpose alone, 43 characters of base64url. The length keeps purpose and text apart. */
export function signText(platform: Platform, key: Uint8Array, purpose: string, text: string): string {
  return toBase64Url(platform.hmac(key, new TextEncoder().encode(`${purpose.length}:${purpose}${text}`)));
}

/** Whether a signature was made with any of the keys, for this purpose. */
export function isSigned(
  platform: Platform,
  keys: readonly Uint8Array[],
  purpose: string,
  text: string,
  signature: string,
): boolean {
  const given = new TextEncoder().encode(signature);
  let found = false;
  for (const key of keys) {
    const expected = new TextEncoder().encode(signText(platform, key, purpose, text));
    if (equalBytes(expected, given)) found = true;
  }
  return found;
}

/** Bytes as unpadded base64url. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** Looks at every byte; lengths are no secret here. */
function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) difference |= (left[at] ?? 0) ^ (right[at] ?? 0);
  return difference === 0;
}
