/** The paths of a route as seen from where it is tried, or why they cannot be told. */
export type Paths =
  | { readonly pattern: string; readonly regExps: readonly RegExp[] }
  | { readonly pattern: string; readonly regExps?: undefined; readonly reason: string };

/** A router's place in another. */
export interface Mount {
  readonly pattern: string;
  /** The ways in which a path can be cut; of one path the first that fits counts. `undefined` when that cannot be told. */
  readonly cuts: readonly Cut[] | undefined;
  /** Case is ignored in what is cut off. */
  readonly fold: boolean;
}

/** How a mount cuts a path: what it takes off, and what the inner router sees of the rest. */
export interface Cut {
  /** What is cut off, as the source of a regular expression that always ends at the end of a segment. */
  readonly source: string;
  /**
   * - `rest`: the rest, as it is.
   * - `slash`: the same, but the first of two slashes is cut off, too.
   * - `end`: there is no rest but a slash, or two and more.
   * - `all`: everything is cut off.
   */
  readonly leaves: "rest" | "slash" | "end" | "all";
  /** Longer cuts that come first: the source fits only where this does not. */
  readonly unless?: string;
}

/** The paths of an inner route as the router outside sees them. */
export function underMount(inner: Paths, mount: Mount): Paths {
  const pattern = joinPatterns(mount.pattern, inner.pattern);
  if (inner.regExps === undefined) return { pattern, reason: inner.reason };
  const { cuts } = mount;
  if (cuts === undefined) return { pattern, reason: `it cannot be told what of a path is left below ${mount.pattern}` };
  const first = cuts[0];
  if (cuts.length === 1 && first?.source === "" && first.leaves === "rest") return { pattern, regExps: inner.regExps };
  const regExps: RegExp[] = [];
  for (const regExp of inner.regExps) {
    for (const cut of cuts) {
      const made = compose(cut, mount.fold, regExp);
      if (made === undefined) return { pattern, reason: `${regExp} cannot be joined with what is before it` };
      regExps.push(...made);
    }
  }
  return { pattern, regExps };
}

/** `/` below a prefix is the prefix itself. */
export function joinPatterns(prefix: string, pattern: string): string {
  const head = prefix.replace(/\/+$/, "");
  if (head === "") return pattern;
  return pattern === "/" ? head : head + (pattern.startsWith("/") ? pattern : `/${pattern}`);
}

function compose(cut: Cut, fold: boolean, inner: RegExp): readonly RegExp[] | undefined {
  const body = withoutStart(inner.source);
  if (body === undefined || /[gymsuv]/.test(inner.flags)) return undefined;
  const unless = cut.unless === undefined ? "" : `(?!(?:${cut.unless})(?:\\/|$))`;
  // a part that ignores case beside one that does not spells out both cases
  const mixed = fold !== inner.ignoreCase;
  const head = mixed && fold ? inBothCases(unless + cut.source) : unless + cut.source;
  const rest = mixed && inner.ignoreCase ? inBothCases(body) : body;
  if (head === undefined || rest === undefined) return undefined;
  const sources: string[] = [];
  if (inner.test("/")) sources.push(cut.leaves === "all" ? `^${head}$` : `^${head}\\/?$`);
  if (cut.leaves === "rest") sources.push(`^${head}(?=\\/)(?:${rest})`);
  if (cut.leaves === "slash") sources.push(`^${head}(?=\\/[^/])(?:${rest})`);
  if (cut.leaves === "slash" || cut.leaves === "end") sources.push(`^${head}\\/(?=\\/)(?:${rest})`);
  try {
    return sources.map((source) => new RegExp(source, fold && !mixed ? "i" : ""));
  } catch {
    return undefined; // what was read by hand is no expression after all
  }
}

/** A source that is read from where it stands, not from the start of the path; `undefined` when it asks for the start elsewhere. */
function withoutStart(source: string): string | undefined {
  if (/\\[1-9]|\(\?<|\\k/.test(source)) return undefined; // references would count the groups before it, too
  const parts = alternatives(source).map((part) => {
    const body = part.startsWith("^") ? part.slice(1) : `[^]*(?:${part})`;
    if (/(?:^|[^\\[])\^/.test(body.startsWith("[^]*") ? body.slice(4) : body)) return undefined;
    return body.endsWith("$") && !body.endsWith("\\$") ? body : `${body}[^]*`;
  });
  return parts.includes(undefined) ? undefined : parts.map((part) => `(?:${part})`).join("|");
}

/** Cuts a source at the bars that stand in no group and no class. */
function alternatives(source: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let inClass = false;
  let start = 0;
  for (let i = 0; i < source.length; i++) {
    const head = source.charAt(i);
    if (head === "\\") i++;
    else if (inClass) inClass = head !== "]";
    else if (head === "[") inClass = true;
    else if (head === "(") depth++;
    else if (head === ")") depth--;
    else if (head === "|" && depth === 0) {
      parts.push(source.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, source.slice(start)];
}

/** A source that spells out both cases of its letters. */
function inBothCases(source: string): string | undefined {
  if (/\[[^\]]*[a-z]|\\[cux]/i.test(source)) return undefined;
  return source.replace(/\\.|[a-z]/gi, (found) =>
    found.length > 1 ? found : `[${found.toLowerCase()}${found.toUpperCase()}]`,
  );
}
