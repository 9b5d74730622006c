/**
 * One reason a value was refused, as Standard Schema gives it.
 * @public
 */
export interface SchemaIssue {
  /** The reason, for people. */
  readonly message: string;
  /** Where in the value. */
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/**
 * What a Standard Schema answers: a value, or the issues.
 * @public
 */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/**
 * Any schema that follows Standard Schema 1 (zod, valibot, arktype and others do).
 * @public
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** What Standard Schema defines. */
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/**
 * What a schema yields, or `Raw` where no schema was given.
 * @public
 */
export type ValueOf<Schema, Raw> = Schema extends StandardSchema
  ? NonNullable<Schema["~standard"]["types"]>["output"]
  : Raw;
