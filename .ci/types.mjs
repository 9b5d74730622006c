#!/usr/bin/env node
// Type-checks what lies in a project's own folder: `node .ci/types.mjs -p test/tsconfig.json`. What those files import is read as far as their
// types need it; `tsc -p tsconfig.json` checks it whole, once. Prints and exits as tsc does: Vitest runs it in its place for the tests of types.
import { dirname, resolve, sep } from "node:path";
import ts from "typescript";

const project = process.argv[process.argv.indexOf("-p") + 1] ?? "";
const folder = dirname(resolve(project)) + sep;
const host = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic({ messageText }) {
    throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
  },
};
const { fileNames, options, errors } = ts.getParsedCommandLineOfConfigFile(project, { noEmit: true }, host);
const program = ts.createProgram(fileNames, options);
const own = program.getSourceFiles().filter((file) => resolve(file.fileName).startsWith(folder));
if (own.length === 0) throw new Error(`${project} has no file below it`);

const problems = ts.sortAndDeduplicateDiagnostics([
  ...errors,
  ...program.getOptionsDiagnostics(),
  ...program.getGlobalDiagnostics(),
  ...program.getSyntacticDiagnostics(),
  ...own.flatMap((file) => program.getSemanticDiagnostics(file)),
]);
const place = {
  getCurrentDirectory: ts.sys.getCurrentDirectory,
  getCanonicalFileName: (name) => name,
  getNewLine: () => "\n",
};
process.stdout.write(ts.formatDiagnostics(problems, place));
process.exitCode = problems.length === 0 ? 0 : 2;
