/**
 * A part of the program that is loaded when it is first needed: at once where it is there already, and anew where it could not be.
 * What it remembers is what the host's table of modules does, which only answers later.
 */
export function later<T>(load: () => Promise<T>): Later<T> {
  let loaded: T | undefined;
  const ask = (): T | Promise<T> =>
    loaded ??
    load().then((part) => {
      loaded = part;
      return part;
    });
  return Object.assign(ask, { peek: () => loaded });
}

/** Gives the part. */
export interface Later<T> {
  (): T | Promise<T>;
  /** Only where it is there already. */
  peek(): T | undefined;
}
