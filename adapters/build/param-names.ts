/** A parameter of a pattern. */
export interface ParamName {
  readonly name: string;
  /** A path of the pattern may lack it. */
  readonly optional: boolean;
}

/** The parameters of a valid pattern, from left to right. The same rules in types: `PathParams` of `busbar/router`. */
export function paramNames(pattern: string): readonly ParamName[] {
  const found: ParamName[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const head = pattern[at];
    if (head === "*") return [...found, { name: pattern.slice(at + 1) || "*", optional: false }];
    if (head !== ":") continue;
    const name = /^\w*/.exec(pattern.slice(at + 1))?.[0] ?? "";
    at += name.length;
    if (pattern[at + 1] === "(") at = closingBracket(pattern, at + 1);
    found.push({ name, optional: pattern[at + 1] === "?" });
  }
  return found;
}

/** Brackets inside a constraint may nest, be escaped, or stand in a class. */
function closingBracket(pattern: string, open: number): number {
  let depth = 0;
  let inClass = false;
  for (let at = open; at < pattern.length; at++) {
    const head = pattern[at];
    if (head === "\\") at++;
    else if (inClass) inClass = head !== "]";
    else if (head === "[") inClass = true;
    else if (head === "(") depth++;
    else if (head === ")" && --depth === 0) return at;
  }
  return pattern.length;
}
