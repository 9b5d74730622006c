/** Constructs of template languages that end at a fixed word. */
const FIXED: readonly (readonly [open: string, close: string])[] = [
  ["{{{", "}}}"],
  ["{{", "}}"],
  ["{%", "%}"],
  ["{#", "#}"],
  ["<%", "%>"],
  ["<?", "?>"],
];

const RAZOR = /@(?:[A-Za-z][\w.]{0,200})?\(/y;

/** Finds where template constructs end. */
export interface Holes {
  /** The end of the construct that starts at `i`, or -1 when none does. `bare`: whether `{` alone starts one, as it does in JSX. */
  endOf(i: number, bare: boolean): number;
}

/**
 * Knows the constructs of EJS, ERB, PHP, Handlebars, Nunjucks, Jinja, Django, Vue, Svelte, JSX, template strings, Pug and Razor. One that is not
 * closed is none.
 * @remarks Time: linear in the text, whatever stands in it, as long as it is asked with rising offsets.
 */
export function createHoles(text: string): Holes {
  const nextOf = createFinder(text);
  const braces = lazily(() => pairs(text, "{", "}"));
  const brackets = lazily(() => pairs(text, "(", ")"));
  const after = (i: number, pair: ReadonlyMap<number, number>): number => (pair.get(i) ?? -2) + 1;
  const fixed = (i: number): number => {
    for (const [open, close] of FIXED) {
      if (!text.startsWith(open, i)) continue;
      const end = nextOf(close, i + open.length);
      if (end >= 0) return end + close.length;
    }
    return -1;
  };
  return {
    endOf(i, bare) {
      const first = text[i];
      if ((first === "$" || first === "#") && text[i + 1] === "{") return after(i + 1, braces());
      if (first === "@") {
        RAZOR.lastIndex = i;
        return RAZOR.test(text) ? after(RAZOR.lastIndex - 1, brackets()) : -1;
      }
      if (first !== "{" && first !== "<") return -1;
      const end = fixed(i);
      if (!bare || first === "<") return end;
      const other = after(i, braces()); // {#if}, of Svelte, is no comment of Jinja
      return end < 0 || (other >= 0 && other < end) ? other : end;
    },
  };
}

/** `indexOf` that remembers what it found, for rising offsets. */
function createFinder(text: string): (word: string, from: number) => number {
  const known = new Map<string, number>();
  return (word, from) => {
    const last = known.get(word);
    if (last !== undefined && (last < 0 || last >= from)) return last;
    const found = text.indexOf(word, from);
    known.set(word, found);
    return found;
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Each opening bracket that is closed, and where. */
function pairs(text: string, open: string, close: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const stack: number[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === open) stack.push(i);
    else if (text[i] === close) {
      const start = stack.pop();
      if (start !== undefined) found.set(start, i);
    }
  }
  return found;
}
