import type { StandardSchema } from "../schema.ts";
import type { JsonSchema, JsonSchemaOptions, SchemaDirection } from "./types.ts";

/**
 * What a schema looks like as JSON Schema: by `toJsonSchema`, else by the schema's own Standard JSON Schema.
 * @param place - Named to `onMissing`.
 * @returns `undefined` when neither can say.
 * @public
 */
export function jsonSchemaOf(
  schema: StandardSchema,
  direction: SchemaDirection,
  place: string,
  options: JsonSchemaOptions = {},
): JsonSchema | undefined {
  try {
    const given = options.toJsonSchema?.(schema, direction) ?? ownJsonSchema(schema, direction);
    if (given !== undefined) return given;
    options.onMissing?.(place, undefined);
    return undefined;
  } catch (error) {
    options.onMissing?.(place, error); // what cannot be put into JSON Schema, such libraries throw
    return describableParts(schema, direction);
  }
}

/** One date in a body must not leave all of it undescribed. */
function describableParts(schema: StandardSchema, direction: SchemaDirection): JsonSchema | undefined {
  try {
    return ownJsonSchema(schema, direction, ANY_FOR_THE_REST);
  } catch {
    return undefined;
  }
}

/** As zod has it; others pass over what they do not know. */
const ANY_FOR_THE_REST: Readonly<Record<string, unknown>> = { unrepresentable: "any" };

function ownJsonSchema(
  schema: StandardSchema,
  direction: SchemaDirection,
  libraryOptions?: Readonly<Record<string, unknown>>,
): JsonSchema | undefined {
  const converter: unknown = Reflect.get(schema["~standard"], "jsonSchema");
  if (typeof converter !== "object" || converter === null) return undefined;
  const convert: unknown = Reflect.get(converter, direction);
  if (typeof convert !== "function") return undefined;
  const made: unknown = convert.call(converter, { target: "draft-2020-12", libraryOptions });
  return isSchema(made) ? made : undefined;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether a body of this schema may be left out. JSON Schema has no word for that, so the schema is asked, as the pipeline asks it when no body comes;
 * one that answers later counts as no.
 * @public
 */
export function takesNothing(schema: StandardSchema): boolean {
  try {
    const answer = schema["~standard"].validate(undefined);
    if (!(answer instanceof Promise)) return answer.issues === undefined;
    answer.catch(() => {}); // only asked
    return false;
  } catch {
    return false; // a step of the author's own could not take it
  }
}

/** Keywords whose value maps names of the author's choosing to schemas. */
const MAPS: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);
/** Keywords whose value is data, whatever it looks like. */
const DATA: ReadonlySet<string> = new Set(["const", "enum", "default", "examples", "example"]);

/** Copies a schema with every reference put through `rewrite`, and without the keywords that belong to a document of its own. */
function copySchema(schema: unknown, rewrite: (ref: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => copySchema(item, rewrite));
  if (!isSchema(schema)) return schema;
  const copy: [string, unknown][] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (key === "$schema" || key === "$id" || key === "$defs" || key === "definitions") continue;
    if (key === "$ref" && typeof value === "string") copy.push([key, rewrite(value)]);
    else if (DATA.has(key)) copy.push([key, value]);
    else if (MAPS.has(key) && isSchema(value)) {
      copy.push([
        key,
        Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copySchema(each, rewrite)])),
      ]);
    } else copy.push([key, copySchema(value, rewrite)]);
  }
  return Object.fromEntries(copy);
}

/**
 * Schemas that are referred to by name, gathered from many documents into one: definitions get names unique here, equal ones share one.
 * @public
 */
export class SchemaStore {
  readonly #base: string;
  readonly #schemas = new Map<string, JsonSchema>();
  /** Name by everything a definition is made of. */
  readonly #names = new Map<string, string>();

  /** @param base - What references begin with: `"#/components/schemas/"`, `"#/$defs/"`. */
  constructor(base: string) {
    this.#base = base;
  }

  /** Takes a schema with its definitions; gives it back as it may stand anywhere in the document. `hint` names it if it has to be named. */
  embed(schema: JsonSchema, hint: string): JsonSchema {
    const defs = definitionsOf(schema);
    const fresh = new Map<string, string>();
    const nameOf = (name: string): string => {
      const key = JSON.stringify(closureOf(name, defs));
      let given = this.#names.get(key);
      if (given === undefined) {
        given = this.#unique(name.startsWith("__") ? hint : name);
        this.#names.set(key, given);
        fresh.set(name, given);
      }
      return given;
    };
    let self: string | undefined;
    const rewrite = (ref: string): string => {
      const [, , name, rest = ""] = /^#\/(\$defs|definitions)\/([^/]+)(\/.*)?$/.exec(ref) ?? [];
      if (name !== undefined) return this.#base + nameOf(nameIn(defs, name)) + rest;
      if (!ref.startsWith("#")) return ref;
      self ??= this.#unique(hint);
      return this.#base + self + ref.slice(1);
    };
    const copy = copySchema(schema, rewrite) as JsonSchema; // cast: a copy of an object is one
    for (const [name, given] of fresh) this.#schemas.set(given, copySchema(defs[name] ?? {}, rewrite) as JsonSchema); // cast: see above
    if (self === undefined) return copy;
    this.#schemas.set(self, copy);
    return { $ref: this.#base + self };
  }

  /** The schema a reference made here leads to. */
  resolve(schema: JsonSchema): JsonSchema {
    const ref = schema["$ref"];
    if (typeof ref !== "string" || !ref.startsWith(this.#base)) return schema;
    return this.#schemas.get(ref.slice(this.#base.length)) ?? schema;
  }

  /** Puts a schema under a name of its own. */
  set(name: string, schema: JsonSchema): void {
    this.#schemas.set(name, schema);
  }

  /** All of them, by name. */
  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #unique(wanted: string): string {
    const plain = wanted.replaceAll(/[^A-Za-z0-9._-]/g, "_") || "Schema";
    const taken = new Set([...this.#schemas.keys(), ...this.#names.values()]);
    let name = plain;
    for (let i = 2; taken.has(name); i++) name = `${plain}_${i}`;
    this.#schemas.set(name, {}); // holds the name until the schema is there
    return name;
  }
}

function definitionsOf(schema: JsonSchema): Readonly<Record<string, unknown>> {
  const defs = schema["$defs"] ?? schema["definitions"];
  return isSchema(defs) ? defs : {};
}

/** A definition with all it refers to: two of one name are the same only if these are. */
function closureOf(name: string, defs: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  const seen = new Set([name]);
  for (const each of seen) {
    copySchema(defs[each], (ref) => {
      const inner = /^#\/(?:\$defs|definitions)\/([^/]+)/.exec(ref)?.[1];
      if (inner !== undefined) seen.add(nameIn(defs, inner));
      return ref;
    });
  }
  return [...seen].map((each) => [each, defs[each]] as const);
}

/** The definition a token of a reference names. Some libraries percent-encode it, as a fragment of a URL is, others leave a `%` as it is. */
function nameIn(defs: Readonly<Record<string, unknown>>, token: string): string {
  const plain = unescapePointer(token);
  if (Object.hasOwn(defs, plain)) return plain;
  try {
    return unescapePointer(decodeURIComponent(token));
  } catch {
    return plain;
  }
}

function unescapePointer(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
