/**
 * A typed key for what one request carries from middleware to handlers.
 * @public
 */
export interface StateKey<T> {
  /** For messages only: two keys of one name are two keys. */
  readonly name: string;
  /** Carries the type; never present. */
  readonly type?: T;
}

/**
 * Makes a key for `c.set(key, value)` and `c.get(key)`.
 * @example
 * ```ts
 * const currentUser = stateKey<User>("user");
 * app.use((c, next) => { c.set(currentUser, findUser(c)); return next(); });
 * app.get("/me", (c) => c.text(c.get(currentUser).name));
 * ```
 * @public
 */
export function stateKey<T>(name: string): StateKey<T> {
  return { name };
}
