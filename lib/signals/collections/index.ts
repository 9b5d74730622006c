/**
 * Keyed maps and lists whose operators turn the change of one row into the change of one row.
 * @packageDocumentation
 */
import "./kept.ts";

export type { Live } from "./callback.ts";
export type { KeyedRow } from "./contents.ts";
export { type Delta, type DeltaSink, type KeyedSource, observeDeltas } from "./deltas.ts";
export { type JoinOptions, join, leftJoin, type MeetingOptions } from "./joins.ts";
export { type KeyedList, keyedList } from "./keyed-list.ts";
export { type KeyedMap, keyedMap } from "./keyed-map.ts";
export type { KeyedChange, KeyedReader, PlacedRow } from "./reader.ts";
export type { AssociativeReduction, InvertibleReduction, Reduction } from "./reducers.ts";
export type {
  CollectionOperators,
  CollectionOptions,
  CollectionReads,
  FlattenOptions,
  Groups,
  KeyedCollection,
  ListOptions,
  ReduceOptions,
  SortOptions,
  TakeOptions,
} from "./types.ts";
