import { type GeneratedDispatch, generateDispatch } from "../../lib/router/compile/index.ts";
import { createRouter, type Router } from "../../lib/router/index.ts";
import type { Conditions, DescribedTable, Profile } from "./types.ts";

/** What shapes a dispatch besides the table. */
export interface DispatchOptions {
  readonly conditions: Conditions;
  readonly profile: Profile;
}

/** Generates the dispatch of a described table. */
export function dispatchOf(table: DescribedTable, options: DispatchOptions): GeneratedDispatch {
  return generateDispatch(toRouter(table), options);
}

/** The table as a router again, in which each route stands for itself. */
function toRouter({ options, routes }: DescribedTable): Router<number> {
  const router = createRouter<number>(options);
  routes.forEach(({ methods, pattern, name, constraints, when }, i) => {
    router.add(methods, pattern, i, {
      ...(name === undefined ? {} : { name }),
      ...(constraints === undefined ? {} : { constraints }),
      ...(when === undefined ? {} : { when }),
    });
  });
  return router;
}
