import type { Module } from "node:module";
import type { MessagePort } from "node:worker_threads";
import type { ChildSetup, Outcome, SentRoute, SentTable } from "./child-messages.ts";
import type { HookData, News } from "./loader-hooks.ts";
import type { JsonSchema } from "./types.ts";

type Import = (url: string) => Promise<unknown>;

/** The program of the child: these functions, and a call of the first with an `import` that no build has rewritten. */
export function childSource(setup: ChildSetup): string {
  const parts = [
    ...[runChild, importTable, describeExports, readExport, tableOf, optionsOf, expressTable, isExpress, describeRoute],
    ...[constraintsOf, pathsOf, handlerOf, querySchemaOf, describeSchema, readProperty, textOf, failure],
  ];
  return `${parts.join("\n")}\n${runChild.name}(${JSON.stringify(setup)}, (url) => import(url));`;
}

// From here on everything is sent as text: it may use these functions and globals, nothing that is imported.

function runChild(setup: ChildSetup, importModule: Import): void {
  const modules = process.getBuiltinModule("node:module");
  const { MessageChannel, receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads");
  const exit = process.exit.bind(process); // the module may replace both
  const send = process.send?.bind(process);
  const files = new Set<string>();
  let pending = 0;
  let idle = 0;
  const { port1, port2 }: { port1: MessagePort; port2: MessagePort } = new MessageChannel();
  const hear = (news: News): void => {
    idle = 0;
    if ("loaded" in news) files.add(news.loaded);
    else pending += news.pending;
  };
  let ended = false;
  const end = (outcome: Outcome): void => {
    if (ended) return;
    ended = true;
    for (let next = receiveMessageOnPort(port1); next !== undefined; next = receiveMessageOnPort(port1))
      hear(next.message);
    // cast: Node keeps the table of CommonJS modules on the class, where the types do not list it
    const common = Object.keys((modules as unknown as { _cache: Record<string, Module> })._cache);
    send?.({ token: setup.token, outcome, urls: [...files], paths: common }, undefined, {}, () => exit(0));
  };
  port1.on("message", hear);
  port1.unref();
  process.channel?.unref(); // so that a module that waits for nothing is noticed soon
  process.on("disconnect", () => exit(1));
  process.on("uncaughtException", (error) => end(failure(setup, error)));
  process.on("beforeExit", () => {
    // The thread of the hooks may be at work, which does not keep this one alive: only a while without news is the end.
    if (pending === 0 && ++idle > 5) end(failure(setup, new Error("a top-level await waits for what never comes")));
    else setTimeout(() => {}, 100);
  });
  const data: HookData = { port: port2, line: setup.line, entry: setup.line === undefined ? undefined : setup.target };
  modules.register(setup.hooks, { data, transferList: [port2] });
  importTable(setup, importModule).then(end, (error) => end(failure(setup, error)));
}

async function importTable(setup: ChildSetup, importModule: Import): Promise<Outcome> {
  for (const [name, expression] of Object.entries(setup.defines)) {
    Reflect.set(globalThis, name, new Function(`return (${expression});`)());
  }
  return describeExports(await importModule(setup.target), setup, importModule);
}

export async function describeExports(exports: unknown, setup: ChildSetup, importModule: Import): Promise<Outcome> {
  const { title, exportName } = setup;
  const names = exportName === undefined ? ["app", "router"] : [exportName];
  const found = names.map((name) => readExport(exports, name)).find((value) => value !== undefined);
  if (found === undefined) {
    return { code: "BUILD_NO_TABLE", reason: `${title} exports no ${names.join(" and no ")}` };
  }
  const table = tableOf(found, 0) ?? (await expressTable(found, setup, importModule));
  if (table !== undefined) return { table };
  return { code: "BUILD_NO_TABLE", reason: `what ${title} exports is neither a busbar app nor a router` };
}

// A CommonJS module shows its exports under "default" when Node cannot read their names from its source.
function readExport(exports: unknown, name: string): unknown {
  return readProperty(exports, name) ?? readProperty(readProperty(exports, "default"), name);
}

// By shape, not by class: the project may use another copy of the package. An app has its router one step down.
function tableOf(subject: unknown, depth: number): SentTable | undefined {
  const routes = readProperty(subject, "routes");
  const list: unknown = typeof routes === "function" ? routes.call(subject) : routes;
  if (Array.isArray(list)) {
    const sent = list.map(describeRoute);
    const options = optionsOf(readProperty(subject, "options"));
    return sent.includes(undefined) ? undefined : { policy: "specificity", options, routes: sent as SentRoute[] }; // cast: just asked
  }
  const inner = depth > 0 ? undefined : readProperty(subject, "router");
  return inner === undefined ? undefined : tableOf(inner, depth + 1);
}

// Those of a router alone: an app hands its own on with them.
function optionsOf(options: unknown): JsonSchema {
  const picked: Record<string, unknown> = {};
  for (const name of ["ignoreTrailingSlash", "ignoreDuplicateSlashes", "caseSensitive"]) {
    const value = readProperty(options, name);
    if (typeof value === "boolean") picked[name] = value;
  }
  const limits: Record<string, number> = {};
  for (const name of ["maxPathLength", "maxParamLength"]) {
    const value = readProperty(readProperty(options, "limits"), name);
    if (typeof value === "number") limits[name] = value;
  }
  return Object.keys(limits).length > 0 ? { ...picked, limits } : picked;
}

async function expressTable(app: unknown, setup: ChildSetup, importModule: Import): Promise<SentTable | undefined> {
  if (setup.express === undefined || !isExpress(app)) return undefined;
  const expressRoutes = readProperty(await importModule(setup.express), "expressRoutes");
  if (typeof expressRoutes !== "function") return undefined;
  const table = tableOf(expressRoutes(app), 0);
  return table && { ...table, policy: "first-match" };
}

function isExpress(subject: unknown): boolean {
  if (typeof subject !== "function") return false;
  const routers = [subject, readProperty(subject, "_router"), readProperty(subject, "router")];
  return routers.some((router) => Array.isArray(readProperty(router, "stack")));
}

function describeRoute(route: unknown): SentRoute | undefined {
  const methods = readProperty(route, "methods");
  const pattern = readProperty(route, "pattern");
  if (typeof pattern !== "string" || !Array.isArray(methods)) return undefined;
  const value = readProperty(route, "value");
  return {
    methods: methods.map(String),
    pattern,
    name: textOf(readProperty(route, "name")),
    when: textOf(readProperty(route, "when")),
    constraints: constraintsOf(readProperty(route, "constraints")),
    handler: handlerOf(value),
    query: querySchemaOf(value),
    paths: pathsOf(readProperty(route, "paths")),
    passes: readProperty(route, "passes") === true ? true : undefined,
    unknown: textOf(readProperty(route, "unknown")),
  };
}

function constraintsOf(constraints: unknown): SentRoute["constraints"] {
  if (constraints === undefined) return undefined;
  const host = readProperty(constraints, "host");
  const version = textOf(readProperty(constraints, "version"));
  return { host: host instanceof RegExp ? { source: host.source, flags: host.flags } : textOf(host), version };
}

function pathsOf(paths: unknown): SentRoute["paths"] {
  if (!Array.isArray(paths)) return undefined;
  return paths.filter((path) => path instanceof RegExp).map(({ source, flags }) => ({ source, flags }));
}

/** A plain router's value is often the handler itself; an app's endpoint carries it. */
function handlerOf(value: unknown): string | undefined {
  const handler = typeof value === "function" ? value : readProperty(value, "handler");
  return typeof handler === "function" ? Function.prototype.toString.call(handler) : undefined;
}

function querySchemaOf(value: unknown): JsonSchema | undefined {
  const schemas = [readProperty(readProperty(value, "options"), "query"), readProperty(value, "query")];
  const schema = schemas.find((found) => readProperty(found, "~standard") !== undefined);
  return schema === undefined ? undefined : describeSchema(schema);
}

/** Standard JSON Schema, as zod has it: what comes out of the schema, since that is what the handler sees. */
function describeSchema(schema: unknown): JsonSchema {
  const output = readProperty(readProperty(readProperty(schema, "~standard"), "jsonSchema"), "output");
  if (typeof output !== "function") return {};
  try {
    const described = output({ target: "draft-2020-12", libraryOptions: { unrepresentable: "any" } });
    return JSON.parse(JSON.stringify(described));
  } catch {
    return {}; // a schema that cannot say what it yields
  }
}

function readProperty(subject: unknown, name: string): unknown {
  if (subject === null || (typeof subject !== "object" && typeof subject !== "function")) return undefined;
  try {
    return Reflect.get(subject, name);
  } catch {
    return undefined; // Express 4 throws at the mere look at some of its properties
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function failure(setup: ChildSetup, error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : String(error);
  return { code: "BUILD_MODULE_FAILED", reason: `${setup.title} failed to load: ${reason}` };
}
