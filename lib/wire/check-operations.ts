import { CodedError } from "../errors/index.ts";
import {
  type Content,
  LIST_MIXED,
  LIST_STREAM,
  LIST_UNIFORM,
  OP_ATTRIBUTE,
  OP_COMMAND,
  OP_EDIT,
  OP_FILL,
  OP_INSERT_ROWS,
  OP_MOVE,
  OP_PERMUTE,
  OP_REMOVE,
  OP_REMOVE_ROWS,
  OP_REPLACE,
  OP_SPLICE,
  OP_STREAM,
  OP_TEMPLATE,
  OP_TEXT,
  type Operation,
  RAW,
  STREAM_APPEND,
  STREAM_OPEN,
  STREAM_PREPEND,
  STREAM_REMOVE,
  STREAM_RESET,
  type TemplateSource,
} from "./operations.ts";
import type { WireValue } from "./value.ts";

/**
 * Checks that decoded values are operations.
 * @returns The same array, typed.
 * @throws CodedError `WIRE_BAD_OPERATION` when one is not; which paths exist only the applier knows.
 * @remarks Time: linear in the values.
 */
export function checkOperations(values: readonly WireValue[]): readonly Operation[] {
  for (const value of values) if (!isOperation(value)) refuse();
  return values as readonly WireValue[] as readonly Operation[]; // cast: every entry was just checked
}

/**
 * Checks that a decoded value is what a slot may hold.
 * @throws CodedError `WIRE_BAD_OPERATION`
 */
export function checkContent(value: WireValue | undefined): Content {
  if (!isContent(value)) refuse();
  return value as Content; // cast: just checked
}

/**
 * Checks that a decoded value is a template's source.
 * @throws CodedError `WIRE_BAD_OPERATION`
 */
export function checkTemplate(value: WireValue | undefined): TemplateSource {
  if (!isList(value) || !isSource(value)) refuse();
  return value as readonly WireValue[] as TemplateSource; // cast: just checked
}

function isOperation(value: WireValue): boolean {
  if (!isList(value)) return false;
  const [code, first, second, third, fourth] = value;
  const size = value.length;
  if (code === OP_COMMAND) return isText(first);
  if (code === OP_TEMPLATE) return isIndex(first) && isSource(value.slice(2));
  if (!isPath(first)) return false;
  if (code === OP_TEXT) return size === 3 && isText(second);
  if (code === OP_ATTRIBUTE) return size === 3 && isAttribute(second);
  if (code === OP_REPLACE) return size === 3 && isContent(second);
  if (code === OP_REMOVE) return size === 2;
  if (code === OP_MOVE) return value.slice(2).every(Number.isSafeInteger);
  if (code === OP_STREAM) return isStreamChange(second, value.slice(3));
  if (code === OP_REMOVE_ROWS) return size === 3 && arePicks(second);
  if (code === OP_INSERT_ROWS) return arePicks(second) && areRows(third, value.slice(4));
  if (code === OP_FILL) return size > 4 && arePicks(second) && isPath(third) && value.slice(4).every(isContent);
  if (!isIndex(second) || !isIndex(third)) return false;
  if (code === OP_EDIT) return size === 5 && isText(fourth);
  if (code === OP_PERMUTE) return size === 5 && fourth instanceof Uint8Array;
  if (code !== OP_SPLICE) return false;
  return size === 4 || areRows(fourth, value.slice(5));
}

function isPath(value: WireValue | undefined): boolean {
  return isIndex(value) || (isList(value) && value.every(isIndex));
}

function arePicks(value: WireValue | undefined): boolean {
  if (!isList(value) || !isIndex(value[0])) return false;
  return (value.length === 2 && value[1] instanceof Uint8Array) || value.every(Number.isSafeInteger);
}

function areRows(template: WireValue | undefined, rows: readonly WireValue[]): boolean {
  if (template === -1) return rows.every(isInstance);
  return isIndex(template) && rows.every((row) => isList(row) && row.every(isContent));
}

function isStreamChange(action: WireValue | undefined, rest: readonly WireValue[]): boolean {
  if (action === STREAM_APPEND || action === STREAM_PREPEND) return areKeyedRows(rest[0], rest.slice(1));
  if (action === STREAM_REMOVE) return rest.every(isKey);
  if (action === STREAM_RESET) return rest.length === 0;
  return action === STREAM_OPEN && isText(rest[0]) && isLimit(rest[1]) && rest.slice(2).every(isKey);
}

function areKeyedRows(template: WireValue | undefined, keysAndRows: readonly WireValue[]): boolean {
  if (keysAndRows.length % 2 === 1 || !keysAndRows.every((value, at) => at % 2 === 1 || isKey(value))) return false;
  const rows = keysAndRows.filter((_, at) => at % 2 === 1);
  return areRows(template, rows);
}

function isContent(value: WireValue | undefined): boolean {
  if (!isList(value)) return isAttribute(value);
  const [head, second] = value;
  if (head === RAW) return value.length === 2 && isText(second);
  if (head === LIST_STREAM) {
    return isText(second) && isLimit(value[2]) && areKeyedRows(value[3], value.slice(4));
  }
  if (head === LIST_MIXED) return areRows(-1, value.slice(1));
  if (head === LIST_UNIFORM) return areRows(second, value.slice(2));
  return isInstance(value);
}

function isInstance(value: WireValue): boolean {
  return isList(value) && isIndex(value[0]) && value.every((part, at) => at === 0 || isContent(part));
}

function isSource(values: readonly WireValue[]): boolean {
  return values.length > 1 && values.every(isText);
}

function isAttribute(value: WireValue | undefined): boolean {
  return value === null || value === true || isText(value);
}

function isText(value: WireValue | undefined): value is string {
  return typeof value === "string";
}

function isKey(value: WireValue | undefined): boolean {
  return typeof value === "string" || typeof value === "number";
}

function isLimit(value: WireValue | undefined): boolean {
  return isIndex(value) && value > 0;
}

function isList(value: WireValue | undefined): value is readonly WireValue[] {
  return Array.isArray(value);
}

function isIndex(value: WireValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0; // cast: a safe integer is a number
}

function refuse(): never {
  throw new CodedError("WIRE_BAD_OPERATION", "a value is not a patch operation");
}
