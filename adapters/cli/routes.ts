import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type PrintableRoute, printRoutes } from "../../lib/router/index.ts";

/** The tree as text, or why there is none. */
export type Printed = { readonly text: string } | { readonly reason: string };

/** Imports a module of the user's project and prints the routes of what it exports. */
export async function printRoutesOf(module: string, exportName: string | undefined, cwd: string): Promise<Printed> {
  const file = resolve(cwd, module);
  if (!existsSync(file)) return { reason: `no such module: ${module}` };
  let exports: object;
  try {
    exports = Object(await import(pathToFileURL(file).href));
  } catch (error) {
    return { reason: `${module} failed to load: ${error instanceof Error ? error.message : String(error)}` };
  }
  const names = exportName === undefined ? ["app", "router"] : [exportName];
  const found = names.map((name) => readExport(exports, name)).find((value) => value !== undefined);
  if (found === undefined) return { reason: `${module} exports no ${names.join(" and no ")}` };
  const routes = routesOf(found, 0);
  if (routes === undefined) return { reason: `what ${module} exports is neither a busbar app nor a router` };
  return { text: printRoutes(routes) };
}

// A CommonJS module shows its exports under "default" when Node cannot read their names from its source.
function readExport(exports: object, name: string): unknown {
  const direct = readProperty(exports, name);
  return direct ?? readProperty(readProperty(exports, "default"), name);
}

// By shape, not by class: the project may use another copy of the package. An app has its router one step down.
function routesOf(subject: unknown, depth: number): readonly PrintableRoute[] | undefined {
  const routes = readProperty(subject, "routes");
  const list: unknown = typeof routes === "function" ? routes.call(subject) : routes;
  if (Array.isArray(list) && list.every(isPrintable)) return list;
  const inner = readProperty(subject, "router");
  return inner === undefined || depth > 0 ? undefined : routesOf(inner, depth + 1);
}

function isPrintable(route: unknown): route is PrintableRoute {
  const methods = readProperty(route, "methods");
  return typeof readProperty(route, "pattern") === "string" && Array.isArray(methods);
}

function readProperty(subject: unknown, name: string): unknown {
  if (subject === null || (typeof subject !== "object" && typeof subject !== "function")) return undefined;
  return Reflect.get(subject, name);
}
