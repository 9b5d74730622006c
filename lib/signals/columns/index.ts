/**
 * Typed columns, expressions over them, and aggregates that are kept up to date as cells and rows change.
 * @packageDocumentation
 */
export { type ArrowData, type ArrowTable, fromArrow } from "./arrow/from-arrow.ts";
export { type ArrowOptions, readArrow } from "./arrow/read.ts";
export { type ArrowWriteOptions, writeArrow } from "./arrow/write.ts";
export type { Backend } from "./backend.ts";
export {
  bool,
  type Cell,
  type Column,
  type ColumnKind,
  type ColumnOptions,
  dictionary,
  f64,
  i32,
  type Values,
} from "./column.ts";
export { type CsvColumns, type CsvOptions, readCsv } from "./csv/read-csv.ts";
export { col, count, when } from "./expression.ts";
export type {
  Aggregate,
  BoolExpression,
  BoolOperand,
  ColumnExpression,
  ComparedNeeds,
  DistinctAggregate,
  Needing,
  NeedsOf,
  NumberExpression,
  NumberOfColumn,
  NumberOperand,
  TestOfColumn,
  ValueKind,
} from "./expression-types.ts";
export { type TableOptions, table } from "./table.ts";
export type {
  Aggregates,
  CellOf,
  Columns,
  ColumnValues,
  GroupRow,
  Groups,
  KindOf,
  KindsOf,
  NamesOf,
  ResultOf,
  RowOf,
  Rows,
  Table,
} from "./table-types.ts";
