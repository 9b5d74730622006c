import { hash64 } from "../../pool/index.ts";

/** 64 bits over texts, as 16 hexadecimal digits: `["a", "b"]` and `["ab"]` differ whatever characters they hold, lone surrogates too. */
export function hashTexts(texts: readonly string[]): string {
  return hash64(JSON.stringify(texts));
}
