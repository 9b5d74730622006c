import { type CodedError, isCodedError } from "../errors/index.ts";
import { canonicalPath, type Match, type RequestConstraints } from "../router/index.ts";
import { type Area, innermost, isOwned } from "./areas.ts";
import { type Chain, runChain } from "./chain.ts";
import { RequestContext } from "./context.ts";
import type { Scope } from "./definitions.ts";
import { finishReply } from "./finish.ts";
import { askedHost, headerText } from "./headers.ts";
import { problem, problemOf } from "./problem.ts";
import { isPromise } from "./promise.ts";
import { reasonOf } from "./reason.ts";
import type { LiveEndpoint, Runnable, Table } from "./table.ts";
import { toReply } from "./to-reply.ts";
import type { HostRequest, MaybePromise, Reply, RequestHeaders, SocketAcceptor } from "./types.ts";

const NO_PARAMS: Readonly<Record<string, string>> = /* @__PURE__ */ Object.freeze(/* @__PURE__ */ Object.create(null));

/** The status that refuses a path the router will not look at. */
type Refusal = 400 | 414;

/** What the router says of a request: its match, nothing, or why it refuses to say. */
type Finding = Match<LiveEndpoint> | Refusal | undefined;

/**
 * Answers one request.
 * 1. A full match runs its chain.
 * 2. Anything else is the host's, unless the path lies below a prefix the app owns: then it is 404, 405, 204, 400 or 414.
 */
export function dispatch(table: Table, request: HostRequest): MaybePromise<Reply | undefined> {
  const finding = table.claimed === undefined ? search(table, request) : claimedMatch(table, request);
  if (typeof finding === "object") {
    const { value, params } = finding;
    return answer(value, new RequestContext(request, params, value));
  }
  return table.owned.length === 0 ? undefined : answerMiss(table, request, finding);
}

function answerMiss(table: Table, request: HostRequest, refusal: Refusal | undefined): MaybePromise<Reply | undefined> {
  const isRefused = refusal !== undefined;
  if (!isOwned(table.owned, request.url, isRefused)) return undefined;
  const area = innermost(table.areas, request.url, isRefused);
  const { scopes, settings } = area;
  const end: Chain["end"] = (c) => (refusal === undefined ? missReply(table, area, c) : refusalReply(refusal, c));
  const steps = table.steps.make(scopes.flatMap((scope) => scope.steps));
  const { maxBodyBytes } = settings;
  const endpoint: Runnable = { pattern: undefined, steps, end, scopes, settings, maxBodyBytes, socket: undefined };
  return answer(endpoint, new RequestContext(request, NO_PARAMS, endpoint));
}

/** Whether `dispatch` would answer. Runs nothing. */
export function claims(table: Table, method: string, url: string, headers: RequestHeaders): boolean {
  const finding = look(table, method, url, table.constrained ? headers : undefined);
  if (typeof finding !== "object") return isOwned(table.owned, url, finding !== undefined);
  table.claimed = { method, url, headers, match: finding };
  return true;
}

/** Fastify asks first (`claims`): the same request need not be searched for twice (bench: http, "busbar on Fastify"). */
function claimedMatch(table: Table, request: HostRequest): Finding {
  const { claimed } = table;
  table.claimed = undefined;
  const isSame = claimed !== undefined && claimed.url === request.url && claimed.method === request.method;
  // Without constraints a match is the same whatever the headers are.
  if (!isSame || (table.constrained && claimed.headers !== request.headers)) return search(table, request);
  return claimed.match;
}

/** Runs what stands in front of a socket; gives its acceptor, or the reply that refuses it. */
export function connect(table: Table, request: HostRequest): MaybePromise<SocketAcceptor | Reply | undefined> {
  let match: Match<LiveEndpoint> | undefined;
  try {
    match = table.sockets.find("GET", request.url);
  } catch {
    return undefined; // a path the router refuses is nobody's socket
  }
  if (match === undefined) return undefined;
  const { value, params } = match;
  const c = new RequestContext(request, params, value);
  const admit = (reply: Reply): SocketAcceptor | Reply => (reply.status === 101 ? acceptor(value, c) : reply);
  const reply = answer(value, c);
  return isPromise(reply) ? reply.then(admit) : admit(reply);
}

/** Headers are asked for where routes need them alone: Node makes the object of them on first use. */
function search(table: Table, request: HostRequest): Finding {
  return look(table, request.method, request.url, table.constrained ? request.headers : undefined);
}

