interface Environment {
  readonly process?: { readonly env?: { readonly NODE_ENV?: string } };
}

/** Whether values are frozen unless an option says otherwise. Read once, as asking the environment is slow. */
export const IS_DEVELOPMENT: boolean = (globalThis as Environment).process?.env?.NODE_ENV !== "production"; // cast: absent in browsers

/**
 * Freezes plain objects and arrays, and those in them; anything else (instances of classes, maps, dates, functions, buffers) is left as it is.
 * Stops at what is frozen already. Runs no getters.
 */
export function freezeDeep<T>(value: T): T {
  if (!isPlain(value) || Object.isFrozen(value)) return value;
  const waiting: object[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    Object.freeze(next);
    for (const key of Reflect.ownKeys(next)) {
      const inner: unknown = Object.getOwnPropertyDescriptor(next, key)?.value;
      if (isPlain(inner) && !Object.isFrozen(inner)) waiting.push(inner);
    }
  }
  return value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
