import { CodedError } from "../errors/index.ts";
import type { Methods } from "../router/index.ts";
import type {
  ErrorHandler,
  Handler,
  Middleware,
  NotFoundHandler,
  RouteOptions,
  SocketHandler,
} from "./handler-types.ts";
import type { Settings } from "./settings.ts";

/** An app or a group: what holds for everything added through it. */
export interface Scope {
  readonly steps: Middleware[];
  onError: ErrorHandler | undefined;
  notFound: NotFoundHandler | undefined;
}

/** What every definition has; patterns are whole, scopes run from the outermost to the innermost. */
interface Place {
  readonly pattern: string;
  readonly scopes: readonly Scope[];
  readonly settings: Settings;
}

/** Something an app was told, in a form that can be told to another app it is mounted in. */
export type Definition =
  | (Place & {
      readonly kind: "route";
      readonly methods: Methods;
      readonly options: RouteOptions;
      readonly handler: Handler;
      /** The middleware in force when the route was added. */
      readonly steps: readonly Middleware[];
    })
  | (Place & { readonly kind: "socket"; readonly handler: SocketHandler; readonly steps: readonly Middleware[] })
  | (Place & { readonly kind: "area" })
  | (Place & { readonly kind: "own" });

/** The same definition seen from outside: below a prefix, inside what holds there. */
export function wrapDefinition(
  inner: Definition,
  outer: Place & { readonly steps: readonly Middleware[] },
): Definition {
  const place = {
    pattern: joinPattern(outer.pattern, inner.pattern),
    scopes: [...outer.scopes, ...inner.scopes],
    settings: outer.settings,
  };
  if (inner.kind === "area" || inner.kind === "own") return { ...inner, ...place };
  return { ...inner, ...place, steps: [...outer.steps, ...inner.steps] };
}

/**
 * A pattern below a prefix; `""` and `"/"` are the prefix itself.
 * @throws CodedError `APP_BAD_PREFIX` when the two would run together.
 */
export function joinPattern(prefix: string, pattern: string): string {
  if (prefix === "") return pattern;
  if (pattern === "" || pattern === "/") return prefix;
  if (!pattern.startsWith("/"))
    throw new CodedError("APP_BAD_PREFIX", `"${pattern}" does not start with a slash`, { value: pattern });
  return prefix + pattern;
}

/** @throws CodedError `APP_BAD_PREFIX` */
export function checkPrefix(prefix: string): string {
  if (prefix === "" || prefix === "/") return "";
  if (!prefix.startsWith("/") || prefix.endsWith("/") || prefix.includes("*")) {
    throw new CodedError("APP_BAD_PREFIX", `"${prefix}" is not a prefix`, { value: prefix });
  }
  return prefix;
}
