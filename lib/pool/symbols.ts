/**
 * The key under which anything readable carries a function that gives its current value: `Symbol.for("busbar.read")`. It stands down here
 * because TypeScript takes the same registered symbol declared twice for two keys, and signals and html do not import each other.
 * @public
 */
export const READ: unique symbol = Symbol.for("busbar.read");

/**
 * The key under which a keyed source carries a function that reports its changes, row by row: `Symbol.for("busbar.deltas")`.
 * @public
 */
export const DELTAS: unique symbol = Symbol.for("busbar.deltas");

/**
 * Marks a keyed source whose readers keep their place in it: `source[CHANGES]()` gives one, which asks for what has changed instead of being told.
 * @public
 */
export const CHANGES: unique symbol = Symbol.for("busbar.changes");

/**
 * Marks a list whose rows are shown and forgotten: `source[STREAM]()` begins to show it.
 * @public
 */
export const STREAM: unique symbol = Symbol.for("busbar.stream");

/**
 * Marks a readable that is a part of a page with state of its own: `part[PART](read)` calls `read`, in which all of it is read, and nothing of parts inside.
 * @public
 */
export const PART: unique symbol = Symbol.for("busbar.part");
