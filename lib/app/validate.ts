import type { RequestContext } from "./context.ts";
import type { RouteOptions } from "./handler-types.ts";
import { validateFields } from "./list-fields.ts";
import { problem } from "./problem.ts";
import { isPromise } from "./promise.ts";
import { MAX_REFUSALS, type Refusal, refusalOf } from "./refusal.ts";
import type { SchemaIssue, SchemaResult, StandardSchema } from "./schema.ts";
import type { MaybePromise, Reply } from "./types.ts";

type Part = Refusal["in"];
const PARTS: readonly Part[] = ["params", "query", "headers", "cookies"];

/** What one request was refused for: the first reasons, and how many more there are. */
interface Refusals {
  readonly list: Refusal[];
  omitted: number;
}

/** Answers one request. */
type Serve = (c: RequestContext) => MaybePromise<Reply>;

/**
 * One check for all of a route's schemas in front of what serves it, made when the route is added; `undefined` without schemas. A request that
 * does not fit gets a 400. It stays sync while the schemas are and there is no body. The body is read last, so that a request refused by its
 * query uploads nothing.
 */
export function createValidator(options: RouteOptions, serve: Serve): Serve | undefined {
  const checks: [Part, StandardSchema][] = [];
  for (const part of PARTS) {
    const schema = options[part];
    if (schema !== undefined) checks.push([part, schema]);
  }
  const { body } = options;
  if (checks.length === 0 && body === undefined) return undefined;
  return (c) => {
    const refusals: Refusals = { list: [], omitted: 0 };
    const pending: Promise<void>[] = [];
    for (const [part, schema] of checks) {
      const input = c[part];
      const result = part === "query" ? validateFields(schema, c.query) : schema["~standard"].validate(input);
      if (!isPromise(result)) take(c, part, input, result, refusals);
      else {
        const taken = result.then((settled) => take(c, part, input, settled, refusals));
        taken.catch(() => {}); // heard below, unless a later schema throws first
        pending.push(taken);
      }
    }
    if (pending.length > 0) return Promise.all(pending).then(() => checkBody(c, body, refusals, serve));
    return checkBody(c, body, refusals, serve);
  };
}

/** One promise more than reading takes, also for a handler that is sync (bench: http, "POST JSON echo"). */
function checkBody(
  c: RequestContext,
  body: StandardSchema | undefined,
  refusals: Refusals,
  serve: Serve,
): MaybePromise<Reply> {
  if (body === undefined || refusals.list.length > 0) return refuse(refusals) ?? serve(c);
  return c.checkBody((input) => {
    const settle = (result: SchemaResult<unknown>): MaybePromise<Reply> => {
      take(c, "body", input, result, refusals);
      return refuse(refusals) ?? serve(c);
    };
    const result = body["~standard"].validate(input);
    return isPromise(result) ? result.then(settle) : settle(result);
  });
}

function take(c: RequestContext, part: Part, input: unknown, result: SchemaResult<unknown>, refusals: Refusals): void {
  if (result.issues === undefined) {
    c.accept(part, result.value);
    return;
  }
  const issues = result.issues.length > 0 ? result.issues : NO_REASON;
  const room = MAX_REFUSALS - refusals.list.length;
  for (const issue of issues.slice(0, room)) refusals.list.push(refusalOf(part, issue, input));
  refusals.omitted += Math.max(0, issues.length - room);
}

/** A list of issues is a refusal, if it is an empty one: the value beside it, if there is any, was not found to be valid. */
const NO_REASON: readonly SchemaIssue[] = [{ message: "is not valid" }];

function refuse({ list, omitted }: Refusals): Reply | undefined {
  if (list.length === 0) return undefined;
  const more = omitted === 0 ? {} : { omitted };
  return problem(400, { detail: "The request does not fit this address's schema.", errors: list, ...more });
}
