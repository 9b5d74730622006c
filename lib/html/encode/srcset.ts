import { ANY_IMAGE } from "../contexts.ts";
import { BLOCKED_URL, isDataImage, isSafeUrl } from "./url.ts";
import type { Policy } from "./url-policy.ts";

/** Checks the URL of every candidate of a `srcset`. */
export function checkSrcset(srcset: string, policy: Policy): string {
  if (areSafe(srcset)) return srcset;
  const isSafe = (url: string): boolean => isDataImage(url, ANY_IMAGE) || areSafe(url);
  return policy.dataImages && candidatesOf(srcset).every(isSafe) ? srcset : BLOCKED_URL;
}

// Every run between spaces and commas is checked, descriptors too: a descriptor has no colon, so nothing is lost.
function areSafe(text: string): boolean {
  return text.split(/[\s,]+/).every(isSafeUrl);
}

/** The URLs as the standard finds them: a URL may hold commas, but not end with one. What else is there comes along. */
function candidatesOf(srcset: string): string[] {
  const found: string[] = [];
  let rest = srcset;
  for (;;) {
    const url = /^[\t\n\f\r ,]*([^\t\n\f\r ]+)/.exec(rest);
    if (url === null) return found;
    const text = (url[1] ?? "").replace(/,+$/, "");
    found.push(text);
    rest = rest.slice(url[0].length);
    if (text !== url[1]) continue;
    const descriptors = /^(?:\([^)]*\)?|[^,(]+)*/.exec(rest)?.[0] ?? "";
    found.push(...descriptors.split(/[\s()]+/));
    rest = rest.slice(descriptors.length);
  }
}

/** Keeps a value inside its candidate when it is only part of a `srcset`. */
export function encodeSrcsetPart(text: string, policy: Policy): string {
  const isImage = policy.dataImages && isDataImage(text, ANY_IMAGE);
  // The comma in a data URL is its own; one at the end would still end the candidate.
  const inner = isImage ? /\s|,$/g : /[\s,]/g;
  return text.replace(inner, (char) => encodeURIComponent(char).replace(",", "%2C"));
}