function look(table: Table, method: string, url: string, headers: RequestHeaders | undefined): Finding {
  if (url.charCodeAt(0) !== SLASH) return 400;
  try {
    const match = table.matcher.find(method, url, headers === undefined ? undefined : constraintsOf(headers));
    // A method without routes is not looked at further; where someone answers for it, a malformed path is refused all the same.
    if (match === undefined && table.owned.length > 0) canonicalPath(url, table.paths);
    return match;
  } catch (error) {
    if (!isCodedError(error) || !error.code.startsWith("ROUTER_")) throw error;
    return error.code.endsWith("_TOO_LONG") ? 414 : 400;
  }
}

const SLASH = 47;

/** What constrained routes are held against. */
function constraintsOf(headers: RequestHeaders): RequestConstraints {
  return { host: askedHost(headers), version: headerText(headers["accept-version"]) };
}

function answer(endpoint: Runnable, c: RequestContext): MaybePromise<Reply> {
  try {
    const reply = runChain(endpoint, c);
    return isPromise(reply) ? finishLater(endpoint, c, reply) : finishReply(c, reply);
  } catch (error) {
    return recover(endpoint.scopes, c, error);
  }
}

/** No async function: awaiting takes some 0.4 µs more of a request whose body is read (by script, connections without a network). */
function finishLater(endpoint: Runnable, c: RequestContext, reply: Promise<Reply>): Promise<Reply> {
  const failed = (error: unknown): MaybePromise<Reply> => recover(endpoint.scopes, c, error);
  return reply.then((settled) => {
    try {
      return finishReply(c, settled);
    } catch (error) {
      return failed(error);
    }
  }, failed);
}

/** What an error handler throws goes to the host as what a handler throws does: with a reason. */
function recover(scopes: readonly Scope[], c: RequestContext, error: unknown): MaybePromise<Reply> {
  try {
    const reply = askHandlers(scopes, c, error);
    return isPromise(reply) ? reply.catch(throwReason) : reply;
  } catch (thrown) {
    return throwReason(thrown);
  }
}

function throwReason(thrown: unknown): never {
  throw reasonOf(thrown);
}

/** Asks the error handlers from the inside out; the client's own faults have an answer, all else is thrown to the host. */
function askHandlers(scopes: readonly Scope[], c: RequestContext, error: unknown): MaybePromise<Reply> {
  // Nobody is left to read a reply, and an error handler that logs would log every closed tab.
  const gone = clientGone(error);
  if (gone !== undefined) throw gone;
  for (let i = scopes.length - 1; i >= 0; i--) {
    const handled = scopes[i]?.onError?.(error, c);
    if (handled === undefined) continue;
    if (!isPromise(handled)) return finishReply(c, toReply(handled, c));
    const outer = scopes.slice(0, i);
    return handled.then((result) =>
      result === undefined ? askHandlers(outer, c, error) : finishReply(c, toReply(result, c)),
    );
  }
  const reply = problemOf(error);
  if (reply === undefined) throw error;
  return finishReply(c, reply);
}

/** The client's leaving, also as the cause of what `c.signal` ended: Node's own functions wrap it into an AbortError. */
function clientGone(error: unknown): CodedError | undefined {
  for (const candidate of [error, error instanceof Error ? error.cause : undefined]) {
    if (isCodedError(candidate) && candidate.code === "APP_CLIENT_GONE") return candidate;
  }
  return undefined;
}

/** `OPTIONS *` asks about the server as a whole, which has no one list of methods. */
function refusalReply(status: Refusal, c: RequestContext): Reply {
  return c.method === "OPTIONS" && c.url === "*" ? { status: 204, headers: [], body: null } : problem(status);
}

function missReply(table: Table, area: Area, c: RequestContext): MaybePromise<Reply> {
  const methods = new Set(
    table.matcher.allowed(c.url, table.constrained ? constraintsOf(c.request.headers) : undefined),
  );
  if (methods.size === 0) return notFound(area.scopes, c);
  const allow = [...methods.add("OPTIONS")].sort().join(", ");
  if (c.method === "OPTIONS") return { status: 204, headers: [["allow", allow]], body: null };
  return problem(405, {}, [["allow", allow]]);
}

function notFound(scopes: readonly Scope[], c: RequestContext): MaybePromise<Reply> {
  for (let i = scopes.length - 1; i >= 0; i--) {
    const result = scopes[i]?.notFound?.(c);
    if (result === undefined) continue;
    if (!isPromise(result)) return toReply(result, c);
    const outer = scopes.slice(0, i);
    return result.then((settled) => (settled === undefined ? notFound(outer, c) : toReply(settled, c)));
  }
  return problem(404);
}

function acceptor(endpoint: LiveEndpoint, c: RequestContext): SocketAcceptor {
  return (channel) => {
    const fail = (error: unknown): void => {
      channel.close(1011, "");
      endpoint.settings.report(error);
    };
    try {
      const running = endpoint.socket?.(c, channel);
      if (isPromise(running)) running.catch(fail); // what else comes back is nobody's
    } catch (error) {
      fail(error);
    }
  };
}
