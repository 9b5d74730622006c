import type { Conditions, DescribedRoute } from "./types.ts";

/** The routes that conditions leave in a build. `!name` holds where `name` does not. */
export function withoutDead(routes: readonly DescribedRoute[], conditions: Conditions): readonly DescribedRoute[] {
  const known = new Map(Object.entries(conditions));
  return routes.filter(({ when }) => {
    if (when === undefined) return true;
    return when.startsWith("!") ? known.get(when.slice(1)) !== true : known.get(when) !== false;
  });
}
