import { pathRules } from "../canonical-path.ts";
import type { ParamsShape } from "../params.ts";
import { factoryCode } from "../params-code.ts";
import { writeTable } from "./code.ts";
import { type CompilableRouter, MAX_CODE_ROUTES, weightFrom } from "./compile-router.ts";
import { tableOf } from "./frozen.ts";
import { aliveRoutes, routesHash } from "./routes-hash.ts";

/**
 * Options of `generateDispatch`.
 * @public
 */
export interface GenerateOptions {
  /** Numbers of requests by `"METHOD pattern"`: hot routes are tried first. */
  readonly profile?: Readonly<Record<string, number>>;
  /** Conditions by name. A route whose `when` is off is dropped; a name that is not given keeps its routes. */
  readonly conditions?: Readonly<Record<string, boolean>>;
}

/**
 * A dispatch as text.
 * @public
 */
export interface GeneratedDispatch {
  /** An ES module without imports, which exports `dispatch`. */
  readonly code: string;
  /** Of the routes and options: the same table gives the same hash on every machine. */
  readonly hash: string;
}

/**
 * Writes the dispatch of a router as a module, to be bound to its handlers with `bindDispatch`. The values of the
 * routes do not enter it.
 * @throws CodedError what `router.add` throws, when the routes come from something other than a router.
 * @example
 * ```ts
 * const { code } = generateDispatch(router, { conditions: { debug: false } });
 * ```
 * @public
 */
export function generateDispatch(router: CompilableRouter<unknown>, options: GenerateOptions = {}): GeneratedDispatch {
  const { conditions = {} } = options;
  const rules = pathRules(router.options);
  const routes = aliveRoutes(router, conditions);
  const hash = routesHash(router, conditions);
  const table = tableOf(routes, rules);
  const plain = !rules.fold && !rules.ignoreTrailingSlash && !rules.ignoreDuplicateSlashes;
  const small = plain && routes.length <= MAX_CODE_ROUTES;
  const parts = [
    "version: 1",
    `hash: ${JSON.stringify(hash)}`,
    // through JSON.parse, because a key named __proto__ in an object literal would be the prototype
    `conditions: JSON.parse(${JSON.stringify(JSON.stringify(conditions))})`,
    `methods: ${JSON.stringify([...table.methods()])}`,
    `factories: (prototype) => [${factories([...table.shapes.values()]).join(", ")}]`,
    ...(small ? [`create(kit) {\n${writeTable(table, routes, weightFrom(options.profile))}\n}`] : []),
  ];
  return { code: `export const dispatch = {\n${parts.join(",\n")},\n};\n`, hash };
}

function factories(shapes: readonly ParamsShape[]): readonly string[] {
  const named = new Map(shapes.map(({ names }) => [names.join(), names]));
  return [...named].map(([key, names]) => `[${JSON.stringify(key)}, ${factoryCode(names)}]`);
}
