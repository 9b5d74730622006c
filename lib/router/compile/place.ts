// What generated code calls places in a path, and values cut out of it.

/** Where something stands in the path: a variable and a distance. */
export interface Place {
  readonly base: string;
  readonly plus: number;
}

/** A captured value: two expressions. */
export interface Capture {
  readonly from: string;
  readonly to: string;
}

/** The value of a capture; of a wildcard it is the rest of the path as it stands. */
export function valueCode(capture: Capture | undefined, rest: boolean): string {
  if (capture === undefined) return '""'; // a wildcard reached without its slash
  return rest ? `p.slice(${capture.from}, ${capture.to})` : `value(p, ${capture.from}, ${capture.to})`;
}

/** How far texts agree. */
export function commonLength(texts: readonly string[], from: number): number {
  const [first = "", ...others] = texts;
  let size = from;
  while (size < first.length && others.every((text) => text.charCodeAt(size) === first.charCodeAt(size))) size++;
  return size;
}

/** Asks for one character. */
export function charTest(at: Place, offset: number, code: number): string {
  return `p.charCodeAt(${show(move(at, offset))}) === ${code}`;
}

/** The place so many characters on. */
export function move({ base, plus }: Place, by: number): Place {
  return { base, plus: plus + by };
}

/** The expression for a place. */
export function show({ base, plus }: Place): string {
  if (base === "") return String(plus);
  return plus === 0 ? base : `${base} + ${plus}`;
}
