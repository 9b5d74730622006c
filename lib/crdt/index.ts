/**
 * Documents that many replicas edit at once and that merge to the same content in any order.
 * @packageDocumentation
 */

export { createDoc } from "./doc.ts";
export { readTexts } from "./encoding/decode.ts";
export { deflate, inflate } from "./encoding/deflate.ts";
export { authorize, type CrdtOperation, inspectUpdate } from "./encoding/inspect.ts";
export { mergeUpdates } from "./encoding/merge.ts";
export { type UpdateRange, updateRanges } from "./encoding/ranges.ts";
export { carryOver, compactDoc, docLike } from "./history/compact.ts";
export { createHistory, diffDocs, forkDoc, type History, type HistoryOptions } from "./history/history.ts";
export {
  createSubdocs,
  observeSubdocs,
  type SubdocRef,
  type Subdocs,
  subdocIdOf,
  subdocIds,
  subdocRef,
} from "./history/subdocs.ts";
export {
  type CrdtMultiMap,
  type MultiMapChanges,
  type MultiMapFeature,
  multiMap,
} from "./map/multi-map.ts";
export { type MarkExpand, type MarksFeature, marks, type RichText } from "./marks/marks.ts";
export type { MarkValues, RichDelta, RichDeltaStep } from "./marks/rich-delta.ts";
export { type MovableList, type MovesFeature, moves } from "./moves/moves.ts";
export { isCrdtNode } from "./nodes.ts";
export { type NodeDiff, observeDoc } from "./observe.ts";
export { type ReapplyResult, type ReapplyStep, reapplyUpdates } from "./reapply/reapply.ts";
export { renewDoc } from "./reapply/renew.ts";
export type { DocSchema, RootShape, ValueSchema } from "./schema.ts";
export { decodeCursor, encodeCursor } from "./sequence/cursor.ts";
export {
  type CrdtTree,
  type TreeChange,
  type TreeFeature,
  type TreeNodeId,
  type TreePlace,
  tree,
} from "./tree/tree.ts";
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
export { createUndo, type Undo, type UndoOptions } from "./undo/undo.ts";
export { compareVersions, decodeVersion, encodeVersion, epochOf, mergeVersions, versionCovers } from "./version.ts";
