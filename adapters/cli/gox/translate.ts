import { createReporter, type GoxDiagnostic } from "./diagnostics.ts";
import { emitFile } from "./emit-file.ts";
import { parseFile } from "./parse-file.ts";

/** A translated file. */
export interface GoxTranslation {
  /** TypeScript with JSX. */
  readonly code: string;
  /** What was not ported, and what behaves differently. */
  readonly diagnostics: readonly GoxDiagnostic[];
}

/** Translates one GoX file. Never throws for what stands in it: what cannot be ported is in the diagnostics, and marked in the code. */
export function translateGox(source: string, { fileName }: { readonly fileName: string }): GoxTranslation {
  void fileName; // part of the signature: translations of several files may come to need each other
  const reporter = createReporter(source);
  const file = parseFile(source, reporter);
  const code = emitFile(file, source, reporter);
  return { code, diagnostics: reporter.list() };
}
