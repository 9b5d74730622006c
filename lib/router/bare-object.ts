/**
 * The class of objects whose keys strangers may choose. Its prototype is frozen and inherits nothing, so `__proto__`
 * and `constructor` are ordinary keys.
 */
export const BareObject: new () => Record<string, unknown> = /* @__PURE__ */ createBareClass();

function createBareClass(): new () => Record<string, unknown> {
  function BareObject(): void {}
  BareObject.prototype = Object.freeze(Object.create(null));
  return BareObject as unknown as new () => Record<string, unknown>; // cast: an old-style constructor has no class type
}
