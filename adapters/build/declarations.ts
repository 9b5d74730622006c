import { paramNames } from "./param-names.ts";
import type { QueryReads } from "./pattern-reader.ts";
import { findQueryReads } from "./query-reads.ts";
import { quote, typeOfSchema } from "./schema-types.ts";
import type { DescribedRoute, Parse } from "./types.ts";

/** Options of `declarationsOf`. */
export interface DeclarationOptions {
  /** Declare a module of this name; without it the text is the declaration file beside the generated module. */
  readonly module?: string | undefined;
  /** Reads the handlers; without it their query types are open. */
  readonly parse?: Parse | undefined;
}

/** The text of a `.d.ts`: the dispatch, and the params and query of each route by `"METHOD /pattern"`. */
export function declarationsOf(routes: readonly DescribedRoute[], { module, parse }: DeclarationOptions): string {
  const params = new Map<string, string>();
  const queries = new Map<string, Set<string>>();
  for (const route of routes) {
    const query = queryType(route, parse);
    for (const method of route.methods) {
      const key = quote(`${method} ${route.pattern}`);
      params.set(key, paramsType(route.pattern));
      queries.set(key, (queries.get(key) ?? new Set()).add(query)); // routes of two hosts or versions share a key
    }
  }
  const lines = [
    "/** What `bindDispatch` of `busbar/router/compile` joins with the router. */",
    `export ${module === undefined ? "declare " : ""}const dispatch: import("busbar/router/compile").Dispatch;`,
    "/** The path parameters of each route. */",
    ...interfaceLines("RouteParams", [...params]),
    "/** The query of each route: what its schema yields, else the fields its handler reads. */",
    ...interfaceLines(
      "RouteQueries",
      [...queries].map(([key, types]) => [key, [...types].join(" | ")]),
    ),
  ];
  const head = "// Made by busbar from the route table. Changes made here are lost.\n";
  if (module === undefined) return `${head}${lines.join("\n")}\n`;
  return `${head}declare module ${quote(module)} {\n${lines.map((line) => `  ${line}`).join("\n")}\n}\n`;
}

function interfaceLines(name: string, entries: readonly (readonly [key: string, type: string])[]): readonly string[] {
  return [`export interface ${name} {`, ...entries.map(([key, type]) => `  readonly ${key}: ${type};`), "}"];
}

function paramsType(pattern: string): string {
  const names = paramNames(pattern);
  if (names.length === 0) return NOTHING;
  return `{ ${names.map(({ name, optional }) => `readonly ${quote(name)}${optional ? "?" : ""}: string`).join("; ")} }`;
}

const NOTHING = "Readonly<Record<never, string>>";
const FIELD = "string | readonly string[]";

function queryType({ query, handler }: DescribedRoute, parse: Parse | undefined): string {
  if (query === undefined) return readsType(findQueryReads(handler, parse));
  const type = typeOfSchema(query);
  return type === "unknown" ? "Readonly<Record<string, unknown>>" : type;
}

/** As busbar/app hands fields over: one string, or a list when the name came more than once. */
function readsType({ names, numeric, open }: QueryReads): string {
  const numbers = new Set(numeric);
  const fields = names.map((name) => {
    const note = numbers.has(name) ? "/** Read as a number. */ " : "";
    return `${note}readonly ${quote(name)}?: ${FIELD}`;
  });
  if (open) fields.push(`readonly [name: string]: ${FIELD} | undefined`);
  return fields.length === 0 ? NOTHING : `{ ${fields.join("; ")} }`;
}
