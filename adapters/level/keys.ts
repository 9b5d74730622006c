const DIGITS = 14; // 2^53 has 14 hexadecimal digits: keys of one width sort like their numbers

/** `encodeURIComponent` never yields a slash, so no name can reach into another document's keys. */
const escaped = (name: string): string => encodeURIComponent(name);

/** The key of one appended update. */
export function logKey(name: string, position: number): string {
  return `u/${escaped(name)}/${position.toString(16).padStart(DIGITS, "0")}`;
}

/** The open range that holds exactly the appended updates of one document, or those behind a position. */
export function logBounds(name: string, after = 0): { gt: string; lt: string } {
  return { gt: logKey(name, after), lt: `u/${escaped(name)}0` }; // "0" is the character after "/"; positions begin with 1
}

/** The range of those up to a position, which a snapshot has. */
export function foldedBounds(name: string, upTo: number): { gte: string; lte: string } {
  return { gte: logKey(name, 0), lte: logKey(name, upTo) };
}

/** The position in a key made by `logKey`. */
export function positionOf(key: string): number {
  return Number.parseInt(key.slice(-DIGITS), 16);
}

/** The key of a document's snapshot. */
export function snapshotKey(name: string): string {
  return `s/${escaped(name)}`;
}

/** The key of the position a document's snapshot reaches to. */
export function metaKey(name: string): string {
  return `p/${escaped(name)}`;
}

/** The key under which a document is listed. Its name stands last and as it is: keys sort by their bytes. */
export function listKey(name: string): string {
  return `d/${name}`;
}

/** The key of a file beside a document. */
export function fileKey(name: string, key: string): string {
  return `f/${escaped(name)}/${key}`;
}
