/**
 * Live views: state on the server, HTML first, then patches over a socket.
 * @packageDocumentation
 */
export type { Bind, BoundArgs, DomEvent } from "./bind.ts";
export type { Instruction, Output, SessionLimits } from "./instructions.ts";
export { step } from "./machine.ts";
export { type LiveRoute, liveRoute } from "./route.ts";
export type { LiveRouteOptions } from "./route-options.ts";
export {
  type Closed,
  type Crashed,
  type Detached,
  type Draining,
  type Expired,
  freshLedger,
  type Joining,
  type Ledger,
  type LegalNext,
  type Live,
  move,
  type Refused,
  type Remounting,
  type Rendered,
  type Resuming,
  type SentFrame,
  type SessionState,
  type Throttled,
  type WaitingEvent,
} from "./states.ts";
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
