/**
 * One value under a key.
 * @public
 */
export interface QuerySingle<Value> {
  /** At most one value: the key given twice is refused. */
  readonly list?: false;
  /** The key may be absent, and is absent from the result then. @defaultValue false */
  readonly optional?: boolean;
  /** Stands in for an absent key. */
  readonly default?: Value;
}

/**
 * Any number of values under a key, as `a=1&a=2` or `a[]=1&a[]=2`; an absent key is an empty list.
 * @public
 */
export interface QueryList<Value> {
  /** Always a list, of one value too. */
  readonly list: true;
  /** A list is never absent. */
  readonly optional?: never;
  /** Stands in for an absent key. @defaultValue [] */
  readonly default?: readonly Value[];
}

/**
 * A key with text; an empty value is empty text.
 * @public
 */
export interface QueryText {
  readonly type: "string";
  /** All there may be. An empty value counts as absent unless it is one of them. */
  readonly values?: readonly string[];
}

/**
 * A key with a decimal number, `-1.5` or `2e3`; for `integer` a whole one within 2^53. An empty value counts as absent.
 * @public
 */
export interface QueryNumber {
  readonly type: "number" | "integer";
  /** All there may be. */
  readonly values?: readonly number[];
  /** The least there may be. */
  readonly min?: number;
  /** The most there may be. */
  readonly max?: number;
}

/**
 * A key with `true`, `1`, `on` (what a checkbox sends), or `false`, `0`, `off`. An empty value counts as absent.
 * @public
 */
export interface QueryBoolean {
  readonly type: "boolean";
}

/**
 * What one key of a query holds.
 * @public
 */
export type QueryField =
  | (QueryText & (QuerySingle<string> | QueryList<string>))
  | (QueryNumber & (QuerySingle<number> | QueryList<number>))
  | (QueryBoolean & (QuerySingle<boolean> | QueryList<boolean>));

/**
 * What a query holds, by key. A key is never written with `[]` at its end: say `list`.
 * @public
 */
export type QueryShape = { readonly [key: string]: QueryField };

/**
 * The type of one value of a field.
 * @public
 */
export type QueryValue<Field extends QueryField> = Field extends { readonly values: readonly (infer Value)[] }
  ? Value
  : Field extends { readonly type: "string" }
    ? string
    : Field extends { readonly type: "boolean" }
      ? boolean
      : number;

/**
 * The keys of a shape that may be absent from the result.
 * @public
 */
export type OptionalQueryKeys<Shape extends QueryShape> = {
  [Key in keyof Shape]: Shape[Key] extends { readonly list: true }
    ? never
    : Shape[Key] extends { readonly type: unknown; readonly optional?: false }
      ? never
      : Key;
}[keyof Shape];

/**
 * The values of some keys of a shape.
 * @public
 */
export type QueryValues<Shape extends QueryShape, Keys extends keyof Shape> = {
  readonly [Key in Keys]: Shape[Key] extends { readonly list: true }
    ? readonly QueryValue<Shape[Key]>[]
    : QueryValue<Shape[Key]>;
};

/**
 * What a query of a shape is read into.
 * @public
 */
export type QueryOf<Shape extends QueryShape> = QueryValues<Shape, Exclude<keyof Shape, OptionalQueryKeys<Shape>>> &
  Partial<QueryValues<Shape, OptionalQueryKeys<Shape>>> extends infer Whole
  ? { readonly [Key in keyof Whole]: Whole[Key] }
  : never;

/**
 * The largest query that is read.
 * @public
 */
export interface QueryLimits {
  /** Of the query, in UTF-16 units, without its question mark. @defaultValue 8192 */
  readonly maxLength?: number;
  /** Keys with or without value, repeated ones counted each time. @defaultValue 64 */
  readonly maxPairs?: number;
}

/**
 * Options of `createQueryParser` for a shape.
 * @public
 */
export interface QueryOptions {
  /** Keys the shape does not name: left out, kept as text (a list when given more than once), or an error. @defaultValue "drop" */
  readonly unknownKeys?: "drop" | "keep" | "refuse";
  /** Sizes that strangers choose. */
  readonly limits?: QueryLimits;
}

/**
 * Options of `createQueryParser` for a Standard Schema.
 * @public
 */
export interface QuerySchemaOptions {
  /** Keys whose value is a list even when it is given once. */
  readonly lists?: readonly string[];
  /** Sizes that strangers choose. */
  readonly limits?: QueryLimits;
}

/**
 * Why a query was refused: the `value` of a `ROUTER_BAD_QUERY` error is a list of these. They hold keys that the
 * parser's maker named and reasons, nothing that came with the request (a schema's messages are its own).
 * @public
 */
export interface QueryIssue {
  /** The key, and in a list the place; empty when it is not one key, or a key that nobody named. */
  readonly path: readonly (string | number)[];
  /** For people, without the key. */
  readonly reason: string;
}

/**
 * Reads the query of a URL.
 * @public
 */
export type QueryParser<Value> = (url: string) => Value;

/**
 * What is used of a schema that follows Standard Schema 1: zod, valibot, arktype and others do.
 * @public
 */
export interface QuerySchema<Output = unknown> {
  /** What Standard Schema defines. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => QuerySchemaResult<Output> | Promise<QuerySchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/**
 * What a Standard Schema answers.
 * @public
 */
export type QuerySchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly QuerySchemaIssue[] };

/**
 * A reason as Standard Schema gives it.
 * @public
 */
export interface QuerySchemaIssue {
  /** The reason. */
  readonly message: string;
  /** Where in the value. */
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}
