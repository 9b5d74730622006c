/**
 * A parameter of a path.
 * @public
 */
export interface PathParam {
  /** Its name in the pattern; `wildcard` for one without a name. */
  readonly name: string;
  /** What its value must match as a whole. */
  readonly pattern: string | undefined;
  /** It takes the rest of the path, slashes included. */
  readonly wildcard: boolean;
}

/**
 * A path as OpenAPI writes it.
 * @public
 */
export interface TemplatedPath {
  /** With each parameter as `{name}`. */
  readonly path: string;
  /** In the order they stand. */
  readonly params: readonly PathParam[];
}

/**
 * The paths a pattern of the router stands for: one, or two when its last parameter may be left out. The pattern is known to be valid.
 * @public
 */
export function templatedPaths(pattern: string): readonly TemplatedPath[] {
  const params: PathParam[] = [];
  let path = "";
  for (let at = 0; at < pattern.length; ) {
    const head = pattern.charAt(at);
    if (head === "*") {
      const name = pattern.slice(at + 1) || "wildcard";
      params.push({ name, pattern: undefined, wildcard: true });
      return [{ path: `${path}{${name}}`, params }];
    }
    if (head === "?")
      return [
        { path: path.slice(0, path.lastIndexOf("/")) || "/", params: params.slice(0, -1) },
        { path, params },
      ];
    if (head !== ":") {
      path += head;
      at += 1;
      continue;
    }
    const name = /^\w+/.exec(pattern.slice(at + 1))?.[0] ?? "";
    at += 1 + name.length;
    const end = pattern.charAt(at) === "(" ? closingBracket(pattern, at) : at;
    params.push({ name, pattern: end === at ? undefined : `^(?:${pattern.slice(at + 1, end)})$`, wildcard: false });
    path += `{${name}}`;
    at = end === at ? at : end + 1;
  }
  return [{ path, params }];
}

/** Brackets nest, may be escaped, and mean nothing inside a class. */
function closingBracket(pattern: string, open: number): number {
  let depth = 0;
  let inClass = false;
  for (let i = open; i < pattern.length; i++) {
    const head = pattern.charAt(i);
    if (head === "\\") i += 1;
    else if (inClass) inClass = head !== "]";
    else if (head === "[") inClass = true;
    else if (head === "(") depth += 1;
    else if (head === ")" && --depth === 0) return i;
  }
  return pattern.length;
}
