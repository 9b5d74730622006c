import type { JsonSchema } from "./types.ts";

const MAX_DEPTH = 16; // a schema may hold itself

/** A JSON Schema as a TypeScript type; `unknown` for what types cannot say. */
export function typeOfSchema(schema: unknown): string {
  return bare(partType(schema, 0));
}

/** The type as a part of others: one word, one literal, or in brackets. */
function partType(schema: unknown, depth: number): string {
  if (!isSchema(schema) || depth > MAX_DEPTH) return "unknown";
  if ("const" in schema) return literalType(schema["const"]);
  const { enum: values, anyOf, oneOf, allOf, type } = schema;
  if (Array.isArray(values)) return union(values.map(literalType));
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return union(choices.map((choice) => partType(choice, depth + 1)));
  if (Array.isArray(allOf))
    return inBrackets(
      allOf.map((part) => partType(part, depth + 1)),
      " & ",
    );
  if (Array.isArray(type)) return union(type.map((one) => typeNamed(one, schema, depth)));
  return typeNamed(type, schema, depth);
}

function typeNamed(type: unknown, schema: JsonSchema, depth: number): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
    case "number":
      return type;
    case "integer":
      return "number";
    case "array":
      return arrayType(schema, depth);
    case "object":
      return objectType(schema, depth);
    default:
      return "unknown";
  }
}

function arrayType({ prefixItems, items }: JsonSchema, depth: number): string {
  const item = partType(items, depth + 1);
  if (!Array.isArray(prefixItems)) return `(readonly ${item}[])`;
  const rest = isSchema(items) ? [`...${item}[]`] : [];
  return `(readonly [${[...prefixItems.map((prefix) => bare(partType(prefix, depth + 1))), ...rest].join(", ")}])`;
}

function objectType({ properties, required, additionalProperties }: JsonSchema, depth: number): string {
  const needed = new Set(Array.isArray(required) ? required : []);
  const known = Object.entries(isSchema(properties) ? properties : {}).map(
    ([name, schema]) => `readonly ${quote(name)}${needed.has(name) ? "" : "?"}: ${bare(partType(schema, depth + 1))}`,
  );
  if (known.length > 0) return `{ ${known.join("; ")} }`;
  const others = isSchema(additionalProperties) ? bare(partType(additionalProperties, depth + 1)) : "unknown";
  return additionalProperties === false ? "Readonly<Record<string, never>>" : `Readonly<Record<string, ${others}>>`;
}

function literalType(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (value === null || typeof value === "boolean") return String(value);
  return typeof value === "number" && Number.isFinite(value) ? String(value) : "unknown";
}

function union(types: readonly string[]): string {
  if (types.length === 0) return "never";
  return types.includes("unknown") ? "unknown" : inBrackets([...new Set(types)], " | ");
}

function inBrackets(types: readonly string[], between: string): string {
  return types.length === 1 ? types.join() : `(${types.join(between)})`;
}

/** Without the brackets that only a part needs. Whatever starts with one ends with its other half. */
function bare(type: string): string {
  return type.startsWith("(") ? type.slice(1, -1) : type;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text as a literal of JavaScript and TypeScript: nothing in it ends the literal, the line, or a comment around it. */
export function quote(text: string): string {
  return JSON.stringify(text)
    .replace(/[\u2028\u2029]/g, (separator) => `\\u${separator.charCodeAt(0).toString(16)}`)
    .replaceAll("*/", "*\\/");
}
