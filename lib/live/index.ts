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
} from "./context-types.ts";
export type { Flash } from "./flash.ts";
export { form } from "./form.ts";
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
} from "./form-types.ts";
export type { SessionLimits } from "./instructions.ts";
export type { LayoutPage } from "./page.ts";
export { type MemorySnapshotsOptions, memorySnapshots } from "./persist/memory.ts";
export type { SnapshotStore } from "./persist/types.ts";
export type { FormFile, MultipartReader, MultipartReaderOptions } from "./posted-files.ts";
export { type Refusal, type RefuseOptions, refuse } from "./refusal.ts";
export { type ReplayStep, replayLog } from "./replay.ts";
export { type LiveRoute, liveRoute } from "./route.ts";
export type { LiveRouteOptions } from "./route-options.ts";
export type { LogSink } from "./session-log.ts";
export { type Stream, type StreamOptions, stream } from "./stream.ts";
export type { EventTelemetry, SessionTelemetry, TelemetryHooks } from "./telemetry.ts";
export type { Temporary } from "./temporary.ts";
export type { UploadRule } from "./upload-rules.ts";
export type {
  RefusedUpload,
  UploadEntry,
  UploadedFile,
  UploadedFiles,
  UploadField,
  UploadFields,
  UploadRules,
  UploadSchemas,
} from "./upload-types.ts";
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
} from "./view.ts";
