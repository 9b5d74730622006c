import { isPromise } from "./promise.ts";
import type { SchemaIssue, SchemaResult, StandardSchema } from "./schema.ts";
import type { Fields, MaybePromise } from "./types.ts";

type Result = SchemaResult<unknown>;

/**
 * Holds the fields of a query against a schema. A name that came once is a string, and `?tag=x` does not say whether it is all of a list, as which
 * OpenAPI has clients write it: a schema that refuses such fields is asked once more, with a list of one in the place of each.
 */
export function validateFields({ "~standard": schema }: StandardSchema, fields: Fields): MaybePromise<Result> {
  const again = (first: Result): MaybePromise<Result> => {
    const names = first.issues === undefined ? undefined : refusedTexts(first.issues, fields);
    if (names === undefined || names.size === 0) return first;
    const second = schema.validate(withLists(fields, names));
    return isPromise(second) ? second.then((result) => better(first, result, names)) : better(first, second, names);
  };
  const first = schema.validate(fields);
  return isPromise(first) ? first.then(again) : again(first);
}

/** The names of the fields that were refused and came once. */
function refusedTexts(issues: readonly SchemaIssue[], fields: Fields): Set<string> {
  const names = issues.map(nameOf).filter((name) => name !== undefined);
  return new Set(names.filter((name) => Object.hasOwn(fields, name) && typeof fields[name] === "string"));
}

function withLists(fields: Fields, names: ReadonlySet<string>): Fields {
  const lists: Record<string, string | readonly string[]> = Object.assign(Object.create(null), fields);
  for (const name of names) lists[name] = [String(fields[name])];
  return lists;
}

/** What to tell when lists do not fit either: of a field that is to be a list what is wrong inside it, of any other what was wrong at first. */
function better(first: Result, second: Result, names: ReadonlySet<string>): Result {
  if (first.issues === undefined || second.issues === undefined) return second;
  const texts = new Set(second.issues.filter(({ path }) => path?.length === 1).map(nameOf));
  const isList = (issue: SchemaIssue): boolean => {
    const name = nameOf(issue);
    return name !== undefined && names.has(name) && !texts.has(name);
  };
  const issues = [...first.issues.filter((issue) => !isList(issue)), ...second.issues.filter(isList)];
  return { issues: issues.length > 0 ? issues : second.issues };
}

/** The field an issue is about; none where it is about all of them. */
function nameOf({ path }: SchemaIssue): string | undefined {
  const segment = path?.[0];
  const key = typeof segment === "object" ? segment.key : segment;
  return typeof key === "string" || typeof key === "number" ? String(key) : undefined;
}
