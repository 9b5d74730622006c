/**
 * Something to look at after a translation. A gap is Go that could not be ported: a placeholder that throws, or a comment, stands in its
 * place. A note is a port that behaves differently in a named respect.
 */
export interface GoxDiagnostic {
  readonly severity: "gap" | "note";
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  readonly message: string;
}

/** Gathers diagnostics by position. */
export interface Reporter {
  gap(at: number, message: string): void;
  note(at: number, message: string): void;
  /** `line:column` of a position. */
  place(at: number): string;
  list(): GoxDiagnostic[];
}

export function createReporter(source: string): Reporter {
  const found = new Map<string, GoxDiagnostic>();
  const locate = (at: number): { line: number; column: number } => {
    const before = source.slice(0, at).split("\n");
    return { line: before.length, column: (before[before.length - 1] ?? "").length + 1 };
  };
  const add = (severity: "gap" | "note", at: number, message: string): void => {
    const { line, column } = locate(at);
    found.set(`${line}:${column}:${message}`, { severity, line, column, message });
  };
  return {
    gap: (at, message) => add("gap", at, message),
    note: (at, message) => add("note", at, message),
    place(at) {
      const { line, column } = locate(at);
      return `${line}:${column}`;
    },
    list: () => [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column),
  };
}
