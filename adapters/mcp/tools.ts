import type { Tool as ToolDefinition } from "@modelcontextprotocol/sdk/types.js";
import { type App, checkLimit, type Endpoint } from "../../lib/app/index.ts";
import {
  type JsonSchema,
  jsonSchemaOf,
  type PathParam,
  SchemaStore,
  takesNothing,
  templatedPaths,
} from "../../lib/app/openapi/index.ts";
import { CodedError } from "../../lib/errors/index.ts";
import type { Route } from "../../lib/router/index.ts";
import type { McpMeta, McpOptions } from "./types.ts";

/** A route as a tool. */
export interface Tool {
  readonly definition: ToolDefinition;
  readonly route: Route<Endpoint>;
  readonly method: string;
}

/**
 * The tools of a table by name, made anew when the table changes.
 * @throws CodedError `MCP_BAD_TOOL`, `APP_BAD_LIMIT`
 */
export function createToolTable(app: App, options: McpOptions): () => ReadonlyMap<string, Tool> {
  if (options.maxResultBytes !== undefined) checkLimit("maxResultBytes", options.maxResultBytes);
  let routes: readonly Route<Endpoint>[] = app.router.routes();
  let tools = toolsOf(routes, options); // at once, so that a bad name is heard of at the start
  return () => {
    const now = app.router.routes();
    if (now.length !== routes.length || now.some((route, i) => route !== routes[i])) {
      tools = toolsOf(now, options);
      routes = now;
    }
    return tools;
  };
}

/** @throws CodedError `MCP_BAD_TOOL` */
function toolsOf(routes: readonly Route<Endpoint>[], options: McpOptions): ReadonlyMap<string, Tool> {
  const tools = new Map<string, Tool>();
  for (const route of routes) {
    const meta = metaOf(route, options);
    if (meta === undefined) continue;
    const methods = route.methods.includes("*") ? ["GET"] : route.methods;
    for (const method of methods) {
      const name =
        (meta.name ?? route.name ?? nameOf(method, route.pattern)) +
        (methods.length > 1 && named(meta, route) ? `_${method.toLowerCase()}` : "");
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) throw badTool(name, "is not 1 to 64 letters, digits, _ and -");
      if (tools.has(name)) throw badTool(name, "is the name of two tools");
      tools.set(name, { definition: definitionOf(name, route, method, meta, options), route, method });
    }
  }
  return tools;
}

function named(meta: McpMeta, route: Route<Endpoint>): boolean {
  return (meta.name ?? route.name) !== undefined;
}

function badTool(name: string, reason: string): CodedError {
  return new CodedError("MCP_BAD_TOOL", `"${name}" ${reason}`, { value: name });
}

function metaOf(route: Route<Endpoint>, { filter }: McpOptions): McpMeta | undefined {
  const meta = field(route.meta, "mcp");
  if (meta === false) return undefined;
  const chosen = filter === undefined ? meta === true || isRecord(meta) : filter(route);
  if (!chosen) return undefined;
  return isRecord(meta) ? meta : {}; // the fields are the author's own, documented as McpMeta
}

function definitionOf(
  name: string,
  route: Route<Endpoint>,
  method: string,
  meta: McpMeta,
  options: McpOptions,
): ToolDefinition {
  const output = meta.output === true ? outputSchema(route, name, options) : undefined;
  return {
    name,
    ...(meta.title === undefined ? {} : { title: meta.title }),
    description: meta.description ?? wordsOf(route) ?? `${method} ${route.pattern}`,
    inputSchema: inputSchema(route, name, options),
    ...(output === undefined ? {} : { outputSchema: output }),
    annotations: {
      readOnlyHint: method === "GET" || method === "HEAD",
      destructiveHint: method === "DELETE",
      idempotentHint: ["GET", "HEAD", "PUT", "DELETE"].includes(method),
    },
  };
}

function wordsOf(route: Route<Endpoint>): string | undefined {
  const said = field(route.meta, "openapi");
  const words = [field(said, "summary"), field(said, "description")].filter((each) => typeof each === "string");
  return words.length === 0 ? undefined : words.join("\n\n");
}

type ObjectSchema = ToolDefinition["inputSchema"];

/** One property for each part of a request, since their fields may have the same names. */
function inputSchema(route: Route<Endpoint>, name: string, options: McpOptions): ObjectSchema {
  const store = new SchemaStore("#/$defs/");
  const { params, query, body } = route.value.options;
  const [required, all] = [templatedPaths(route.pattern).at(0), templatedPaths(route.pattern).at(-1)];
  const properties: Record<string, object> = {};
  const needed: string[] = [];
  const describe = (schema: NonNullable<typeof body>, part: string): JsonSchema =>
    store.embed(jsonSchemaOf(schema, "input", `${name}: ${part}`, options) ?? {}, part);
  if (all !== undefined && all.params.length > 0) {
    const given = params === undefined ? {} : store.resolve(describe(params, "params"));
    const names = required?.params.map((param) => param.name) ?? [];
    properties["params"] = paramsSchema(all.params, names, field(given, "properties"));
    if (names.length > 0) needed.push("params");
  }
  if (query !== undefined) {
    const schema = store.resolve(describe(query, "query"));
    properties["query"] = { type: "object", ...schema };
    const fields = schema["required"];
    if (Array.isArray(fields) && fields.length > 0) needed.push("query");
  }
  if (body !== undefined) {
    properties["body"] = describe(body, "body");
    if (!takesNothing(body)) needed.push("body");
  }
  const $defs = store.all();
  const defs = Object.keys($defs).length === 0 ? {} : { $defs };
  return { type: "object", properties, required: needed, additionalProperties: false, ...defs };
}

function paramsSchema(params: readonly PathParam[], required: readonly string[], given: unknown): object {
  const properties = params.map(({ name, pattern, wildcard }) => {
    const note = wildcard ? { description: "The rest of the path, slashes included." } : {};
    const own = field(given, name);
    return [
      name,
      isRecord(own) ? own : { type: "string", ...note, ...(pattern === undefined ? {} : { pattern }) },
    ] as const;
  });
  return { type: "object", properties: Object.fromEntries(properties), required, additionalProperties: false };
}

/** Structured output is an object or it is none. */
function outputSchema(route: Route<Endpoint>, name: string, options: McpOptions): ObjectSchema | undefined {
  const { response } = route.value.options;
  const raw = response === undefined ? undefined : jsonSchemaOf(response, "output", `${name}: response`, options);
  if (raw === undefined) return undefined;
  const store = new SchemaStore("#/$defs/");
  const schema = store.resolve(store.embed(raw, "response"));
  if (schema["type"] !== "object") return undefined;
  const $defs = store.all();
  return { ...schema, type: "object", ...(Object.keys($defs).length === 0 ? {} : { $defs }) };
}

/** `GET /users/:id` is `get_users_by_id`. */
function nameOf(method: string, pattern: string): string {
  const path = templatedPaths(pattern).at(-1)?.path ?? "";
  const words = path.replaceAll(/\{(\w+)\}/g, " by $1 ").match(/[A-Za-z0-9]+/g) ?? [];
  return [method, ...words].join("_").toLowerCase().slice(0, 64);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function field(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
