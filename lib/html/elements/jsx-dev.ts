import type { Html } from "../types.ts";
import { makeNode } from "./jsx.ts";
import type { Component, SourcePosition } from "./jsx-types.ts";
import { type Budget, type Cache, createCache } from "./shape.ts";

const MAX_PLACES = 5000;

// One cache per place in the source; beyond the bound, elements share one and messages name the element alone.
const files = new Map<string, Map<number, Cache>>();
const budget: Budget = { left: 30_000, leftForCustom: 5000 };
const placeless = /* @__PURE__ */ createCache("");
let places = 0;

/**
 * Makes an element; compilers write the calls in development. Messages name file, line and column.
 * @throws CodedError `HTML_*` as `html` does.
 * @param isList - The children are an array that the source spells out.
 * @param source - The place, if the compiler tells it.
 * @public
 */
export function jsxDEV(
  type: string | Component,
  props: object | null,
  _key?: unknown,
  isList?: boolean,
  source?: SourcePosition,
  _self?: unknown,
): Html {
  // cast: the properties are checked where they are written
  return makeNode(cacheOf(source), type, props as Readonly<Record<string, unknown>> | null, isList === true);
}

function cacheOf(source: SourcePosition | undefined): Cache {
  if (source === undefined || typeof source.fileName !== "string") return placeless;
  const { fileName, lineNumber = 0, columnNumber = 0 } = source;
  const place = lineNumber * 4096 + columnNumber;
  const known = files.get(fileName)?.get(place);
  if (known !== undefined) return known;
  if (places >= MAX_PLACES || budget.left <= 0) return placeless;
  places++;
  const cache = createCache(`${fileName}:${lineNumber}:${columnNumber}`, budget);
  const file = files.get(fileName) ?? new Map<number, Cache>();
  file.set(place, cache);
  files.set(fileName, file);
  return cache;
}
