/**
 * What both sides of a socket share: values, frames, patch operations and the channel they travel on.
 * @packageDocumentation
 */
export type { Bus, Channel } from "./channel.ts";
export { decodeValue, encodeLease, encodeValue } from "./codec.ts";
export {
  defineFrame,
  defineFrames,
  type FieldsOf,
  type FrameCodec,
  type FrameDefinition,
  type FrameLayout,
  type FrameOf,
  type FrameShape,
  type FramesOf,
  type FrameTable,
} from "./define.ts";
export type { EncodeOptions } from "./encode.ts";
export { any, bool, bytes, type Field, int, listOf, nullable, number, oneOf, text, tupleOf } from "./fields.ts";
export { decodeFrame, encodeFrame } from "./frame.ts";
export {
  ACK,
  type AckFrame,
  ADOPT,
  type AdoptFrame,
  type ClientFrame,
  DRAIN,
  type DrainFrame,
  decodeClientFrame,
  decodeLiveFrame,
  ERROR,
  type ErrorFrame,
  EVENT,
  type EventFrame,
  encodeLiveFrame,
  HELLO,
  type HelloFrame,
  hashText,
  type LiveFrame,
  MOUNT,
  type MountFrame,
  PATCH,
  type PatchFrame,
  PING,
  type PingFrame,
  RESYNC,
  type ResyncFrame,
  type ServerFrame,
  templatesHash,
} from "./live-frames.ts";
export { createChannelPair, createMemoryBus } from "./memory.ts";
export {
  type AttributeContent,
  type AttributeOperation,
  type CommandOperation,
  type Content,
  type InstanceContent,
  LIST_MIXED,
  LIST_UNIFORM,
  type MixedList,
  type MoveOperation,
  OP_ATTRIBUTE,
  OP_COMMAND,
  OP_MOVE,
  OP_PERMUTE,
  OP_REMOVE,
  OP_REPLACE,
  OP_SPLICE,
  OP_TEMPLATE,
  OP_TEXT,
  type Operation,
  type Path,
  type PermuteOperation,
  packOrder,
  RAW,
  type RawContent,
  type RemoveOperation,
  type ReplaceOperation,
  type RowContent,
  type SpliceOperation,
  STYLE_COMMAND,
  type TemplateOperation,
  type TemplateSource,
  type TextOperation,
  type UniformList,
} from "./operations.ts";
export { createDecoder, type Decoder } from "./stream.ts";
export {
  decodeSyncFrame,
  encodeSyncFrame,
  type PeerChange,
  SYNC_PROTOCOL,
  type SyncFrame,
  type SyncLevel,
} from "./sync-frames.ts";
export type { DecodeLimits, Frame, WireMap, WireValue } from "./value.ts";
