import { each, type Html, html, when } from "../../html/index.ts";
import { isSchema } from "./json-schema.ts";
import type { JsonSchema } from "./types.ts";

const BASE = "#/components/schemas/";
/** Deeper than this a schema is only named. */
const MAX_DEPTH = 8;

/** What showing a schema takes: the named ones, and which of them are open around it. */
interface Scope {
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly open: readonly string[];
}

/** A schema as text and lists: its kind, its limits, and what is in it, references opened where they stand unless they are open already. */
export function schemaView(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  open: readonly string[] = [],
): Html {
  return view(schema, { schemas, open });
}

function view(schema: JsonSchema, scope: Scope): Html {
  const name = referenceOf(schema);
  const target = name === undefined ? undefined : scope.schemas[name];
  if (name !== undefined && target !== undefined) {
    const link = html`<a href=${`#schema-${encodeURIComponent(name)}`}>${name}</a>`;
    if (scope.open.includes(name) || scope.open.length >= MAX_DEPTH) return html`<span class="kind">${link}</span>`;
    const inner = view(target, { ...scope, open: [...scope.open, name] });
    return html`<span class="kind">${link}</span><details><summary>Show ${name}</summary>${inner}</details>`;
  }
  return html`<span class="kind">${kindOf(schema)}</span>${limitsOf(schema)}${wordsOf(schema)}${partsOf(schema, scope)}`;
}

/** The kind of a value in one or two words. */
export function kindOf(schema: JsonSchema): string {
  const name = referenceOf(schema);
  if (name !== undefined) return name;
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => JSON.stringify(value)).join(" | ");
  const { type, items, format } = schema;
  if (type === "array") return isSchema(items) ? `array of ${kindOf(items)}` : "array";
  const kind = Array.isArray(type)
    ? type.join(" | ")
    : typeof type === "string"
      ? type
      : (CHOICES.find((key) => key in schema) ?? "anything");
  return typeof format === "string" ? `${WORDS[kind] ?? kind} (${format})` : (WORDS[kind] ?? kind);
}

const CHOICES = ["anyOf", "oneOf", "allOf"];
const WORDS: Readonly<Record<string, string>> = { anyOf: "any of", oneOf: "one of", allOf: "all of" };

const LIMITS: readonly (readonly [keyword: string, words: string])[] = [
  ["minimum", "at least"],
  ["exclusiveMinimum", "more than"],
  ["maximum", "at most"],
  ["exclusiveMaximum", "less than"],
  ["multipleOf", "a multiple of"],
  ["minLength", "length at least"],
  ["maxLength", "length at most"],
  ["minItems", "items at least"],
  ["maxItems", "items at most"],
  ["pattern", "matches"],
  ["default", "default"],
];

function limitsOf(schema: JsonSchema): Html {
  const said = LIMITS.filter(([keyword]) => schema[keyword] !== undefined).map(([keyword, words]) => {
    const value = schema[keyword];
    return `${words} ${typeof value === "string" && keyword === "pattern" ? value : JSON.stringify(value)}`;
  });
  return html`${when(said.length > 0, () => html` <span class="limits">${said.join(", ")}</span>`)}`;
}

function wordsOf({ description, deprecated }: JsonSchema): Html {
  const words = typeof description === "string" ? description : undefined;
  return html`${when(deprecated === true, () => html` <strong class="old">deprecated</strong>`)}${when(words !== undefined, () => html`<p>${words}</p>`)}`;
}

function partsOf(schema: JsonSchema, scope: Scope): Html {
  const { items, additionalProperties } = schema;
  const inner: Scope = { ...scope, open: [...scope.open, ""] };
  if (scope.open.length >= MAX_DEPTH) return html``;
  const properties = isSchema(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  const choices = CHOICES.flatMap((key) => (Array.isArray(schema[key]) ? schema[key] : [])).filter(isSchema);
  return html`${when(properties.length > 0, () => propertyList(properties, schema["required"], inner))}${when(
    choices.length > 0,
    () => html`<ul>${choices.map((choice) => html`<li>${view(choice, inner)}</li>`)}</ul>`,
  )}${isSchema(items) && !isPlain(items) ? html`<div class="items">each: ${view(items, inner)}</div>` : undefined}${
    isSchema(additionalProperties) && !isEmpty(additionalProperties)
      ? html`<div class="items">any other name: ${view(additionalProperties, inner)}</div>`
      : undefined
  }`;
}

function propertyList(properties: readonly [string, unknown][], required: unknown, scope: Scope): Html {
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return html`<ul class="properties">${each(
    properties,
    ([name]) => name,
    ([name, schema]) =>
      html`<li><code>${name}</code> ${view(isSchema(schema) ? schema : {}, scope)}${when(needed.includes(name), () => html` <span class="needed">required</span>`)}</li>`,
  )}</ul>`;
}

function referenceOf(schema: JsonSchema): string | undefined {
  const ref = schema["$ref"];
  return typeof ref === "string" && ref.startsWith(BASE) ? ref.slice(BASE.length) : undefined;
}

function isPlain(schema: JsonSchema): boolean {
  return Object.keys(schema).every((key) => key === "type");
}

function isEmpty(schema: JsonSchema): boolean {
  return Object.keys(schema).length === 0;
}
