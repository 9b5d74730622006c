/**
 * What `printRoutes` needs to know of a route.
 * @public
 */
export interface PrintableRoute {
  readonly methods: readonly string[];
  readonly pattern: string;
  readonly name?: string | undefined;
}

/**
 * Draws routes as a tree: one line per segment, with the methods and names of the routes that end there. Segments
 * stand in the order of precedence.
 * @example
 * ```ts
 * printRoutes([{ methods: ["GET"], pattern: "/users/:id", name: "user" }]);
 * // /
 * // └── users
 * //     └── :id  GET  (user)
 * ```
 * @public
 */
export function printRoutes(routes: readonly PrintableRoute[]): string {
  const root: Branch = { ends: [], below: new Map() };
  for (const route of routes) {
    let branch = root;
    const segments = splitPattern(route.pattern);
    for (const segment of segments.length === 1 && segments[0] === "" ? [] : segments) {
      let next = branch.below.get(segment);
      if (next === undefined) {
        next = { ends: [], below: new Map() };
        branch.below.set(segment, next);
      }
      branch = next;
    }
    branch.ends.push(route);
  }
  return [`/${label(root)}`, ...lines(root, "")].join("\n");
}

interface Branch {
  readonly ends: PrintableRoute[];
  readonly below: Map<string, Branch>;
}

function lines(branch: Branch, indent: string): readonly string[] {
  const entries = [...branch.below].sort(([a], [b]) => kindOrder(a) - kindOrder(b) || (a < b ? -1 : a > b ? 1 : 0));
  return entries.flatMap(([segment, below], i) => {
    const last = i === entries.length - 1;
    const shown = segment === "" ? "/" : segment; // an empty segment is the slash at the end of /a/
    return [
      `${indent}${last ? "└── " : "├── "}${shown}${label(below)}`,
      ...lines(below, `${indent}${last ? "    " : "│   "}`),
    ];
  });
}

function label(branch: Branch): string {
  const methods = [...new Set(branch.ends.flatMap((route) => route.methods))];
  const names = branch.ends.flatMap((route) => (route.name === undefined ? [] : [route.name]));
  return (methods.length > 0 ? `  ${methods.join(" ")}` : "") + (names.length > 0 ? `  (${names.join(" ")})` : "");
}

function kindOrder(segment: string): number {
  if (segment.startsWith("*")) return 4;
  if (!segment.includes(":")) return 0;
  if (segment.includes("(")) return 1;
  return /^:\w+\??$/.test(segment) ? 3 : 2;
}

/** Splits a pattern at its slashes, leaving those inside constraints alone. */
function splitPattern(pattern: string): readonly string[] {
  const segments: string[] = [];
  let depth = 0;
  let inClass = false;
  let start = 1;
  for (let i = 1; i < pattern.length; i++) {
    const head = pattern.charAt(i);
    if (depth > 0 && head === "\\") i++;
    else if (inClass) inClass = head !== "]";
    else if (depth > 0 && head === "[") inClass = true;
    else if (head === "(") depth++;
    else if (head === ")") depth--;
    else if (head === "/" && depth === 0) {
      segments.push(pattern.slice(start, i));
      start = i + 1;
    }
  }
  return [...segments, pattern.slice(start)];
}
