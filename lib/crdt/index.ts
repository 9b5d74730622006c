/**
 * Documents that many replicas edit at once and that merge to the same content in any order.
 * @packageDocumentation
 */
export { carryOver, compactDoc, docLike } from "./compact.ts";
export { decodeCursor, encodeCursor } from "./cursor.ts";
export { readTexts } from "./decode.ts";
export { deflate, inflate } from "./deflate.ts";
export { createDoc } from "./doc.ts";
export { createHistory, diffDocs, forkDoc, type History, type HistoryOptions } from "./history.ts";
export { authorize, type CrdtOperation, inspectUpdate } from "./inspect.ts";
export { type MarkExpand, type MarksFeature, marks, type RichText } from "./marks.ts";
export { mergeUpdates } from "./merge.ts";
export { type MovableList, type MovesFeature, moves } from "./moves.ts";
export {
  type CrdtMultiMap,
  type MultiMapChanges,
  type MultiMapFeature,
  multiMap,
} from "./multi-map.ts";
export { isCrdtNode } from "./nodes.ts";
export { type NodeDiff, observeDoc } from "./observe.ts";
export { type UpdateRange, updateRanges } from "./ranges.ts";
export { type ReapplyResult, type ReapplyStep, reapplyUpdates } from "./reapply.ts";
export { renewDoc } from "./renew.ts";
export type { MarkValues, RichDelta, RichDeltaStep } from "./rich-delta.ts";
export type { DocSchema, RootShape, ValueSchema } from "./schema.ts";
export {
  createSubdocs,
  observeSubdocs,
  type SubdocRef,
  type Subdocs,
  subdocIdOf,
  subdocIds,
  subdocRef,
} from "./subdocs.ts";
export { type CrdtTree, type TreeChange, type TreeFeature, type TreeNodeId, type TreePlace, tree } from "./tree.ts";
export {
  openTyped,
  type TypedDoc,
  type TypedMap,
  type TypedRoot,
} from "./typed.ts";
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
  DocWith,
  FeatureAdds,
  ListDelta,
  ListDeltaStep,
  MapChanges,
  PendingReport,
  SetChanges,
  TextDelta,
  Version,
} from "./types.ts";
export { createUndo, type Undo, type UndoOptions } from "./undo.ts";
export { compareVersions, decodeVersion, encodeVersion, epochOf, mergeVersions, versionCovers } from "./version.ts";
