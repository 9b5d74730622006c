import { CodedError } from "../errors/index.ts";
import { BareObject } from "./bare-object.ts";
import { limitOf } from "./limits.ts";
import { isListKey, QueryCursor } from "./query-cursor.ts";
import { findKey, type KeyTable, keyTable, type PreparedField, prepareFields, Refused } from "./query-fields.ts";
import type {
  QueryIssue,
  QueryLimits,
  QueryOf,
  QueryOptions,
  QueryParser,
  QuerySchema,
  QuerySchemaIssue,
  QuerySchemaOptions,
  QueryShape,
} from "./query-types.ts";

const NO_LIST = new Refused("takes one value, not a list");
const UNKNOWN_KEY: QueryIssue = { path: [], reason: "a key is not known" };
const MALFORMED_KEY: QueryIssue = { path: [], reason: "a key has malformed percent-encoding" };
const MALFORMED_VALUE: QueryIssue = { path: [], reason: "a value has malformed percent-encoding" };

/**
 * Makes a reader of queries, from fields or from a Standard Schema. It takes a request's URL as it came in: the query is
 * what follows the first `?`, up to a `#`; without one it is empty. It is read as HTML forms write it: `+` is a space.
 *
 * With a Standard Schema all keys reach the schema as text, those given more than once, ending in `[]` or named in `lists` as lists
 * of text. The schema must answer without a promise.
 * @returns A function that gives the typed values. Its object inherits nothing, so every key is an ordinary one.
 * @throws CodedError `ROUTER_BAD_QUERY_SHAPE` when a field contradicts itself, `ROUTER_BAD_LIMIT`. The reader itself throws
 * `ROUTER_BAD_QUERY`, whose value is a list of `QueryIssue`, and `ROUTER_QUERY_TOO_LARGE`.
 * @remarks Time: one pass over the query. What no field asks for is not decoded.
 * @example
 * ```ts
 * const readPage = createQueryParser({ page: { type: "integer", min: 1, default: 1 }, tag: { type: "string", list: true } });
 * readPage("/posts?tag=a&tag=b"); // { page: 1, tag: ["a", "b"] }
 * ```
 * @public
 */
export function createQueryParser<Output>(
  schema: QuerySchema<Output>,
  options?: QuerySchemaOptions,
): QueryParser<Output>;
/**
 * With fields, and what no field names kept beside them.
 * @public
 */
export function createQueryParser<const Shape extends QueryShape>(
  shape: Shape,
  options: QueryOptions & { readonly unknownKeys: "keep" },
): QueryParser<QueryOf<Shape> & Readonly<Record<string, unknown>>>;
/**
 * With fields.
 * @public
 */
export function createQueryParser<const Shape extends QueryShape>(
  shape: Shape,
  options?: QueryOptions,
): QueryParser<QueryOf<Shape>>;
export function createQueryParser(
  shape: QueryShape | QuerySchema,
  options: QueryOptions & QuerySchemaOptions = {},
): QueryParser<unknown> {
  limitOf("maxPairs", options.limits?.maxPairs, 0); // both are read for each query, where nobody would look for what is wrong
  limitOf("maxLength", options.limits?.maxLength, 0);
  if (isSchema(shape)) return schemaParser(shape, options);
  const fields = prepareFields(shape);
  const table = keyTable(fields);
  const { unknownKeys = "drop", limits } = options;
  return (url) => new ShapeReading(fields, unknownKeys).read(new QueryCursor(url, limits), table);
}

/** One query being read into fields. */
class ShapeReading {
  private readonly fields: readonly PreparedField[];
  private readonly unknownKeys: "drop" | "keep" | "refuse";
  /** By the fields' order, whatever the order in the query: results of one shape look alike to the engine. */
  private readonly values: unknown[];
  private unknown: Record<string, unknown> | undefined;
  private issues: QueryIssue[] | undefined;

  constructor(fields: readonly PreparedField[], unknownKeys: "drop" | "keep" | "refuse") {
    this.fields = fields;
    this.unknownKeys = unknownKeys;
    this.values = new Array<unknown>(fields.length);
  }

  read(cursor: QueryCursor, table: KeyTable): Record<string, unknown> {
    while (cursor.next()) {
      const text = cursor.keyEscaped ? cursor.key() : cursor.url;
      if (text === undefined) {
        this.refuse(MALFORMED_KEY);
        continue;
      }
      const entry = cursor.keyEscaped
        ? findKey(table, text, 0, text.length)
        : findKey(table, text, cursor.keyFrom, cursor.keyTo);
      if (entry !== undefined) this.take(entry.field, cursor, entry.bracketed);
      else if (this.unknownKeys === "refuse") this.refuse(UNKNOWN_KEY);
      else if (this.unknownKeys === "keep") this.keep(cursor.key() ?? "", cursor); // it was readable above
    }
    const result = this.finish();
    if (this.issues !== undefined) refuseQuery(this.issues);
    return result;
  }

