import type { Route } from "../../router/index.ts";
import type { StandardSchema } from "../schema.ts";
import type { Endpoint } from "../table.ts";
import { isSchema, jsonSchemaOf, type SchemaStore, takesNothing } from "./json-schema.ts";
import type { PathParam, TemplatedPath } from "./paths.ts";
import type {
  JsonSchema,
  OpenApiContent,
  OpenApiMeta,
  OpenApiOperation,
  OpenApiOptions,
  OpenApiParameter,
  OpenApiReply,
  SchemaDirection,
} from "./types.ts";

/** What operations of one document share. */
export interface Drafting {
  readonly options: OpenApiOptions;
  readonly store: SchemaStore;
  /** Gives an id that no other operation has. */
  uniqueId(wanted: string): string;
}

/** What a route's `meta.openapi` says; `undefined` when it is to be left out. */
export function metaOf(route: Route<Endpoint>): OpenApiMeta | undefined {
  const meta: unknown = isSchema(route.meta) ? route.meta["openapi"] : undefined;
  if (meta === false) return undefined;
  if (!isSchema(meta)) return {};
  return meta["hidden"] === true ? undefined : meta; // the fields are the author's own, documented as OpenApiMeta
}

/** Replies the pipeline gives by itself, kept once in the document. */
export const OWN_RESPONSES: Readonly<Record<string, readonly [status: string, description: string]>> = {
  BadRequest: ["400", "The request does not fit the schema of this address."],
  ContentTooLarge: ["413", "The body is too large."],
  UnsupportedMediaType: ["415", "The body is not of a type this address takes."],
};

export function operationOf(
  route: Route<Endpoint>,
  method: string,
  { path, params }: TemplatedPath,
  meta: OpenApiMeta,
  drafting: Drafting,
): OpenApiOperation {
  const { body } = route.value.options;
  const operationId = drafting.uniqueId(meta.operationId ?? route.name ?? idOf(method, path));
  const describe = (schema: StandardSchema, direction: SchemaDirection, what: string): JsonSchema => {
    const raw = jsonSchemaOf(schema, direction, `${method} ${path}: ${what}`, drafting.options);
    return drafting.store.embed(raw ?? {}, `${operationId}_${what}`);
  };
  const parameters = parametersOf(route, params, describe, drafting.store);
  return {
    operationId,
    ...(meta.summary === undefined ? {} : { summary: meta.summary }),
    ...(meta.description === undefined ? {} : { description: meta.description }),
    ...(meta.tags === undefined ? {} : { tags: [...meta.tags] }),
    ...(meta.deprecated === true ? { deprecated: true as const } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            ...(takesNothing(body) ? {} : { required: true as const }),
            content: bodyContent(describe(body, "input", "body"), meta, drafting.store),
          },
        }),
    responses: responsesOf(route, meta, describe),
    ...(meta.security === undefined ? {} : { security: meta.security }),
  };
}

type Describe = (schema: StandardSchema, direction: SchemaDirection, what: string) => JsonSchema;

function parametersOf(
  route: Route<Endpoint>,
  params: readonly PathParam[],
  describe: Describe,
  store: SchemaStore,
): OpenApiParameter[] {
  const { options } = route.value;
  const fields = (schema: StandardSchema | undefined, what: string): JsonSchema | undefined =>
    schema === undefined ? undefined : store.resolve(describe(schema, "input", what));
  const inPath = fields(options.params, "params");
  const list: OpenApiParameter[] = params.map((param) => pathParameter(param, propertiesOf(inPath)[param.name]));
  for (const [place, part] of [
    ["query", "query"],
    ["header", "headers"],
    ["cookie", "cookies"],
  ] as const) {
    const schema = fields(options[part], part);
    if (schema !== undefined) list.push(...fieldParameters(place, schema));
  }
  return list;
}

function pathParameter({ name, pattern, wildcard }: PathParam, schema: JsonSchema | undefined): OpenApiParameter {
  const fallback = pattern === undefined ? { type: "string" } : { type: "string", pattern };
  const note = wildcard ? { description: "The rest of the path, slashes included." } : {};
  return { name, in: "path", required: true, ...note, ...noteOf(schema), schema: schema ?? fallback };
}

/** Header parameters of these names OpenAPI ignores: bodies and security schemes tell of them. */
const IGNORED: ReadonlySet<string> = new Set(["accept", "content-type", "authorization"]);

function fieldParameters(place: "query" | "header" | "cookie", schema: JsonSchema): OpenApiParameter[] {
  const properties = Object.entries(propertiesOf(schema));
  if (properties.length === 0) {
    // Fields without fixed names: one parameter whose properties they are. Only the query can say so.
    return place === "query" ? [{ name: "query", in: place, style: "form", explode: true, schema }] : [];
  }
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return properties
    .filter(([name]) => place !== "header" || !IGNORED.has(name.toLowerCase()))
    .map(([name, each]) => ({
      name,
      in: place,
      ...(required.includes(name) ? { required: true as const } : {}),
      ...noteOf(each),
      schema: each,
    }));
}

function noteOf(schema: JsonSchema | undefined): Pick<OpenApiParameter, "description" | "deprecated"> {
  const { description, deprecated } = schema ?? {};
  return {
    ...(typeof description === "string" ? { description } : {}),
    ...(deprecated === true ? { deprecated } : {}),
  };
}

export function propertiesOf(schema: JsonSchema | undefined): Readonly<Record<string, JsonSchema>> {
  const properties = schema?.["properties"];
  if (!isSchema(properties)) return {};
  return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, isSchema(each) ? each : {}]));
}

function bodyContent(schema: JsonSchema, meta: OpenApiMeta, store: SchemaStore): OpenApiContent {
  const types =
    meta.consumes ??
    (store.resolve(schema)["type"] === "string" ? ["application/json", "text/plain"] : ["application/json"]);
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function responsesOf(
  route: Route<Endpoint>,
  meta: OpenApiMeta,
  describe: Describe,
): Readonly<Record<string, OpenApiReply>> {
  const { params, query, headers, cookies, body, response } = route.value.options;
  const status = String(meta.status ?? 200);
  const replies = new Map<string, OpenApiReply>();
  const content = (
    schema: StandardSchema | undefined,
    type: string | undefined,
    what: string,
  ): { content?: OpenApiContent } =>
    schema === undefined
      ? {}
      : { content: { [type ?? "application/json"]: { schema: describe(schema, "output", what) } } };
  replies.set(status, { description: "Done.", ...content(response, meta.produces, "response") });
  const own = [
    ...([params, query, headers, cookies, body].some((schema) => schema !== undefined) ? ["BadRequest"] : []),
    ...(body === undefined ? [] : ["ContentTooLarge", "UnsupportedMediaType"]),
  ];
  for (const name of own) replies.set(OWN_RESPONSES[name]?.[0] ?? "", { $ref: `#/components/responses/${name}` });
  for (const [code, given] of Object.entries(meta.responses ?? {})) {
    const said =
      given.schema === undefined && code === status
        ? content(response, meta.produces, "response")
        : content(given.schema, given.type, `response_${code}`);
    replies.set(code, { description: given.description, ...said });
  }
  return Object.fromEntries([...replies].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `GET /users/{id}` is `getUsersById`. */
function idOf(method: string, path: string): string {
  const words = path.replaceAll(/\{(\w+)\}/g, " by $1 ").match(/[A-Za-z0-9]+/g) ?? [];
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
