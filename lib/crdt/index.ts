/**
 * Documents that many replicas edit at once and that merge to the same content in any order.
 * @packageDocumentation
 */
export { decodeCursor, encodeCursor } from "./cursor.ts";
export { createDoc } from "./doc.ts";
export type {
  ApplyResult,
  CrdtLimits,
  CrdtMap,
  CrdtText,
  Cursor,
  CursorSide,
  DeltaStep,
  Doc,
  DocOptions,
  MapChanges,
  PendingReport,
  TextDelta,
  Version,
} from "./types.ts";
export { compareVersions, decodeVersion, encodeVersion, mergeVersions, versionCovers } from "./version.ts";