  private take(field: PreparedField, cursor: QueryCursor, bracketed: boolean): void {
    const { key, index, list } = field;
    const value = bracketed && !list ? NO_LIST : field.read(cursor);
    const before = this.values[index];
    if (value === undefined) return; // an empty value, which counts as absent
    if (value instanceof Refused) {
      this.refuse({ path: list ? [key, Array.isArray(before) ? before.length : 0] : [key], reason: value.reason });
    } else if (list) {
      if (Array.isArray(before)) before.push(value);
      else this.values[index] = [value];
    } else if (before === undefined) this.values[index] = value;
    else this.refuse({ path: [key], reason: "is given more than once" });
  }

  private keep(key: string, cursor: QueryCursor): void {
    this.unknown ??= new BareObject();
    const issue = collect(this.unknown, key, cursor, false);
    if (issue !== undefined) this.refuse(issue);
  }

  /** Fields in their order, absent ones by their defaults, then what was kept. */
  private finish(): Record<string, unknown> {
    const result = new BareObject();
    for (const { key, index, list, optional, fallback } of this.fields) {
      const value = this.values[index] ?? (list ? [...(fallback as readonly unknown[])] : fallback); // cast: so prepared
      if (value !== undefined) result[key] = value;
      else if (!optional && !this.isRefused(key)) this.refuse({ path: [key], reason: "is missing" });
    }
    if (this.unknown !== undefined) for (const key of Object.keys(this.unknown)) result[key] = this.unknown[key];
    return result;
  }

  private isRefused(key: string): boolean {
    return this.issues?.some(({ path }) => path[0] === key) === true;
  }

  private refuse(issue: QueryIssue): void {
    this.issues ??= [];
    this.issues.push(issue);
  }
}

function schemaParser(schema: QuerySchema, { lists = [], limits }: QuerySchemaOptions): QueryParser<unknown> {
  const always = new Set(lists);
  return (url) => {
    const result = schema["~standard"].validate(readText(url, always, limits));
    if (isPromise(result)) {
      result.then(undefined, () => {}); // nobody waits for it: its failure must not end the process
      throw new CodedError("ROUTER_BAD_QUERY_SHAPE", "the schema of the query answers with a promise");
    }
    if (result.issues !== undefined) refuseQuery(result.issues.map(fromSchema));
    return result.value;
  };
}

/** Every key as text or a list of texts. */
function readText(url: string, lists: ReadonlySet<string>, limits: QueryLimits | undefined): Record<string, unknown> {
  const record = new BareObject();
  const issues: QueryIssue[] = [];
  const cursor = new QueryCursor(url, limits);
  while (cursor.next()) {
    const key = cursor.key();
    const issue = key === undefined ? MALFORMED_KEY : collect(record, key, cursor, lists.has(key));
    if (issue !== undefined) issues.push(issue);
  }
  if (issues.length > 0) refuseQuery(issues);
  return record;
}

function collect(
  record: Record<string, unknown>,
  key: string,
  cursor: QueryCursor,
  list: boolean,
): QueryIssue | undefined {
  const value = cursor.value();
  if (value === undefined) return MALFORMED_VALUE;
  const bracketed = isListKey(key);
  const name = bracketed ? key.slice(0, -2) : key;
  const before = record[name];
  if (Array.isArray(before)) before.push(value);
  else if (before !== undefined) record[name] = [before, value];
  else record[name] = bracketed || list ? [value] : value;
  return undefined;
}

function refuseQuery(issues: readonly QueryIssue[]): never {
  const [first] = issues;
  const what = first === undefined ? "" : [first.path.join("."), first.reason].filter((part) => part !== "").join(" ");
  throw new CodedError("ROUTER_BAD_QUERY", `the query does not fit: ${what}`, { value: issues });
}

function fromSchema({ message, path = [] }: QuerySchemaIssue): QueryIssue {
  const keys = path.map((segment) => {
    const key = typeof segment === "object" ? segment.key : segment;
    return typeof key === "number" ? key : String(key);
  });
  return { path: keys, reason: message };
}

function isSchema(shape: QueryShape | QuerySchema): shape is QuerySchema {
  const standard: unknown = Reflect.get(shape, "~standard");
  return typeof standard === "object" && standard !== null && typeof Reflect.get(standard, "validate") === "function";
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
