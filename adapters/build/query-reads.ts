import type { QueryReads } from "./pattern-reader.ts";
import { QueryReader } from "./query-reader.ts";
import { child, children, isFunction, isNode, type Node } from "./syntax.ts";
import type { Parse } from "./types.ts";

const UNKNOWN: QueryReads = { names: [], numeric: [], open: true };

/** Reads the text of a handler; nothing is run. What cannot be followed makes the result open, never wrong. */
export function findQueryReads(handler: string | undefined, parse: Parse | undefined): QueryReads {
  const node = handler === undefined || parse === undefined ? undefined : parseFunction(handler, parse);
  return node === undefined ? UNKNOWN : new QueryReader().read(node);
}

/** The text of a method is no expression: it is read inside an object. */
function parseFunction(text: string, parse: Parse): Node | undefined {
  for (const [before, after] of [
    ["(", "\n)"],
    ["({", "\n})"],
  ]) {
    try {
      const found = firstFunction(parse(`${before}${text}${after}`));
      if (found !== undefined) return found;
    } catch {
      // not this form, or no JavaScript at all, as with native and bound functions
    }
  }
  return undefined;
}

function firstFunction(program: unknown): Node | undefined {
  if (!isNode(program)) return undefined;
  const statement = children(program, "body")[0];
  let expression = statement && child(statement, "expression");
  while (expression?.type === "ParenthesizedExpression") expression = child(expression, "expression");
  if (expression?.type === "ObjectExpression") {
    const property = children(expression, "properties")[0];
    expression = property && child(property, "value");
  }
  return expression !== undefined && isFunction(expression) ? expression : undefined;
}
