/**
 * Live views: state on the server, HTML first, then patches over a socket.
 * @packageDocumentation
 */
export type { Bind, BoundArgs, DomEvent } from "./bind.ts";
export { type ComponentViewOptions, component, componentView, keyed, rows } from "./component.ts";
export type {
  ComponentEvent,
  ComponentHandler,
  ComponentHandlers,
  ComponentOwn,
  ElementRef,
  HandlerAttributes,
} from "./component-types.ts";
export type { SessionLimits } from "./instructions.ts";
export { type LiveRoute, liveRoute } from "./route.ts";
export type { LiveRouteOptions } from "./route-options.ts";
export {
  defineView,
  type EventContext,
  type EventOf,
  type EventSchemas,
  type MountContext,
  type SessionInfo,
  type View,
  type ViewDefinition,
  type ViewHandler,
} from "./view.ts";
