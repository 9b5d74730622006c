import { isPromise } from "./chain.ts";
import type { RequestContext } from "./context.ts";
import type { RouteOptions } from "./handler-types.ts";
import { problem } from "./problem.ts";
import type { SchemaIssue, SchemaResult, StandardSchema } from "./schema.ts";
import type { MaybePromise, Reply } from "./types.ts";

type Part = "params" | "query" | "headers" | "cookies" | "body";
const PARTS: readonly Part[] = ["params", "query", "headers", "cookies"];

interface Refusal {
  readonly in: Part;
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** Checks one request; gives the 400 that answers it, or `undefined` when all is well. */
export type Validator = (c: RequestContext) => MaybePromise<Reply | undefined>;

/**
 * One check for all of a route's schemas, made when the route is added; `undefined` without schemas. It stays sync while the
 * schemas are and there is no body. The body is read last, so that a request refused by its query uploads nothing.
 */
export function createValidator(options: RouteOptions): Validator | undefined {
  const checks: [Part, StandardSchema][] = [];
  for (const part of PARTS) {
    const schema = options[part];
    if (schema !== undefined) checks.push([part, schema]);
  }
  const { body } = options;
  if (checks.length === 0 && body === undefined) return undefined;
  return (c) => {
    const refusals: Refusal[] = [];
    const pending: Promise<void>[] = [];
    for (const [part, schema] of checks) {
      const result = schema["~standard"].validate(c[part]);
      if (!isPromise(result)) take(c, part, result, refusals);
      else {
        const taken = result.then((settled) => take(c, part, settled, refusals));
        taken.catch(() => {}); // heard below, unless a later schema throws first
        pending.push(taken);
      }
    }
    if (pending.length === 0 && (body === undefined || refusals.length > 0)) return refuse(refusals);
    return finish(c, body, refusals, pending);
  };
}

async function finish(
  c: RequestContext,
  body: StandardSchema | undefined,
  refusals: Refusal[],
  pending: readonly Promise<void>[],
): Promise<Reply | undefined> {
  await Promise.all(pending);
  if (body !== undefined && refusals.length === 0) {
    take(c, "body", await body["~standard"].validate(await c.readBody()), refusals);
  }
  return refuse(refusals);
}

function take(c: RequestContext, part: Part, result: SchemaResult<unknown>, refusals: Refusal[]): void {
  if (result.issues === undefined) c.accept(part, result.value);
  else for (const issue of result.issues) refusals.push({ in: part, path: pathOf(issue), reason: issue.message });
}

function pathOf(issue: SchemaIssue): (string | number)[] {
  return (issue.path ?? []).map((segment) => {
    const key = typeof segment === "object" ? segment.key : segment;
    return typeof key === "number" ? key : String(key);
  });
}

function refuse(refusals: readonly Refusal[]): Reply | undefined {
  if (refusals.length === 0) return undefined;
  return problem(400, { detail: "The request does not fit this address's schema.", errors: refusals });
}
