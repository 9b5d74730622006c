import type { Route } from "../../router/index.ts";
import type { StandardSchema } from "../schema.ts";
import type { Endpoint } from "../table.ts";

/**
 * A JSON Schema of draft 2020-12.
 * @public
 */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * What a schema says of a value: before it is checked and converted (`input`), or after (`output`).
 * @public
 */
export type SchemaDirection = "input" | "output";

/**
 * How schemas become JSON Schema.
 * @public
 */
export interface JsonSchemaOptions {
  /**
   * For libraries without Standard JSON Schema (zod 4.2 and arktype 2.1.28 have it; for valibot use `@valibot/to-json-schema`), or to say it otherwise.
   * `undefined` leaves the schema to itself.
   */
  readonly toJsonSchema?: (schema: StandardSchema, direction: SchemaDirection) => JsonSchema | undefined;
  /** Hears of schemas that cannot be described, a date or a transform, say; they appear as "anything". `error` is the library's reason, if it gave one. */
  readonly onMissing?: (place: string, error: unknown) => void;
}

/**
 * What a route says of itself to readers of the document: `meta: { openapi: { summary: "..." } satisfies OpenApiMeta }`; `openapi: false` hides it.
 * @public
 */
export interface OpenApiMeta {
  /** One line. */
  readonly summary?: string;
  /** More of it; CommonMark to most readers, plain text on our page. */
  readonly description?: string;
  /** Groups it is listed in. */
  readonly tags?: readonly string[];
  /** Unique in the document. @defaultValue the route's name, else made of method and path */
  readonly operationId?: string;
  /** Still there, and not for new callers. */
  readonly deprecated?: boolean;
  /** Leave it out of the document. */
  readonly hidden?: boolean;
  /** In place of the document's: schemes by name, each with its scopes. */
  readonly security?: readonly SecurityRequirement[];
  /** Media types of the body. @defaultValue `application/json`, and `text/plain` where the schema takes text */
  readonly consumes?: readonly string[];
  /** The status of the reply that `response` describes. @defaultValue 200 */
  readonly status?: number;
  /** Its media type. @defaultValue "application/json" */
  readonly produces?: string;
  /** Further replies by status, or other words for those that are there anyway. */
  readonly responses?: Readonly<Record<string, OpenApiResponse>>;
}

/**
 * A reply a route may give.
 * @public
 */
export interface OpenApiResponse {
  /** When it comes. */
  readonly description: string;
  /** What its body holds. */
  readonly schema?: StandardSchema;
  /** The media type. @defaultValue "application/json" */
  readonly type?: string;
}

/**
 * Schemes that must all be met, with their scopes.
 * @public
 */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/**
 * Options of `openapi`.
 * @public
 */
export interface OpenApiOptions extends JsonSchemaOptions {
  /** Title and version are required by OpenAPI; `summary`, `description`, `contact`, `license` and `termsOfService` may follow. */
  readonly info: OpenApiInfo;
  /** Where the API is reached. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[];
  /** Words about tags; they also set their order. */
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  /** What every operation asks for, unless its route says otherwise. */
  readonly security?: readonly SecurityRequirement[];
  /** The schemes that `security` names, as OpenAPI writes them. */
  readonly securitySchemes?: Readonly<Record<string, JsonSchema>>;
  /** Which routes are in. @defaultValue all that are not hidden */
  readonly filter?: (route: Route<Endpoint>) => boolean;
}

/**
 * What the API is called.
 * @public
 */
export interface OpenApiInfo {
  /** Its name. */
  readonly title: string;
  /** Of the API, not of OpenAPI. */
  readonly version: string;
  /** One line. */
  readonly summary?: string;
  /** More of it. */
  readonly description?: string;
  /** Where the terms stand. */
  readonly termsOfService?: string;
  /** Whom to ask. */
  readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string };
  /** Under what license. */
  readonly license?: { readonly name: string; readonly identifier?: string; readonly url?: string };
}

/**
 * A parameter of an operation.
 * @public
 */
export interface OpenApiParameter {
  /** As the request carries it. */
  readonly name: string;
  /** Where it stands. */
  readonly in: "path" | "query" | "header" | "cookie";
  /** A request without it is refused. */
  readonly required?: true;
  /** What it means. */
  readonly description?: string;
  /** Not for new callers. */
  readonly deprecated?: true;
  /** Fields of an object, written as fields of the query. */
  readonly style?: "form";
  /** See `style`. */
  readonly explode?: true;
  /** What its value is. */
  readonly schema: JsonSchema;
}

/**
 * Bodies by media type.
 * @public
 */
export type OpenApiContent = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/**
 * A reply in the document: itself, or a reference to one in `components`.
 * @public
 */
export type OpenApiReply =
  | { readonly description: string; readonly content?: OpenApiContent }
  | { readonly $ref: string };

/**
 * What one method at one path does.
 * @public
 */
export interface OpenApiOperation {
  /** Unique in the document. */
  readonly operationId: string;
  /** One line. */
  readonly summary?: string;
  /** More of it. */
  readonly description?: string;
  /** Groups it is listed in. */
  readonly tags?: readonly string[];
  /** Not for new callers. */
  readonly deprecated?: true;
  /** Path first, then query, headers and cookies. */
  readonly parameters?: readonly OpenApiParameter[];
  /** What the route's `body` schema takes. */
  readonly requestBody?: { readonly required?: true; readonly content: OpenApiContent };
  /** By status. */
  readonly responses: Readonly<Record<string, OpenApiReply>>;
  /** In place of the document's. */
  readonly security?: readonly SecurityRequirement[];
  /** Routes that OpenAPI has no room for: another pattern, host or version at the same method and path. */
  readonly "x-alternatives"?: readonly (OpenApiOperation & { readonly "x-pattern": string })[];
}

/**
 * An OpenAPI 3.1 document.
 * @public
 */
export interface OpenApiDocument {
  /** The version of OpenAPI. */
  readonly openapi: "3.1.1";
  /** What the API is called. */
  readonly info: OpenApiInfo;
  /** Where it is reached. */
  readonly servers?: readonly { readonly url: string; readonly description?: string }[];
  /** Words about tags. */
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  /** What every operation asks for. */
  readonly security?: readonly SecurityRequirement[];
  /** Operations by path, then by method in lower case; methods OpenAPI does not know stand under `x-` and their name. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  /** What is referred to by name. */
  readonly components: {
    /** Schemas with a name, `Problem` among them. */
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    /** Replies the pipeline gives by itself. */
    readonly responses: Readonly<Record<string, OpenApiReply>>;
    /** As given. */
    readonly securitySchemes?: Readonly<Record<string, JsonSchema>>;
  };
}
