/** What a document's roots are, as whoever opens it says. */
import { demand, demandFunction } from "./arguments.ts";
import type { Doc } from "./types.ts";

/**
 * What checks values: any schema that follows Standard Schema 1 and answers at once.
 * @public
 */
export interface ValueSchema<Output = unknown> {
  /** What Standard Schema defines. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/**
 * What one root is: its type, and for a map, list or set a schema of its values. Nodes in it are not asked about.
 * @public
 */
export type RootShape =
  | "text"
  | "counter"
  | "map"
  | "list"
  | "set"
  | { readonly map: Readonly<Record<string, ValueSchema>> }
  | { readonly list: ValueSchema }
  | { readonly set: ValueSchema };

/**
 * The roots of a document, their version, and how older documents are brought up to it.
 * @public
 */
export interface DocSchema<Shape extends Readonly<Record<string, RootShape>>> {
  /** A whole number from 1 on. */
  readonly version: number;
  readonly roots: Shape;
  /**
   * By the version they lead to. They run in one transaction, in order, and only those that a document has not had. Two replicas may run one at the same time, so it should
   * do the same when it is done twice: set keys, rather than add to texts and counters.
   */
  readonly migrations?: Readonly<Record<number, (doc: Doc) => void>>;
}

/** @throws CodedError CRDT_BAD_ARGUMENT, before the document is asked for anything. */
export function checkSchema(schema: DocSchema<Readonly<Record<string, RootShape>>>): void {
  demand(isRecord(schema) && isRecord(schema.roots), "a schema");
  const { version, roots, migrations = {} } = schema;
  demand(Number.isSafeInteger(version) && version > 0, "a whole number from 1 on: version");
  demand(isRecord(migrations), "migrations");
  for (const migration of Object.values(migrations)) demandFunction(migration);
  for (const shape of Object.values(roots)) demand(isShape(shape), "the shape of a root");
}

function isShape(shape: RootShape): boolean {
  if (typeof shape === "string") return PLAIN_SHAPES.includes(shape);
  if (!isRecord(shape)) return false;
  if ("map" in shape) return isRecord(shape.map) && Object.values(shape.map).every(isSchema);
  return isSchema("list" in shape ? shape.list : shape.set);
}

const PLAIN_SHAPES: readonly string[] = ["text", "counter", "map", "list", "set"];

function isSchema(schema: Partial<ValueSchema> | null | undefined): boolean {
  return typeof schema?.["~standard"]?.validate === "function";
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** What a schema has against a value. */
export function issuesOf(schema: ValueSchema, value: unknown): readonly string[] {
  const result = schema["~standard"].validate(value) as { readonly issues?: readonly { readonly message: string }[] }; // cast: as Standard Schema says
  if (!isRecord(result)) return ["the schema answers something else than Standard Schema says"];
  if (result instanceof Promise) return ["schemas of documents must answer at once"];
  return (result.issues ?? []).map(({ message }) => message);
}
