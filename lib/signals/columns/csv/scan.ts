import { CodedError } from "../../../errors/index.ts";

const QUOTE = 34;
const LF = 10;
const CR = 13;

/** Is handed each field: its record and column from 0, its text, and whether it stood in quotes. */
export type FieldSink = (record: number, column: number, field: string, isQuoted: boolean) => void;

/**
 * Walks through CSV as RFC 4180 has it: fields apart by the delimiter, records by CRLF or LF, quotes around a field with quotes in it doubled.
 * An empty line counts as a record of one empty field, but for the end of the last line.
 * @returns How many records there are. Each has as many fields as the first.
 * @throws CodedError `SIGNALS_BAD_CSV` with the line.
 */
export function scanCsv(text: string, delimiter: string, sink: FieldSink): number {
  const separator = delimiter.charCodeAt(0);
  let at = 0;
  let record = 0;
  let column = 0;
  let width = -1;
  const bad = (what: string): CodedError => badCsv(`${what} in record ${record + 1}`, record + 1);
  while (at < text.length || column > 0) {
    const isQuoted = text.charCodeAt(at) === QUOTE;
    let field: string;
    if (isQuoted) {
      const start = ++at;
      let hasDoubled = false;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) throw bad("A quote is not closed");
        at = quote + 1;
        if (text.charCodeAt(at) !== QUOTE) break;
        hasDoubled = true;
        at++;
      }
      field = text.slice(start, at - 1);
      if (hasDoubled) field = field.replaceAll('""', '"');
    } else {
      const start = at;
      for (; at < text.length; at++) {
        const code = text.charCodeAt(at);
        if (code === separator || code === LF) break;
        if (code === CR) {
          if (isEnd(text, at + 1)) break;
          throw bad("A carriage return stands alone in a field without quotes"); // lines that end so would run into one
        }
        if (code === QUOTE) throw bad("A quote stands inside a field without quotes");
      }
      field = text.slice(start, at);
    }
    sink(record, column, field, isQuoted);
    column++;
    const code = at < text.length ? text.charCodeAt(at) : LF;
    if (code === separator) {
      at++;
      continue;
    }
    if (code === CR && isEnd(text, at + 1)) at++;
    else if (code !== LF) throw bad("A field goes on behind its quotes");
    at++;
    if (width < 0) width = column;
    if (column !== width) throw bad(`There are ${column} fields where ${width} are due`);
    column = 0;
    record++;
  }
  return record;
}

export function badCsv(message: string, record: number): CodedError {
  return new CodedError("SIGNALS_BAD_CSV", message, { value: record });
}

function isEnd(text: string, at: number): boolean {
  return at === text.length || text.charCodeAt(at) === LF;
}
