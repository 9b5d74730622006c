/** What the slow path splitter needs to know. */
export interface SplitOptions {
  readonly ignoreTrailingSlash?: boolean;
  readonly ignoreDuplicateSlashes?: boolean;
  readonly caseSensitive?: boolean;
  readonly limits?: { readonly maxPathLength?: number; readonly maxParamLength?: number };
}

/** The decoded segments of a path, the obvious way; the code of the error when the path is refused. */
export function splitPath(path: string, options: SplitOptions = {}): readonly string[] | { readonly code: string } {
  if (!path.startsWith("/")) return { code: "ROUTER_BAD_PATH" };
  const maxPathLength = options.limits?.maxPathLength ?? 8192;
  const [before = ""] = path.split(/[?#]/);
  if (before.length > maxPathLength) return { code: "ROUTER_PATH_TOO_LONG" };
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
  const segments = withoutIgnored(decoded, options);
  return joinPath(segments).length > maxPathLength ? { code: "ROUTER_PATH_TOO_LONG" } : segments;
}

/** Drops the empty segments that the options ignore, from a path or from a pattern. */
export function withoutIgnored(segments: readonly string[], options: SplitOptions): string[] {
  let kept = [...segments];
  if (options.ignoreDuplicateSlashes) kept = kept.filter((s, i) => s !== "" || i === kept.length - 1);
  if (options.ignoreTrailingSlash) while (kept.length > 1 && kept.at(-1) === "") kept.pop();
  return kept;
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
