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
