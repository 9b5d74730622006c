import type { Platform } from "../../app/index.ts";

const ID_BYTES = 12;
const TAG_BYTES = 16;
const TOKEN_BYTES = ID_BYTES + 4 + TAG_BYTES;

/** Signs and reads session tokens: 12 bytes of id, 4 of expiry in seconds, 16 of HMAC over both, the page's URL and the visitor's cookie. */
export interface Tokens {
  issue(id: string, url: string): Uint8Array;
  /** The id, or `undefined` when the token is not ours, is for another page, or has expired. */
  read(token: Uint8Array, url: string): string | undefined;
  newId(): string;
}

/**
 * Makes the tokens of a route.
 * @param key - Signs them.
 * @param cookie - What the visitor's cookie says, "" for none: a token is good for who has the same.
 * @param isStrict - Whether one made for a visitor without is no good for one who has a cookie by now.
 */
export function createTokens(
  platform: Platform,
  key: Uint8Array,
  ttlMs: number,
  cookie: string,
  isStrict: boolean,
): Tokens {
  const tagOf = (head: Uint8Array, url: string, cookie: string): Uint8Array => {
    const text = new TextEncoder().encode(`busbar/live\n${url}\n${cookie}`); // neither an address nor a cookie has a line break
    const data = new Uint8Array(head.length + text.length);
    data.set(head);
    data.set(text, head.length);
    return platform.hmac(key, data).subarray(0, TAG_BYTES);
  };
  return {
    newId: () => newId(platform),
    issue(id, url) {
      const token = new Uint8Array(TOKEN_BYTES);
      token.set(fromText(id));
      new DataView(token.buffer).setUint32(ID_BYTES, Math.ceil((platform.now() + ttlMs) / 1000));
      token.set(tagOf(token.subarray(0, ID_BYTES + 4), url, cookie), ID_BYTES + 4);
      return token;
    },
    read(token, url) {
      if (token.length !== TOKEN_BYTES) return undefined;
      const isOurs = (bound: string): boolean => {
        const tag = tagOf(token.subarray(0, ID_BYTES + 4), url, bound);
        // Every byte is looked at, so that the time taken tells nothing about the tag.
        let difference = 0;
        for (let at = 0; at < TAG_BYTES; at++) difference |= (tag[at] ?? 0) ^ (token[ID_BYTES + 4 + at] ?? 0);
        return difference === 0;
      };
      if (!isOurs(cookie) && (isStrict || cookie === "" || !isOurs(""))) return undefined;
      const expiresAtMs = new DataView(token.buffer, token.byteOffset).getUint32(ID_BYTES) * 1000;
      return platform.now() < expiresAtMs ? toText(token.subarray(0, ID_BYTES)) : undefined;
    },
  };
}

/** Names a session; nobody guesses it. */
export function newId(platform: Platform): string {
  return toText(platform.random(ID_BYTES));
}

/** Bytes as base64. */
export function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Base64 as bytes; nothing for what is not base64. */
export function fromText(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
