import type { Route } from "../../router/index.ts";
import type { App } from "../app-types.ts";
import type { Endpoint } from "../table.ts";
import { SchemaStore } from "./json-schema.ts";
import { type Drafting, metaOf, OWN_RESPONSES, operationOf } from "./operation.ts";
import { templatedPaths } from "./paths.ts";
import type { JsonSchema, OpenApiDocument, OpenApiOperation, OpenApiOptions, OpenApiReply } from "./types.ts";

/**
 * The routes of an app as an OpenAPI 3.1 document: paths and parameters from the patterns, bodies and replies from the schemas, words from
 * `meta.openapi` ({@link OpenApiMeta}).
 * @returns Plain data, the same for the same routes in any order.
 * @remarks Middleware, the host's own routes and what a handler really sends are not looked at. A wildcard is a parameter that may hold slashes; an
 * optional parameter makes two paths; a route for any method stands as GET, POST, PUT, PATCH and DELETE; HEAD is listed only where it has a route.
 * @example
 * ```ts
 * const document = openapi(app, { info: { title: "Shop", version: "1.0.0" } });
 * ```
 * @public
 */
export function openapi(app: Pick<App, "router">, options: OpenApiOptions): OpenApiDocument {
  const store = new SchemaStore("#/components/schemas/");
  const ids = new Set<string>();
  const drafting: Drafting = {
    options,
    store,
    uniqueId: (wanted) => {
      let id = wanted;
      for (let i = 2; ids.has(id); i++) id = `${wanted}_${i}`;
      ids.add(id);
      return id;
    },
  };
  store.set("Problem", PROBLEM);
  const paths = pathsOf(entriesOf(app.router.routes(), options), drafting);
  const { info, servers, tags, security, securitySchemes } = options;
  return {
    openapi: "3.1.1",
    info,
    ...(servers === undefined ? {} : { servers }),
    ...(tags === undefined ? {} : { tags }),
    ...(security === undefined ? {} : { security }),
    paths,
    components: {
      schemas: store.all(),
      responses: ownResponses(),
      ...(securitySchemes === undefined ? {} : { securitySchemes }),
    },
  };
}

/** One method of one route at one path. */
interface Entry {
  readonly route: Route<Endpoint>;
  readonly method: string;
  readonly place: ReturnType<typeof templatedPaths>[number];
}

const ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"];

function entriesOf(routes: readonly Route<Endpoint>[], options: OpenApiOptions): Entry[] {
  const shown = routes.filter((route) => metaOf(route) !== undefined && options.filter?.(route) !== false);
  const entries = shown.flatMap((route) =>
    templatedPaths(route.pattern).flatMap((place) =>
      route.methods.flatMap((method) => (method === "*" ? ANY : [method])).map((method) => ({ route, method, place })),
    ),
  );
  return entries.sort((a, b) => compare(sortKey(a), sortKey(b)));
}

/** Routes are told in the order of their paths; where OpenAPI sees one operation, a plain route goes before one with constraints. */
function sortKey({ route, method, place }: Entry): string {
  const { constraints } = route;
  const asked =
    constraints === undefined ? "" : JSON.stringify([String(constraints.host ?? ""), constraints.version ?? ""]);
  return [place.path, method, asked, route.pattern].join("\n");
}

function pathsOf(entries: readonly Entry[], drafting: Drafting): OpenApiDocument["paths"] {
  const paths = new Map<string, Map<string, OpenApiOperation>>();
  const known = new Map<string, string>(); // path by its shape: OpenAPI takes /{id} and /{name} for one
  for (const { route, method, place } of entries) {
    const shape = place.path.replaceAll(/\{[^}]*\}/g, "{}");
    const path = known.get(shape) ?? place.path;
    known.set(shape, path);
    const operations = paths.get(path) ?? new Map<string, OpenApiOperation>();
    paths.set(path, operations);
    const operation = operationOf(route, method, place, metaOf(route) ?? {}, drafting);
    const key = METHODS.has(method) ? method.toLowerCase() : `x-${method.toLowerCase()}`;
    const first = operations.get(key);
    if (first === undefined && path === place.path) operations.set(key, operation);
    else if (first === undefined) operations.set(key, renamed(operation, place.path, path));
    else {
      const others = first["x-alternatives"] ?? [];
      operations.set(key, { ...first, "x-alternatives": [...others, { ...operation, "x-pattern": route.pattern }] });
    }
  }
  return Object.fromEntries([...paths].map(([path, operations]) => [path, Object.fromEntries(operations)]));
}

const METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]);

/** The same operation with its path parameters called as the path it is listed under calls them. */
function renamed(operation: OpenApiOperation, from: string, to: string): OpenApiOperation {
  const names = [...from.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
  const wanted = [...to.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
  const parameters = (operation.parameters ?? []).map((parameter) => {
    const name = parameter.in === "path" ? wanted[names.indexOf(parameter.name)] : undefined;
    return name === undefined ? parameter : { ...parameter, name };
  });
  return { ...operation, parameters };
}

function ownResponses(): Readonly<Record<string, OpenApiReply>> {
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    Object.entries(OWN_RESPONSES).map(([name, [, description]]) => [name, { description, content }]),
  );
}

const PROBLEM: JsonSchema = {
  type: "object",
  description: "What went wrong, as RFC 9457 has it.",
  required: ["type", "title", "status"],
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    errors: {
      type: "array",
      description: "What of the request does not fit.",
      maxItems: 32,
      items: {
        type: "object",
        required: ["in", "path", "reason"],
        properties: {
          in: { enum: ["params", "query", "headers", "cookies", "body"] },
          path: { type: "array", items: { type: ["string", "integer"] } },
          reason: { type: "string", maxLength: 300 },
        },
      },
    },
    omitted: { type: "integer", description: "How many more there are." },
  },
};

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
