/**
 * Live views: state on the server, HTML first, then patches over a socket.
 * @packageDocumentation
 */
export type { Bind, BoundArgs, DomEvent } from "./bind.ts";
export { type ComponentViewOptions, component, componentView, keyed, rows } from "./component/component.ts";
export type {
  ComponentEvent,
  ComponentHandler,
  ComponentHandlers,
  ComponentOwn,
  ElementRef,
  HandlerAttributes,
} from "./component/types.ts";
export type { Flash } from "./flash.ts";
export { form } from "./form/form.ts";
export type {
  ChoiceOf,
  FieldName,
  Form,
  FormField,
  FormOptions,
  InitialValues,
  InputOf,
  Invalidated,
  Submitted,
} from "./form/types.ts";
export type { SessionLimits } from "./machine/instructions.ts";
export { type MemorySnapshotsOptions, memorySnapshots } from "./persist/memory.ts";
export type { SnapshotStore } from "./persist/types.ts";
export { type Refusal, type RefuseOptions, refuse } from "./refusal.ts";
export type { LiveRouteOptions } from "./route/options.ts";
export type { LayoutPage } from "./route/page.ts";
export { type LiveRoute, liveRoute } from "./route/route.ts";
export type { LogSink } from "./session/log.ts";
export { type ReplayStep, replayLog } from "./session/replay.ts";
export type { EventTelemetry, SessionTelemetry, TelemetryHooks } from "./session/telemetry.ts";
export { type Stream, type StreamOptions, stream } from "./stream.ts";
export type { FormFile, MultipartReader, MultipartReaderOptions } from "./upload/posted-files.ts";
export type { UploadRule } from "./upload/rules.ts";
export type {
  RefusedUpload,
  UploadEntry,
  UploadedFile,
  UploadedFiles,
  UploadField,
  UploadFields,
  UploadRules,
  UploadSchemas,
} from "./upload/types.ts";
export type {
  Admission,
  Destination,
  EventContext,
  LiveContext,
  MountContext,
  NavigateOptions,
  Occasion,
  PageContext,
  SessionInfo,
  Visitor,
} from "./view/context-types.ts";
export type { Temporary } from "./view/temporary.ts";
export {
  defineView,
  type EventOf,
  type EventSchemas,
  type HookOf,
  type ParamsOf,
  type QueryOf,
  type Reply,
  type View,
  type ViewDefinition,
  type ViewHandler,
} from "./view/view.ts";
