const MAX_LENGTH = 120;

// Directions of text and characters of no width, with which a name shows another ending than it has.
const INVISIBLE = /[\p{C}\u2028\u2029]/gu;
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * A client's name for a file as one that is safe to show, to store and to send back in a header: no folders, no control or invisible
 * characters, nothing a file system gives a meaning to, no dot at either end, at most 120 UTF-16 units with its ending kept. `"file"` where
 * nothing is left.
 * @remarks Two files may have one name: do not use it as a path, or at least not alone.
 * @example
 * ```ts
 * safeFilename("..\\..\\etc/pass\u0000wd.txt"); // "passwd.txt"
 * ```
 * @public
 */
export function safeFilename(name: string): string {
  const last = name.slice(0, 4096).split(/[/\\]/).pop() ?? "";
  const clean = last
    .normalize("NFC")
    .replace(INVISIBLE, "")
    .replace(/[<>:"|?*\ufffd]/g, "_")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "")
    .replace(DEVICE, "_$&");
  return shorten(clean) || "file";
}

function shorten(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? "";
  return `${name.slice(0, MAX_LENGTH - ending.length).replace(/[\ud800-\udbff]$|[. ]+$/g, "")}${ending}`;
}
