import { ariaNames, busNames, isKnownName } from "../elements/names.ts";

const MAX_NAME = 40; // longer ones are not worth a suggestion

/** What is wrong with an attribute's lower-case name, if anything is. */
export function judgeName(lower: string, tag: string): string | undefined {
  if (isKnownName(lower)) return undefined;
  const near = nearestName(lower);
  const advice = near === undefined ? "remove it, or use a data-* attribute" : `did you mean ${near}?`;
  return `nothing reads the attribute ${lower} of <${tag}>; ${advice}`;
}

/** The known name that takes the fewest changes of letters, at most a third of them. */
function nearestName(lower: string): string | undefined {
  if (lower.length > MAX_NAME) return undefined;
  const prefix = lower.slice(0, lower.indexOf("-") + 1);
  let least = Math.max(2, Math.floor((lower.length - prefix.length) / 3)) + 1;
  let found: string | undefined;
  for (const name of prefix === "aria-" ? ariaNames() : busNames()) {
    const changes = distance(
      lower.slice(prefix.length).replaceAll("-", ""),
      name.slice(prefix.length).replaceAll("-", ""),
    );
    if (changes >= least) continue;
    least = changes;
    found = name;
  }
  return found;
}

/** How many letters to insert, remove, replace or swap with the next. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const replaced = (row[j - 1] ?? 0) + (isSame ? 0 : 1);
      let least = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
