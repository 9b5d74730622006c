import { HTML, kindOf, makeMarked, SPREAD } from "../brand.ts";
import type { Site } from "../contexts.ts";
import type { Html, Spread } from "../types.ts";
import { isReadable, isThenable, unwrap } from "../unwrap.ts";

/** How many values are looked at when a render has failed: far more than any page has promises. */
const MAX_VISITS = 100_000;

/**
 * Values outside children, with functions called and promises awaited: an operation prints them in one go.
 * @returns The list itself when there was nothing to do, a new one, or a promise of that.
 */
export function settleValues(
  values: readonly unknown[],
  first: number,
  count: number,
  site: Site,
): readonly unknown[] | Promise<readonly unknown[]> {
  let known: unknown[] | undefined;
  let isLater = false;
  for (let hole = first; hole < first + count; hole++) {
    const value = values[hole];
    if (!mayBeLater(value)) continue;
    known ??= values.slice();
    known[hole] = settleValue(value, site, hole);
    isLater ||= isPromise(known[hole]);
  }
  return isLater && known !== undefined ? settled(known, first, count) : (known ?? values);
}

/** Waits for those of the operation alone: the others have places of their own to be waited for. */
async function settled(known: unknown[], first: number, count: number): Promise<readonly unknown[]> {
  known.splice(first, count, ...(await Promise.all(known.slice(first, first + count))));
  return known;
}

function mayBeLater(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && (kindOf(value) ?? SPREAD) === SPREAD;
}

function settleValue(given: unknown, site: Site, hole: number): unknown {
  const value = unwrap(given, site, hole);
  if (typeof value !== "object" || value === null || kindOf(value) !== SPREAD) return value;
  const { attributes } = value as Spread; // cast: its kind says so
  const names = Object.keys(attributes);
  const known = names.map((name) => unwrap(attributes[name], site, hole));
  const build = (settled: readonly unknown[]): Spread => {
    const own: Record<string, unknown> = Object.create(null); // `__proto__` is a name like any other here: refused when it is printed
    for (const [i, name] of names.entries()) own[name] = settled[i];
    return makeMarked<Spread>(SPREAD, { attributes: own as Spread["attributes"] }); // cast: checked when it is printed
  };
  return known.some(isPromise) ? Promise.all(known).then(build) : build(known);
}

function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && kindOf(value) === undefined && isThenable(value);
}

/**
 * Takes note of the promises among values that will never be rendered, because something else has failed: nobody will await them, and
 * a rejection that nobody has heard of ends the process.
 */
export function silence(root: unknown): void {
  const open: unknown[] = [root];
  for (let visits = 0; open.length > 0 && visits < MAX_VISITS; visits++) {
    const value = open.pop();
    if (typeof value !== "object" || value === null || isReadable(value)) continue;
    const kind = kindOf(value);
    if (kind === HTML)
      open.push(...(value as Html).values); // cast: its kind says so
    else if (kind === SPREAD) open.push(...Object.values((value as Spread).attributes));
    else if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (isStarted(value)) value.then(undefined, ignore);
  }
}

/** Other thenables (queries, mostly) may start when `then` is called, and what is not rendered is not started. */
function isStarted(value: object): value is Promise<unknown> {
  return Object.prototype.toString.call(value) === "[object Promise]";
}

function ignore(): void {}
