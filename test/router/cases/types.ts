import type { RequestConstraints, RouterOptions } from "../../../lib/router/index.ts";

/** What a route asks of a request's headers, as far as it can be written in JSON. */
export interface RouteNeeds {
  readonly host?: string;
  readonly version?: string;
}

/** "METHOD pattern" or "METHOD,METHOD pattern"; beside it the headers that the route asks for. */
export type RouteRow = string | readonly [text: string, needs: RouteNeeds];

/** What a request brings besides its path. */
export interface Asked extends RequestConstraints {
  readonly method?: string;
}

/**
 * A path and what it finds: the text of a route (see `valueOf`), `null` for nothing, or the code of an error. Without
 * params none are compared.
 */
export type CaseRow = readonly [
  path: string,
  answer: string | null,
  params?: Readonly<Record<string, string>> | null,
  asked?: Asked,
];

/** Routes, and paths that must find one of them; plain data, so that other processes can read it as JSON. */
export interface CaseTable {
  readonly behaviour: string;
  readonly routes: readonly RouteRow[];
  readonly options?: RouterOptions;
  /** The method of every row that names no other. */
  readonly method?: string;
  readonly rows: readonly CaseRow[];
  /** Paths and their methods, space between. */
  readonly allowed?: readonly (readonly [path: string, methods: string, asked?: Asked])[];
}

/** A route as `add` takes it. */
export interface PlainRoute {
  readonly methods: readonly string[];
  readonly pattern: string;
  readonly value: string;
  readonly needs?: RouteNeeds;
}

/** Reads a row of routes. The value of a route is its text, and after it the headers it asks for. */
export function plainRoute(row: RouteRow): PlainRoute {
  const [text, needs] = typeof row === "string" ? [row] : row;
  const space = text.indexOf(" ");
  const methods = text.slice(0, space).split(",");
  const value = [text, needs?.host ?? [], needs?.version ?? []].flat().join(" ");
  return { methods, pattern: text.slice(space + 1), value, ...(needs === undefined ? {} : { needs }) };
}
