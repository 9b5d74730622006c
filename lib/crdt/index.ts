/**
 * Documents that many replicas edit at once and that merge to the same content in any order.
 * @packageDocumentation
 */
export { decodeCursor, encodeCursor } from "./cursor.ts";
export { readTexts } from "./decode.ts";
export { createDoc } from "./doc.ts";
export { isCrdtNode } from "./nodes.ts";
export type {
  ApplyResult,
  CounterChange,
  CrdtCounter,
  CrdtLimits,
  CrdtList,
  CrdtMap,
  CrdtNode,
  CrdtNodes,
  CrdtSet,
  CrdtText,
  CrdtValue,
  Cursor,
  CursorSide,
  DeltaStep,
  Doc,
  DocFeature,
  DocOptions,
  ListDelta,
  ListDeltaStep,
  MapChanges,
  PendingReport,
  SetChanges,
  TextDelta,
  Version,
} from "./types.ts";
export { compareVersions, decodeVersion, encodeVersion, mergeVersions, versionCovers } from "./version.ts";
