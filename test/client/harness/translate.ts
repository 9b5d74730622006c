export type Translate = (text: string) => string;

/** For the build with the prefix `bus-`. */
export const same: Translate = (text) => text;

/** For the build with the prefix `hx-`: attributes and elements, headers, events, and the classes, which htmx calls after itself. */
export const toHx: Translate = (text) =>
  text
    .replace(/\bbus-(request|swapping|added)\b/g, "htmx-$1")
    .replace(/\bbus-/g, "hx-")
    .replace(/\bBus-/g, "HX-")
    .replace(/\bbus:/g, "htmx:");

/** Translates every text in plain data, keys too. Functions stay: what they are given and what they return is translated elsewhere. */
export function translateAll<T>(value: T, translate: Translate): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === "string") return translate(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [translate(key), walk(inner)]));
  };
  return walk(value) as T; // cast: walk keeps the shape
}
