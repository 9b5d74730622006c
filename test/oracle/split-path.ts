/** What the slow path splitter needs to know. */
export interface SplitOptions {
  readonly ignoreTrailingSlash?: boolean;
  readonly ignoreDuplicateSlashes?: boolean;
  readonly caseSensitive?: boolean;
}

/** The decoded segments of a path, the obvious way; the code of the error when the path is refused. */
export function splitPath(path: string, options: SplitOptions = {}): readonly string[] | { readonly code: string } {
  if (!path.startsWith("/")) return { code: "ROUTER_BAD_PATH" };
  const [before = ""] = path.split(/[?#]/);
  const decoded: string[] = [];
  for (const raw of before.split("/").slice(1)) {
    let text: string;
    try {
      text = decodeURIComponent(raw);
    } catch {
      return { code: "ROUTER_BAD_ENCODING" };
    }
    if (text === "." || text === "..") return { code: "ROUTER_DOT_SEGMENT" };
    decoded.push(text);
  }
  let segments = decoded;
  if (options.ignoreDuplicateSlashes) segments = segments.filter((s, i) => s !== "" || i === segments.length - 1);
  if (options.ignoreTrailingSlash) while (segments.length > 1 && segments.at(-1) === "") segments.pop();
  return segments;
}

/** Text in lower case, unit by unit; what would change its length stays. */
export function lowerCase(text: string): string {
  return text
    .split("")
    .map((unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit))
    .join("");
}

/** Segments put together again, escaped only where a segment's text could be taken for something else. */
export function joinPath(segments: readonly string[]): string {
  const escapeUnit = (unit: string): string => (/[%/?#\\]|\p{Cc}/u.test(unit) ? encodeURIComponent(unit) : unit);
  return `/${segments.map((segment) => segment.split("").map(escapeUnit).join("")).join("/")}`;
}
