/**
 * OpenAPI 3.1 from the table of routes and its schemas, and a page to read it by.
 * @packageDocumentation
 */
export { openapi } from "./document.ts";
export { jsonSchemaOf, SchemaStore, takesNothing } from "./json-schema.ts";
export { type PathParam, type TemplatedPath, templatedPaths } from "./paths.ts";
export { type ServeOpenapiOptions, serveOpenapi } from "./serve.ts";
export type {
  JsonSchema,
  JsonSchemaOptions,
  OpenApiContent,
  OpenApiDocument,
  OpenApiInfo,
  OpenApiMeta,
  OpenApiOperation,
  OpenApiOptions,
  OpenApiParameter,
  OpenApiReply,
  OpenApiResponse,
  SchemaDirection,
  SecurityRequirement,
} from "./types.ts";
