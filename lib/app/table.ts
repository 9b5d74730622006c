import { CodedError } from "../errors/index.ts";
import { createRouter, type Match, type Matcher, type PathOptions, type Route, type Router } from "../router/index.ts";
import { type Area, createArea } from "./areas.ts";
import { type Chain, StepMaker } from "./chain.ts";
import type { RequestContext } from "./context.ts";
import type { Definition, Scope } from "./definitions.ts";
import type { Handler, Middleware, RouteOptions } from "./handler-types.ts";
import { checkLimit } from "./limit.ts";
import { isPromise } from "./promise.ts";
import type { RequestPlace } from "./settings.ts";
import { toReply } from "./to-reply.ts";
import type { HandlerResult, MaybePromise, Reply, RequestHeaders } from "./types.ts";
import { createValidator } from "./validate.ts";

/**
 * What stands in `app.router` for each route: its options, schemas among them. How it is run is the app's own affair.
 * @public
 */
export interface Endpoint {
  /** What the route was added with. */
  readonly options: RouteOptions;
}

/** How a request is answered: by a route, a socket, or for a miss below an owned prefix. */
export interface Runnable extends RequestPlace, Chain {
  readonly scopes: readonly Scope[];
}

/** An endpoint ready to run. */
export interface LiveEndpoint extends Endpoint, Runnable {
  /** What a route was added with; `busbar/router/build` reads from its text which fields of the query it uses. */
  readonly handler: Handler | undefined;
}

/** A request, as `claims` was given it, and its match. */
export interface Claimed {
  readonly method: string;
  readonly url: string;
  readonly headers: RequestHeaders;
  readonly match: Match<LiveEndpoint>;
}

/** Everything an app was told, and the routers made of it. */
export interface Table {
  readonly router: Router<LiveEndpoint>;
  readonly sockets: Router<LiveEndpoint>;
  /** What requests are matched with: the router, or a compiled form of one. */
  readonly matcher: Matcher<LiveEndpoint>;
  /** Some route asks for a host or a version, so requests are matched with theirs. */
  readonly constrained: boolean;
  /** How paths are compared. */
  readonly paths: PathOptions;
  readonly areas: readonly Area[];
  readonly owned: readonly Area[];
  readonly steps: StepMaker;
  /** What `claims` found last: hosts that ask first hand the same request over right after. */
  claimed: Claimed | undefined;
  define(definition: Definition): Route<LiveEndpoint> | undefined;
  /** Tells every definition so far, and every later one, to a table that mounts this one. */
  feed(into: Table, listener: (definition: Definition) => void): void;
  /** Whether what is told to this table reaches that one. */
  reaches(other: Table): boolean;
}

export function createTable(options: PathOptions, matcher: Matcher<LiveEndpoint> | undefined): Table {
  const router = createRouter<LiveEndpoint>(options);
  const sockets = createRouter<LiveEndpoint>(options);
  const lists: Lists = { router, sockets, areas: [], owned: [], steps: new StepMaker() };
  const definitions: Definition[] = [];
  let constrained = false;
  const listeners: ((definition: Definition) => void)[] = [];
  const feeds = new Set<Table>();
  const table: Table = {
    ...lists,
    matcher: matcher ?? router,
    paths: options,
    claimed: undefined,
    get constrained() {
      return constrained;
    },
    define(definition) {
      table.claimed = undefined;
      const route = addTo(lists, definition, options);
      constrained ||= route?.constraints !== undefined;
      definitions.push(definition);
      for (const listener of listeners) listener(definition);
      return route;
    },
    feed(into, listener) {
      if (into === table || into.reaches(table)) {
        throw new CodedError("APP_MOUNT_CYCLE", "an app cannot be mounted in itself");
      }
      feeds.add(into);
      for (const definition of definitions) listener(definition);
      listeners.push(listener);
    },
    reaches: (other) => feeds.has(other) || [...feeds].some((next) => next.reaches(other)),
  };
  return table;
}

interface Lists {
  readonly steps: StepMaker;
  readonly router: Router<LiveEndpoint>;
  readonly sockets: Router<LiveEndpoint>;
  readonly areas: Area[];
  readonly owned: Area[];
}

function addTo(lists: Lists, definition: Definition, options: PathOptions): Route<LiveEndpoint> | undefined {
  switch (definition.kind) {
    case "route": {
      const { name, meta, constraints, when } = definition.options;
      const extra = {
        ...(name === undefined ? {} : { name }),
        ...(meta === undefined ? {} : { meta }),
        ...(constraints === undefined ? {} : { constraints }),
        ...(when === undefined ? {} : { when }),
      };
      return lists.router.add(definition.methods, definition.pattern, routeEndpoint(definition, lists.steps), extra);
    }
    case "socket":
      return lists.sockets.add("GET", definition.pattern, socketEndpoint(definition, lists.steps));
    case "area":
      lists.areas.push(createArea(definition, options));
      return undefined;
    case "own":
      lists.owned.push(createArea(definition, options));
      return undefined;
  }
}

function routeEndpoint(definition: Extract<Definition, { kind: "route" }>, steps: StepMaker): LiveEndpoint {
  const { options, handler, scopes, settings } = definition;
  return {
    options,
    handler,
    pattern: definition.pattern,
    steps: steps.make([...definition.steps, ...listOf(options.use)]),
    end: routeEnd(handler, options),
    scopes,
    settings,
    maxBodyBytes:
      options.maxBodyBytes === undefined ? settings.maxBodyBytes : checkLimit("maxBodyBytes", options.maxBodyBytes),
    socket: undefined,
  };
}

function socketEndpoint(definition: Extract<Definition, { kind: "socket" }>, steps: StepMaker): LiveEndpoint {
  const { handler, scopes, settings } = definition;
  return {
    options: {},
    handler: undefined,
    pattern: definition.pattern,
    steps: steps.make(definition.steps),
    end: admit,
    scopes,
    settings,
    maxBodyBytes: settings.maxBodyBytes,
    socket: handler,
  };
}

/** 101 stands for "let in": whatever else comes out of the chain is a refusal. */
function admit(): Reply {
  return { status: 101, headers: [], body: null };
}

function routeEnd(handler: Handler, options: RouteOptions): Chain["end"] {
  const serve = (c: RequestContext): MaybePromise<Reply> => {
    const result: MaybePromise<HandlerResult> = handler(c);
    return isPromise(result) ? result.then((value) => toReply(value, c)) : toReply(result, c);
  };
  return createValidator(options, serve) ?? serve;
}

export function listOf(use: Middleware | readonly Middleware[] | undefined): readonly Middleware[] {
  if (use === undefined) return [];
  return typeof use === "function" ? [use] : use;
}
